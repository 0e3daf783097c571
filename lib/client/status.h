/* libcopay: how a call ended, and why. Included by copay.h. */
#ifndef CLIENT_STATUS_H
#define CLIENT_STATUS_H

#include <stdint.h>

enum copay_status {
    COPAY_DONE = 0,    /* final: done; for a writing transaction, recorded */
    COPAY_REFUSED = 1, /* final for this content: `error` and reply->errors say why */
    COPAY_RETRY = 2,   /* the deadline passed and nothing was done; send the same msgid again */
    COPAY_UNKNOWN = 3, /* the deadline passed with an attempt unanswered: it may have been done.
                          Send the same message again, query its msgid, or reverse it. */
    COPAY_SENT = 4,    /* copay_send(): handed to the kernel; nobody waits for the answer */
    COPAY_INVALID = 5, /* the caller's options or message; nothing was sent */
    COPAY_TLS = 6,     /* certificates: ours was refused, or the daemon's is not to be trusted */
    COPAY_FOREIGN = 7, /* the answer names another message; discarded, as good as COPAY_UNKNOWN */
    COPAY_BROKEN = 8,  /* the answer cannot be read, or breaks an identity named in `error` */
};

#define COPAY_TEXT_MAX 256

struct copay_error {
    enum copay_status status;
    uint32_t reason; /* proto/reasons.def; 0 when the daemon did not say */
    char zh[COPAY_TEXT_MAX], en[COPAY_TEXT_MAX];
};

#endif
