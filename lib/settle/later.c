/* Both sides are adjudicated on what lives now: the accumulators before a later settlement are the
 * present ones less everything that lives and is as late or later. A settlement voided in between
 * is thereby left out of both sides, as it must be: two voids that change nothing each may change
 * something together. */
#include "settle/later.h"

#include <stdlib.h>
#include <string.h>

#include "adjudicate/adjudicate.h"
#include "settle/encounter_bill.h"
#include "settle/filing.h"
#include "settle/previous.h"
#include "settle/years.h"
#include "wire/codec.h"

struct link {
    struct settlement settlement;
    bool judged; /* it may rest on the original; else it only stands between */
};

struct chain {
    uint32_t count, capacity, judged;
    struct link *list; /* oldest first; malloc'ed */
};

/* Of the years that can be settled, and the two beside them that a split stay may move. */
#define YEARS_MAX (BENEFIT_YEARS_BACK + 4)

/* What a later settlement found, with the original or without it. */
struct side {
    const struct accums *accums[2]; /* of its year; of the one before, when it spans */
    int64_t balance;
    const char *without; /* setl_id of what never was; "" */
};

struct walk {
    struct turn *turn;
    const struct settlement *original;
    struct person person;
    uint32_t year_count;
    struct {
        uint16_t year;
        struct accums accums; /* before the settlement last walked over */
    } years[YEARS_MAX];
    struct arena *scratch;
};

static enum err chain_add(struct chain *chain, const struct settlement *settlement)
{
    if (chain->count == chain->capacity) {
        uint32_t capacity = chain->capacity ? 2 * chain->capacity : 8;
        struct link *list = realloc(chain->list, capacity * sizeof *list);
        if (!list)
            return ERR_NOMEM;
        chain->list = list;
        chain->capacity = capacity;
    }
    chain->list[chain->count++] = (struct link){.settlement = *settlement};
    return ERR_OK;
}

static int compare_sequence(const void *a, const void *b)
{
    uint64_t x = ((const struct link *)a)->settlement.sequence;
    uint64_t y = ((const struct link *)b)->settlement.sequence;
    return x < y ? -1 : x > y;
}

/* Walks from the year's newest back to the original along the links; a link that does not lead
 * back in time is damage, and would never end. */
static enum err collect_year(struct turn *turn, const struct settlement *original, uint16_t year,
                             struct chain *chain)
{
    struct person_year facts;
    struct settlement s;
    char *setl_id = facts.setl_id;
    uint64_t newer = UINT64_MAX, sequence;
    enum err err = state_person_year(turn->state, original->psn_no, year, &facts);
    while (err == ERR_OK && setl_id[0]) {
        err = id_parse_setl(setl_id, &sequence);
        if (err == ERR_OK && sequence >= newer)
            err = ERR_CORRUPT;
        if (err != ERR_OK || sequence <= original->sequence)
            break;
        newer = sequence;
        err = state_settlement(turn->state, setl_id, &s);
        if (err == ERR_OK && !s.refd_setl_flag && s.void_setl_id[0] == '\0')
            err = chain_add(chain, &s);
        if (err == ERR_OK)
            TEXT_SET(facts.setl_id, s.prev_setl_id);
    }
    return err == ERR_NOTFOUND || err == ERR_INVALID ? ERR_CORRUPT : err;
}

/* Whether one reads or moves the accumulators of a year that the other moved. */
static bool shares_year(const struct settlement *a, const struct settlement *b)
{
    return a->year == b->year || (a->spans && a->year - 1 == b->year) ||
           (b->spans && b->year - 1 == a->year);
}

/* Accumulators are read in their own year, and by split stays of the year after; the account in
 * every year. What a split stay of the year after found there is known when all that is later in
 * that year is taken off, so that such ones stay in the chain, unjudged. */
static void mark(struct chain *chain, const struct settlement *original)
{
    bool beyond = false;
    for (uint32_t i = 0; i < chain->count; i++) {
        struct link *link = &chain->list[i];
        link->judged = original->totals.acct_pay != 0 || shares_year(&link->settlement, original);
        beyond = beyond || (link->judged && link->settlement.year > original->year);
        chain->judged += link->judged;
    }
    if (beyond)
        return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < chain->count; i++)
        if (chain->list[i].judged)
            chain->list[kept++] = chain->list[i];
    chain->count = kept;
}

