/* Reads a verified peer certificate. Gate thread. */
#include "daemon/identity.h"

#include <openssl/x509v3.h>
#include <string.h>

static const char institution_prefix[] = "urn:fixmedins:";
static const char operator_prefix[] = "urn:copayd:operator:";

static const struct {
    const char *name;
    enum duty duty;
} duties[] = {{"enter", DUTY_ENTER}, {"approve", DUTY_APPROVE}, {"audit", DUTY_AUDIT}};

static bool is_name(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-";
    size_t length = strlen(text);
    return length > 0 && length <= ACTOR_MAX && strspn(text, allowed) == length;
}

/* <county>:<duty>:<name>, all of which is the actor: people of one name in two counties, or one
 * person in two duties, are not each other in the records. */
static bool parse_operator(char *text, struct sender *sender)
{
    size_t length = strlen(text);
    char *rest = text;
    if (length > ACTOR_MAX)
        return false;
    memcpy(sender->name, text, length + 1);
    const char *county = strsep(&rest, ":");
    const char *duty = strsep(&rest, ":");
    if (!rest || !id_is_admdvs(county) || !is_name(rest))
        return false;
    sender->role = SENDER_OPERATOR;
    memcpy(sender->county, county, ID_ADMDVS + 1);
    for (size_t i = 0; i < ARRAY_LEN(duties); i++) {
        if (strcmp(duty, duties[i].name) == 0)
            sender->duty = duties[i].duty;
    }
    return sender->duty != 0;
}

bool identity_parse(const char *uri, size_t size, struct sender *sender)
{
    char text[sizeof operator_prefix + ID_ADMDVS + ACTOR_MAX + 16];
    memset(sender, 0, sizeof *sender);
    /* A NUL inside would let two readers see two names. */
    if (size >= sizeof text || memchr(uri, 0, size))
        return false;
    memcpy(text, uri, size);
    text[size] = '\0';
    if (strncmp(text, operator_prefix, sizeof operator_prefix - 1) == 0)
        return parse_operator(text + sizeof operator_prefix - 1, sender);
    const char *code = text + sizeof institution_prefix - 1;
    if (strncmp(text, institution_prefix, sizeof institution_prefix - 1) != 0 ||
        !id_is_fixmedins(code))
        return false;
    sender->role = SENDER_INSTITUTION;
    memcpy(sender->name, code, ID_FIXMEDINS + 1);
    return true;
}

bool identity_of(X509 *certificate, struct sender *sender)
{
    int found = 0;
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        struct sender candidate;
        if (name->type != GEN_URI)
            continue;
        const ASN1_IA5STRING *uri = name->d.uniformResourceIdentifier;
        if (!identity_parse((const char *)ASN1_STRING_get0_data(uri),
                            (size_t)ASN1_STRING_length(uri), &candidate))
            continue;
        *sender = candidate;
        found++;
    }
    GENERAL_NAMES_free(names);
    return found == 1;
}
