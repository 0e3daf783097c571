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
#include "settle/settle.h"

struct impact;

/* `pack` is borrowed until impact_free(). */
enum err impact_new(const char *region, const struct pack *pack, struct impact **out) MUST_CHECK;
void impact_free(struct impact *impact);

/* The next record. ERR_CORRUPT: no record, out of order, or effects that do not parse; ERR_NOMEM.
 */
enum err impact_record(struct impact *impact, uint64_t sequence, struct slice bytes) MUST_CHECK;

/* A settlement that the pack touches; fen, as it is and as it would be. */
struct impact_entry {
    uint64_t sequence;
    char setl_id[ID_SETL + 1];
    enum reason refused; /* the pack refuses it; REASON_NONE: the figures below differ */
    int64_t fund_pay_sumamt, would_fund_pay_sumamt;
    int64_t psn_part_amt, would_psn_part_amt;
    bool voided; /* by a later record */
};
struct impact_report {
    uint64_t settlements; /* that the pack has rules for; voided ones too */
    uint64_t count;
    const struct impact_entry *list;
};
/* Borrowed until the next record. */
struct impact_report impact_report(const struct impact *impact);

#endif
