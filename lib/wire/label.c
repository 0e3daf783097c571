/* struct label -> one packed field of a ReplyEnvelope. Pure. */
#include "wire/label.h"

#include <string.h>

#include "wire/out.h"

#define CLAUSES 9
#define NAMES 10

enum err wire_label(const struct label *label, struct arena *arena, struct slice *packed)
{
    struct out out;
    uint8_t *bytes;
    out_begin(&out, arena, 0,
              4 * PUT_BYTES_MAX(0) + strlen(label->id) + strlen(label->text) +
                  (label->provenance ? strlen(label->provenance) : 0));
    size_t mark = out_open(&out, label->provenance ? CLAUSES : NAMES);
    out_text(&out, 1, label->id);
    out_text(&out, 2, label->text);
    out_text(&out, 3, label->provenance);
    out_close(&out, mark);
    enum err err = out_end(&out, &bytes, &packed->size);
    packed->data = bytes;
    return err;
}
