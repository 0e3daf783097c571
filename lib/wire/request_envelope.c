/* RequestEnvelope, whichever body it holds. Pure; the gate's thread. */
#include "wire/request_envelope.h"

#include <string.h>

#include "wire/scan.h"

enum err request_envelope_read(struct slice bytes, struct arena *arena, struct arena *scratch,
                               struct problems *problems, const Copay__RequestEnvelope **out)
{
    ProtobufCMessage *message;
    enum err err = scan_unpack(bytes, &copay__request_envelope__descriptor, NULL, 0, arena, scratch,
                               problems, &message);
    if (err == ERR_OK)
        *out = (const Copay__RequestEnvelope *)message;
    return err;
}

static void check_copy(const char *field, const char *copy, const char *stated,
                       struct problems *problems)
{
    if (copy && strcmp(copy, stated) != 0)
        problem_add(problems, REASON_ENVELOPE_MISMATCH, field, NULL, NULL);
}

enum err request_envelope_check(const Copay__RequestEnvelope *envelope, const char *region,
                                const char *msgid, struct problems *problems)
{
    check_copy("insuplc_admdvs", envelope->insuplc_admdvs, region, problems);
    check_copy("msgid", envelope->msgid, msgid, problems);
    return problems->count ? ERR_INVALID : ERR_OK;
}
