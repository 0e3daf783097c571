/* libcopay: the running tally, compared by itself (copay.proto's Tally). A settlement's answer says
 * what its channel (terminal, insurance, clearing type, county, settlements or voids) has come to
 * with it. Who keeps every answer can tell at the next one that something was settled of which it
 * has no answer, or that the two books differ, and not at the month's end.
 *
 * One object serves all handles of a terminal: name it in copay_options, and every call gives it
 * its answer. The first tally of a channel is believed, unless it is the channel's very first
 * settlement. Thread-safe; the callback runs in the thread whose answer told, must not call back
 * into the tally, and runs at most once for each difference: the daemon's figures are taken from
 * there on. */
#ifndef CLIENT_TALLY_H
#define CLIENT_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "client/status.h"
#include "copay.pb-c.h"

enum copay_tally_event_kind {
    COPAY_TALLY_MISSING = 1, /* the daemon has settled what we have no answer of: find it by 3202 */
    COPAY_TALLY_EXTRA = 2,   /* we have answers that the daemon's chain does not hold */
    COPAY_TALLY_DIFFERS = 3, /* as many, and other sums or other documents */
};

struct copay_tally_channel {
    char dev_no[31], insutype[4], clr_type[7], setl_optins[7];
    bool refd_setl_flag;
};

/* medfee_sumamt, fund_pay_sumamt, acct_pay, psn_cash_pay; fen. */
#define COPAY_TALLY_SUMS 4

struct copay_tally_event {
    enum copay_tally_event_kind kind;
    struct copay_tally_channel channel;
    uint64_t since, sequence;      /* it lies behind the one and not behind the other */
    uint64_t ours_cnt, theirs_cnt; /* settlements of the channel */
    int64_t ours[COPAY_TALLY_SUMS], theirs[COPAY_TALLY_SUMS];
    const char *zh, *en; /* static */
};

struct copay_tally;
typedef void (*copay_tally_callback)(void *context, const struct copay_tally_event *event);

/* `told` may be NULL. NULL: out of memory. The caller's: copay_tally_free() after the last handle
 * is closed; NULL is allowed there. */
struct copay_tally *copay_tally_new(copay_tally_callback told, void *context);
void copay_tally_free(struct copay_tally *tally);

/* Differences told so far; the newest into *event unless that is NULL, or there is none. */
uint64_t copay_tally_told(struct copay_tally *tally, struct copay_tally_event *event);

/* What copay_call() does by itself: a message that may settle leaves, and its call has ended.
 * `envelope` and `reply` are its final answer, or NULL. */
void copay_tally_begin(struct copay_tally *tally, const Copay__Request *request);
void copay_tally_end(struct copay_tally *tally, const Copay__Request *request,
                     const Copay__ReplyEnvelope *envelope, const Copay__Reply *reply);

/* Where a channel stands: the last that was compared. False behind the last. */
struct copay_tally_standing {
    struct copay_tally_channel channel;
    uint64_t sequence, setl_cnt;
    int64_t sums[COPAY_TALLY_SUMS];
    uint32_t waiting; /* known answers that no tally has covered yet */
};
bool copay_tally_standing(struct copay_tally *tally, uint32_t index,
                          struct copay_tally_standing *out);

/* Keeps it over a restart, in a file of its own. Loading what is not there leaves all as it is.
 * COPAY_DONE; COPAY_INVALID: not readable, not writable, or not such a file. */
enum copay_status copay_tally_load(struct copay_tally *tally, const char *path,
                                   struct copay_error *error);
enum copay_status copay_tally_save(struct copay_tally *tally, const char *path,
                                   struct copay_error *error);

#endif
