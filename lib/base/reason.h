/* Reason codes: proto/reasons.def is the one list (number, name, class, 中文, English). */
#ifndef BASE_REASON_H
#define BASE_REASON_H

enum reason {
    REASON_NONE = 0,
#define REASON(number, name, class, zh, en) REASON_##name = number,
#include "reasons.def"
#undef REASON
};

enum reason_class {
    REASON_CLASS_MESSAGE, /* depends on the message alone: refused, not recorded */
    REASON_CLASS_STATE, /* depends on state: a writing request's refusal is recorded and repeated */
    REASON_CLASS_RETRY, /* no effect; the same msgid may be sent again */
    REASON_CLASS_INTERNAL /* a result that breaks an identity: recorded with its evidence */
};

enum reason_class reason_class(enum reason reason);
/* Static texts, never NULL; an unknown number reads "未知原因" / "unknown reason". */
const char *reason_name(enum reason reason);
const char *reason_zh(enum reason reason);
const char *reason_en(enum reason reason);

#endif