static enum err collect(struct turn *turn, const struct settlement *original, struct chain *chain)
{
    enum err err = ERR_OK;
    int first = original->year - original->spans, last = original->year + 2;
    if (original->totals.acct_pay) {
        first = date_year(original->business_date) - BENEFIT_YEARS_BACK;
        last = date_year(turn->today) + 1; /* tomorrow's discharge */
    } else if (original->delta_count == 0 && strcmp(original->infno, "2304") != 0) {
        return ERR_OK; /* a stay that moved nothing may still be looked back at */
    }
    for (int year = first; err == ERR_OK && year <= last; year++)
        err = collect_year(turn, original, (uint16_t)year, chain);
    if (err != ERR_OK || chain->count == 0)
        return err;
    qsort(chain->list, chain->count, sizeof chain->list[0], compare_sequence);
    mark(chain, original);
    return ERR_OK;
}

static enum err list_add(struct turn *turn, const char *setl_id, struct later *out)
{
    if (out->count == REPLY_SETL_IDS_MAX) {
        out->more++;
        return ERR_OK;
    }
    const char *copy = arena_copy(turn->arena, setl_id, ID_SETL);
    if (!copy)
        return ERR_NOMEM;
    out->setl_ids[out->count++] = copy;
    return ERR_OK;
}

/* True when the digest is among the packs that the answer asks for, or there was room for it. */
static bool need_pack(struct settle_needs *needs, const struct hash *digest)
{
    for (uint32_t i = 0; i < needs->pack_count; i++)
        if (hash_equal(&needs->packs[i], digest))
            return true;
    if (needs->pack_count == SETTLE_PACKS_MAX)
        return false;
    needs->packs[needs->pack_count++] = *digest;
    return true;
}

/* The pack that made the record: the active one, or one that the caller brought. */
static const struct pack *pack_of(const struct turn *turn, const struct hash *digest)
{
    const struct settle_evidence *evidence = turn->evidence;
    if (turn->pack && hash_equal(&turn->policy, digest))
        return turn->pack;
    for (uint32_t i = 0; evidence && i < evidence->pack_count; i++) {
        struct hash have = pack_digest(evidence->packs[i]);
        if (hash_equal(&have, digest))
            return evidence->packs[i];
    }
    return NULL;
}

/* Asks for all the records and old packs when one of them is missing; the packs are known once the
 * records are there. Settlements of more than SETTLE_PACKS_MAX packs ago are not adjudicated. */
