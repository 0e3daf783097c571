/* What a pack would have made of the settlements that a ledger holds: before one is published whose
 * rules reach into the past. The settlements stay as they are; what differs becomes documents
 * (design decision 7).
 *
 * Records are fed in order from the first and folded as they are stored, so each settlement is
 * tried on the state that it really met: a difference that would have moved a later settlement's
 * accumulators is not carried on. In memory, beside a live daemon if need be; one thread. */
#ifndef SETTLE_IMPACT_H
#define SETTLE_IMPACT_H

#include "base/id.h"
#include "model/settlement.h"
#include "settle/settle.h"
#include "wire/cause.h"

struct impact;

/* `pack` is borrowed until impact_free(). */
enum err impact_new(const char *region, const struct pack *pack, struct impact **out) MUST_CHECK;
void impact_free(struct impact *impact);

/* The next record. ERR_CORRUPT: no record, out of order, or effects that do not parse; ERR_NOMEM.
 */
enum err impact_record(struct impact *impact, uint64_t sequence, struct slice bytes) MUST_CHECK;

/* Fen, as it is and as it would be. */
struct impact_sum {
    int64_t is, would;
};
/* One fund of one owner of money; all its layers together. */
struct impact_fund {
    char fund_pay_type[8];
    uint8_t owner_kind; /* enum owner_kind */
    char owner[OWNER_CODE + 1];
    struct impact_sum paid;
};
/* A settlement that the pack touches: what a document about the difference says. Sums that would be
 * are 0 when the pack refuses it. */
struct impact_entry {
    uint64_t sequence;
    char setl_id[ID_SETL + 1];
    char psn_no[TEXT_ID_MAX + 1];
    bool voided;         /* by a later record */
    enum reason refused; /* the pack refuses it; REASON_NONE: it settles otherwise */
    struct cause cause;  /* whose clause makes the difference */
    struct impact_sum fund, person, account, cash, hospital;
    uint32_t fund_count;
    struct impact_fund *funds; /* in the order of the settlement's rows */
};
struct impact_report {
    uint64_t settlements; /* that the pack has rules for; voided ones too */
    uint64_t count;
    const struct impact_entry *list;
    uint64_t sequence; /* of the last record */
    int64_t time_ms;
};
/* Borrowed until the next record. */
struct impact_report impact_report(const struct impact *impact);

#endif
