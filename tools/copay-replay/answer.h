/* What a run needs of a reply, found by walking its bytes once without unpacking lines and steps.
 */
#ifndef REPLAY_ANSWER_H
#define REPLAY_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "copay.pb-c.h"

/* Slices borrow from the envelope's bytes; absent ones are empty. */
struct answer {
    struct slice msgid, body, tally, setl_id, found_reply;
    struct slice insutype, clr_type, setl_optins;
    uint32_t outcome; /* of enum Outcome; 0: none */
    uint32_t reason;  /* the first problem's code; 0: none */
    uint32_t retry_after_ms;
    bool repeated, refunded;
    int64_t medfee_sumamt, fund_pay_sumamt, acct_pay, psn_cash_pay;
};

/* False: not a ReplyEnvelope with a Reply in it. */
bool answer_read(struct slice envelope, struct answer *answer);
/* The same of a reply's body alone. */
bool answer_read_body(struct slice body, struct answer *answer);

/* A Tally's figures; digest points at 32 bytes inside. False: not a Tally. */
struct tally_answer {
    uint64_t setl_cnt;
    int64_t medfee_sumamt, fund_pay_sumamt, acct_pay, psn_cash_pay;
    const uint8_t *digest;
};
bool answer_read_tally(struct slice bytes, struct tally_answer *tally);

/* A length-delimited field of any message; false: it is not there, or the bytes are no message. */
bool answer_field(struct slice bytes, uint32_t field, struct slice *out);

#endif