static enum err check_evidence(struct turn *turn, const struct chain *chain, bool *needs)
{
    struct settle_needs *list = &turn->answer->needs;
    *needs = false;
    for (uint32_t i = 0; i < chain->count; i++) {
        struct record record;
        if (!chain->list[i].judged)
            continue;
        enum err err = turn_evidence(turn, chain->list[i].settlement.sequence, &record);
        if (err == ERR_NOTFOUND)
            *needs = true;
        else if (err != ERR_OK)
            return err;
        else if (!turn->pack || !hash_equal(&turn->policy, &record.policy))
            *needs |= need_pack(list, &record.policy) && !pack_of(turn, &record.policy);
    }
    for (uint32_t i = 0; *needs && i < chain->count; i++) {
        enum err err =
            chain->list[i].judged ? turn_need(turn, chain->list[i].settlement.sequence) : ERR_OK;
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

/* The stay before the later one; of the one to be voided nothing is left on the side `without`. */
static enum err find_previous(struct walk *walk, const struct pack *pack,
                              const struct settlement *later, const char *without,
                              struct adjudication *in, struct previous_stay *previous)
{
    bool found;
    if (!in->policy->looks_back || strcmp(later->infno, "2304") != 0)
        return ERR_OK;
    const struct previous_search search = {.pack = pack,
                                           .newest = later->prev_setl_id,
                                           .without = without,
                                           .since = previous_since(in->policy, later->begntime),
                                           .arena = walk->scratch};
    enum err err = previous_find(walk->turn, &search, previous, &found);
    in->previous = found ? previous : NULL;
    return err;
}

static enum err judge(struct walk *walk, const struct pack *pack, const struct settlement *later,
                      const struct claim *claim, const struct side *side, struct result *result)
{
    struct previous_stay previous;
    struct filings filings;
    struct adjudication in = {
        .policy =
            pack_policy_for(pack, care_days(later->begntime, later->endtime, later->setl_time)),
        .catalogue = pack_catalogue(pack),
        .institution = pack_institution(pack, later->fixmedins_code),
        .person = &walk->person,
        .accums = side->accums[0],
        .accums_before = side->accums[1],
        .balance = side->balance,
        .claim = claim,
        .setl_time = later->setl_time,
    };
    result->lines = arena_alloc(walk->scratch, claim->line_count * sizeof result->lines[0]);
    if (!result->lines)
        return ERR_NOMEM;
    if (!in.policy || !in.institution)
        return ERR_INVALID;
    enum err err = find_previous(walk, pack, later, side->without, &in, &previous);
    if (err == ERR_OK && policy_asks_filings(in.policy)) {
        in.filings = &filings;
        err = filings_find(walk->turn->state, later->psn_no, later->sequence, &filings);
    }
    return err == ERR_OK ? adjudicate(&in, walk->scratch, result) : err;
}

/* With the original it must come out as it did, or it cannot tell what the original was to it:
 * facts that came late may hide that. */
static bool as_settled(const struct result *result, const struct settlement *later)
{
    return totals_same(&result->totals, &later->totals) &&
           accums_same(result->deltas, result->delta_count, later->deltas, later->delta_count);
}

static enum err later_claim(struct walk *walk, const struct settlement *later,
                            struct record *record, struct request *request)
{
    struct problems *problems = arena_alloc(walk->scratch, sizeof *problems);
    if (!problems)
        return ERR_NOMEM;
    enum err err = turn_evidence(walk->turn, later->sequence, record);
    if (err == ERR_OK)
        err = wire_read_request_body(record->request, walk->scratch, request, problems);
    if (err == ERR_OK && request->kind != REQUEST_SETTLE)
        err = ERR_CORRUPT;
    if (err == ERR_OK && later->mdtrt_id[0])
        err = encounter_bill_restore(walk->turn->state, later, walk->scratch, &request->claim);
    return err == ERR_INVALID || err == ERR_NOTFOUND ? ERR_CORRUPT : err;
}

/* The year's accumulators as far as the walk has come; read when it first gets there. */
static enum err accums_of(struct walk *walk, uint16_t year, struct accums **out)
{
    struct person_year *facts;
    for (uint32_t i = 0; i < walk->year_count; i++) {
        *out = &walk->years[i].accums;
        if (walk->years[i].year == year)
            return ERR_OK;
    }
    if (walk->year_count == YEARS_MAX)
        return ERR_CORRUPT;
    facts = arena_alloc_raw(walk->scratch, sizeof *facts);
    if (!facts)
        return ERR_NOMEM;
    enum err err = state_person_year(walk->turn->state, walk->original->psn_no, year, facts);
    if (err != ERR_OK)
        return err;
    walk->years[walk->year_count].year = year;
    *out = &walk->years[walk->year_count++].accums;
    **out = facts->accums;
    return ERR_OK;
}

/* Walks one step back: the accumulators are then those before `later`, its own year's first. */
static enum err step_back(struct walk *walk, const struct settlement *later,
                          const struct accums *before[2])
{
    before[1] = NULL;
    for (uint16_t i = 0; i <= later->spans; i++) {
        const uint16_t year = (uint16_t)(later->year - i);
        struct accums *accums;
        enum err err = accums_of(walk, year, &accums);
        if (err == ERR_OK)
            err = years_move_one(accums, year, later->deltas, later->delta_count, -1);
        if (err != ERR_OK)
            return err == ERR_LIMIT ? ERR_CORRUPT : err;
        before[i] = accums;
    }
    return ERR_OK;
}

/* The same without what the original moved. */
static enum err without_original(struct walk *walk, const struct settlement *later,
                                 const struct accums *const with[2], const struct accums *out[2])
{
    const struct settlement *original = walk->original;
    out[1] = NULL;
    for (uint16_t i = 0; i <= later->spans; i++) {
        struct accums *accums = arena_alloc_raw(walk->scratch, sizeof *accums);
        if (!accums)
            return ERR_NOMEM;
        *accums = *with[i];
        enum err err = years_move_one(accums, (uint16_t)(later->year - i), original->deltas,
                                      original->delta_count, -1);
        if (err != ERR_OK)
            return err == ERR_LIMIT ? ERR_CORRUPT : err;
        out[i] = accums;
    }
    return ERR_OK;
}

static enum err differs(struct walk *walk, const struct settlement *later,
                        const struct accums *const with[2], bool *differ)
{
    struct record record;
    struct request request;
    const struct accums *without[2];
    enum err err = later_claim(walk, later, &record, &request);
    if (err == ERR_OK)
        err = without_original(walk, later, with, without);
    if (err != ERR_OK)
        return err;
    struct result *results = arena_alloc(walk->scratch, 2 * sizeof *results);
    const struct pack *pack = pack_of(walk->turn, &record.policy);
    if (!results)
        return ERR_NOMEM;
    if (!pack) {
        *differ = true;
        return ERR_OK;
    }
    const struct settlement *original = walk->original;
    const struct side sides[2] = {{{with[0], with[1]}, later->balance_before, ""},
                                  {{without[0], without[1]},
                                   later->balance_before + original->totals.acct_pay,
                                   original->setl_id}};
    *differ = false;
    for (int i = 0; i < 2; i++) {
        err = judge(walk, pack, later, &request.claim, &sides[i], &results[i]);
        if (err != ERR_OK && err != ERR_INVALID)
            return err;
        *differ |= err != ERR_OK || results[i].problems.count > 0;
    }
    *differ = *differ || !as_settled(&results[0], later) ||
              !result_same_amounts(&results[0], &results[1]);
    return ERR_OK;
}

static enum err list_differing(struct walk *walk, const struct chain *chain, struct later *out)
{
    struct turn *turn = walk->turn;
    enum err err = state_person(turn->state, walk->original->psn_no, &walk->person);
    for (uint32_t i = chain->count; err == ERR_OK && i-- > 0;) {
        const struct link *link = &chain->list[i];
        const struct accums *before[2];
        bool differ = false;
        err = step_back(walk, &link->settlement, before);
        if (err == ERR_OK && link->judged)
            err = differs(walk, &link->settlement, before, &differ);
        if (err == ERR_OK && differ)
            err = list_add(turn, link->settlement.setl_id, out);
        arena_reset(walk->scratch);
    }
    return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
}

static enum err check_chain(struct turn *turn, const struct settlement *original,
                            const struct chain *chain, struct later *out)
{
    if (chain->count == 0)
        return ERR_OK;
    if (chain->judged > SETTLE_LATER_MAX) {
        enum err err = ERR_OK;
        for (uint32_t i = chain->count; err == ERR_OK && i-- > 0;)
            if (chain->list[i].judged)
                err = list_add(turn, chain->list[i].settlement.setl_id, out);
        return err;
    }
    enum err err = check_evidence(turn, chain, &out->needs);
    if (err != ERR_OK || out->needs)
        return err;
    struct walk *walk = arena_alloc(turn->arena, sizeof *walk);
    /* One claim at a time: sixty-four of the largest would not fit the request's own arena. */
    struct arena *scratch = arena_new(REQUEST_ARENA_MAX);
    if (walk && scratch) {
        walk->turn = turn;
        walk->original = original;
        walk->scratch = scratch;
        err = list_differing(walk, chain, out);
    } else {
        err = ERR_NOMEM;
    }
    arena_free(scratch);
    return err;
}

enum err later_check(struct turn *turn, const struct settlement *original, struct later *out)
{
    struct chain chain = {0};
    out->needs = false;
    out->count = out->more = 0;
    enum err err = collect(turn, original, &chain);
    if (err == ERR_OK)
        err = check_chain(turn, original, &chain, out);
    free(chain.list);
    return err;
}
