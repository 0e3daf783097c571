/* Tallies are compared in the ledger's order: the digest of each is made from the one before it. */
#include "client/chain.h"

#include <string.h>

#include "base/bytes.h"
#include "base/check.h"

static void drop(struct chain *chain, uint32_t count)
{
    chain->count -= count;
    memmove(chain->waiting, chain->waiting + count, chain->count * sizeof chain->waiting[0]);
}

/* The newest tally is believed: CHAIN_WAITING_MAX answers before it told of no difference. */
static void make_room(struct chain *chain)
{
    uint32_t last = chain->count;
    while (last > 0 && !chain->waiting[last - 1].stamped)
        last--;
    if (last > 0) {
        chain->base = chain->waiting[last - 1].tally;
        chain->based = true;
    }
    drop(chain, last > 0 ? last : 1);
}

void chain_add(struct chain *chain, const struct chain_link *link)
{
    if (chain->based && link->sequence <= chain->base.sequence)
        return;
    if (chain->count == CHAIN_WAITING_MAX)
        make_room(chain);
    uint32_t at = chain->count;
    while (at > 0 && chain->waiting[at - 1].sequence > link->sequence)
        at--;
    if (at > 0 && chain->waiting[at - 1].sequence == link->sequence) {
        if (link->stamped)
            chain->waiting[at - 1] = *link;
        return;
    }
    memmove(chain->waiting + at + 1, chain->waiting + at,
            (chain->count - at) * sizeof chain->waiting[0]);
    chain->waiting[at] = *link;
    chain->count++;
}

/* As the daemon makes it (copay.proto, Tally). */
static void follow(struct chain_point *point, const struct chain_link *link)
{
    uint8_t bytes[ID_MSGID + ID_SETL + COPAY_TALLY_SUMS * sizeof(int64_t)];
    struct writer w = writer_on(bytes, sizeof bytes);
    point->sequence = link->sequence;
    point->count++;
    write_bytes(&w, link->msgid, ID_MSGID);
    write_bytes(&w, link->setl_id, ID_SETL);
    for (int i = 0; i < COPAY_TALLY_SUMS; i++) {
        point->sums[i] = (int64_t)((uint64_t)point->sums[i] + (uint64_t)link->amounts[i]);
        write_i64(&w, point->sums[i]);
    }
    CHECK(!w.failed && w.used == sizeof bytes);
    point->digest = hash_sha256_pair(point->digest.bytes, HASH_SIZE, bytes, sizeof bytes);
}

static bool same_point(const struct chain_point *a, const struct chain_point *b)
{
    return a->count == b->count && memcmp(a->sums, b->sums, sizeof a->sums) == 0 &&
           hash_equal(&a->digest, &b->digest);
}

static void tell(const struct chain *chain, enum copay_tally_event_kind kind,
                 const struct chain_point *ours, const struct chain_point *theirs,
                 struct copay_tally_event *event)
{
    static const struct {
        const char *zh, *en;
    } texts[] = {
        [COPAY_TALLY_MISSING] = {"中心有本终端未收到应答的结算,请对明细账",
                                 "the daemon has settlements of this terminal that no answer came "
                                 "of; reconcile"},
        [COPAY_TALLY_EXTRA] = {"本终端收到应答的结算,中心流水中没有",
                               "this terminal has answers that the daemon's tally does not hold"},
        [COPAY_TALLY_DIFFERS] = {"本终端与中心的流水合计不一致",
                                 "this terminal's running tally differs from the daemon's"},
    };
    *event = (struct copay_tally_event){.kind = kind,
                                        .channel = chain->channel,
                                        .since = chain->base.sequence,
                                        .sequence = theirs->sequence,
                                        .ours_cnt = ours->count,
                                        .theirs_cnt = theirs->count,
                                        .zh = texts[kind].zh,
                                        .en = texts[kind].en};
    memcpy(event->ours, ours->sums, sizeof event->ours);
    memcpy(event->theirs, theirs->sums, sizeof event->theirs);
}

/* The first of a channel: from its very beginning, or believed. */
static void find_base(struct chain *chain, uint32_t stamped)
{
    chain->based = true;
    chain->base = (struct chain_point){0};
    if (chain->waiting[stamped].tally.count == stamped + 1)
        return;
    chain->base = chain->waiting[stamped].tally;
    drop(chain, stamped + 1);
}

bool chain_compare(struct chain *chain, bool whole, struct copay_tally_event *event)
{
    for (;;) {
        uint32_t stamped = 0;
        while (stamped < chain->count && !chain->waiting[stamped].stamped)
            stamped++;
        if (stamped == chain->count)
            return false;
        if (!chain->based) {
            find_base(chain, stamped);
            continue;
        }
        const struct chain_point theirs = chain->waiting[stamped].tally;
        struct chain_point ours = chain->base;
        for (uint32_t i = 0; i <= stamped; i++)
            follow(&ours, &chain->waiting[i]);
        const bool even = same_point(&ours, &theirs);
        if (theirs.count > ours.count && !whole)
            return false;
        if (!even)
            tell(chain,
                 theirs.count > ours.count   ? COPAY_TALLY_MISSING
                 : theirs.count < ours.count ? COPAY_TALLY_EXTRA
                                             : COPAY_TALLY_DIFFERS,
                 &ours, &theirs, event);
        chain->base = theirs;
        drop(chain, stamped + 1);
        if (!even)
            return true;
    }
}
