/* A client's own ledger: for every message that writes, what was sent and what is known of its
 * outcome, per msgid, because totals can agree by accident. Kept in memory; a text file holds it
 * between programs: one line a message, fields separated by tabs, "-" for what is absent. */
#ifndef REPLAY_BOOK_H
#define REPLAY_BOOK_H

#include "base/hash.h"
#include "lane.h"

/* The running tally that came with an answer (copay.proto, Tally). */
struct book_tally {
    uint64_t setl_cnt;
    int64_t medfee_sumamt, fund_pay_sumamt, acct_pay, psn_cash_pay;
    struct hash digest;
};

struct book_entry {
    char infno[5], msgid[ID_MSGID + 1], setl_id[ID_SETL + 1];
    uint8_t outcome; /* of enum Outcome; 0: no answer came */
    uint32_t reason;
    bool refunded, has_tally;
    char dev_no[31], insutype[4], clr_type[7], setl_optins[ID_ADMDVS + 1];
    int64_t medfee_sumamt, fund_pay_sumamt, acct_pay, psn_cash_pay;
    struct hash reply;  /* of the reply's body */
    uint32_t body_size; /* of the request's body; 0: not kept */
    uint8_t *body;
    struct book_tally tally;
};

struct book {
    uint32_t sample; /* the body of every sample-th message is kept, and of every unanswered one */
    size_t count, capacity;
    struct book_entry *entries;
};

/* Of a slot's message and its final answer; NULL: none came. Messages that write nothing are not
 * entered. */
void book_note(struct book *book, const struct slot *slot, const struct answer *answer);
void book_free(struct book *book);

/* False: stderr says why, with the line. */
bool book_write(const struct book *book, const char *path);
bool book_read(struct book *book, const char *path);

#endif
