/* Adjudication alone, catalogue lookup included: distinct ten-line claims of distinct people in
 * shuffled order, one core. Beside it, round by round, the lookups alone.
 *
 * As in the daemon, a turn's claims and people come into memory that the turn before had: they have
 * just been decoded, outside the time that counts. What they ask of catalogue and policy is
 * shuffled and mostly cold. Kept all at once they would be half a gigabyte, and waiting for that
 * would cost as much as adjudicating.
 *
 * Every claim is first adjudicated once untimed: the identities of the result must hold, at most
 * one in a hundred may be refused, and each timed round must add up to the same checksum. Times are
 * of this thread's processor, so that neighbours on the machine count for little. */
#include "adjudicate/adjudicate.h"
#include "population.h"

#define ROUNDS_MAX 64
#define TURN_CLAIMS 128 /* the settler's turn */

struct made_claim {
    struct patient patient;
    struct bill bill;
};

struct work {
    struct population population;
    uint32_t count, *order;
    struct made_claim visits[TURN_CLAIMS];
    uint32_t here; /* visits of this turn */
    struct arena *arena;
    struct result result;
    struct line_split splits[BILL_LINES];
};

struct outcome {
    uint64_t checksum;
    uint32_t refused;
};

static void work_open(struct work *w)
{
    w->order = malloc(w->count * sizeof *w->order);
    w->arena = arena_new(1 << 20);
    bench_need(w->order && w->arena, "malloc");
    struct bench_random random = {1};
    for (uint32_t i = 0; i < w->count; i++)
        w->order[i] = i;
    bench_shuffle(&random, w->order, w->count);
}

static void work_close(struct work *w)
{
    free(w->order);
    arena_free(w->arena);
}

static void take_turn(struct work *w, uint32_t from)
{
    w->here = w->count - from < TURN_CLAIMS ? w->count - from : TURN_CLAIMS;
    for (uint32_t i = 0; i < w->here; i++) {
        struct made_claim *visit = &w->visits[i];
        population_patient(&w->population, w->order[from + i], &visit->patient);
        population_bill(&w->population, w->order[from + i], &visit->patient, &visit->bill);
    }
}

static void one(struct work *w, const struct made_claim *visit)
{
    struct adjudication in = {
        .policy = w->population.policy,
        .catalogue = w->population.catalogue,
        .institution = visit->bill.institution,
        .person = &visit->patient.person,
        .accums = &visit->patient.accums,
        .balance = visit->patient.balance,
        .claim = &visit->bill.request.claim,
        .setl_time = w->population.now_ms,
    };
    arena_reset(w->arena);
    w->result.lines = w->splits;
    bench_must(adjudicate(&in, w->arena, &w->result), "adjudicate");
}

static uint64_t mix(uint64_t sum, int64_t value)
{
    return (sum ^ (uint64_t)value) * UINT64_C(0x100000001b3);
}

/* Brings near what the bill after this one asks, as the settler does. */
static void warm_next(const struct work *w, uint32_t i)
{
    if (i + 1 < w->here)
        adjudicate_warm(w->population.catalogue, &w->visits[i + 1].bill.request.claim);
}

static void adjudicate_turn(struct work *w, bool check, struct outcome *outcome)
{
    for (uint32_t i = 0; i < w->here; i++) {
        warm_next(w, i);
        one(w, &w->visits[i]);
        const struct result *r = &w->result;
        if (r->problems.count > 0) {
            outcome->refused++;
            continue;
        }
        if (check && result_broken_identity(r, 1)) {
            fprintf(stderr, "bench: %s is broken\n", result_broken_identity(r, 1));
            exit(1);
        }
        outcome->checksum = mix(outcome->checksum, r->totals.fund_pay_sumamt);
        outcome->checksum = mix(outcome->checksum, r->totals.psn_cash_pay);
        outcome->checksum = mix(outcome->checksum, r->totals.inscp_scp_amt);
    }
}

/* All claims; adds the seconds that adjudicating them took. */
static struct outcome all(struct work *w, bool check, double *seconds)
{
    struct outcome outcome = {UINT64_C(0xcbf29ce484222325), 0};
    for (uint32_t from = 0; from < w->count; from += TURN_CLAIMS) {
        take_turn(w, from);
        double start = bench_cpu();
        adjudicate_turn(w, check, &outcome);
        *seconds += bench_cpu() - start;
    }
    return outcome;
}

static uint64_t look_up_turn(const struct work *w)
{
    int32_t today = date_of_time(w->population.now_ms);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < w->here; i++) {
        const struct bill *bill = &w->visits[i].bill;
        struct catalogue_query queries[BILL_LINES];
        for (int n = 0; n < BILL_LINES; n++)
            queries[n] = (struct catalogue_query){.med_list_codg = bill->lines[n].med_list_codg,
                                                  .date = today};
        warm_next(w, i);
        catalogue_find_all(w->population.catalogue, queries, BILL_LINES);
        for (int n = 0; n < BILL_LINES; n++)
            sum += queries[n].found == CATALOGUE_FOUND ? queries[n].entry->chrgitm_lv : 0;
    }
    return sum;
}

static uint64_t lookups(struct work *w, double *seconds)
{
    uint64_t sum = 0;
    for (uint32_t from = 0; from < w->count; from += TURN_CLAIMS) {
        take_turn(w, from);
        double start = bench_cpu();
        sum += look_up_turn(w);
        *seconds += bench_cpu() - start;
    }
    return sum;
}

int main(int argc, char **argv)
{
    struct bench_option options[] = {
        {"region", ""}, {"claims", "100000"}, {"rounds", "5"}, {"items", "even"}};
    bench_options(argc, argv, options, 4);
    struct work *w = calloc(1, sizeof *w);
    bench_need(w != NULL, "malloc");
    w->count = (uint32_t)bench_number(&options[1]);
    uint64_t rounds = bench_number(&options[2]);
    CHECK(w->count > 0 && rounds > 0 && rounds <= ROUNDS_MAX);
    population_open(&w->population, options[0].text, strcmp(options[3].text, "skewed") == 0);
    work_open(w);
    double untimed = 0;
    struct outcome expected = all(w, true, &untimed);
    CHECK(expected.refused * 100 <= w->count);
    double rate[ROUNDS_MAX], floor_rate[ROUNDS_MAX];
    uint64_t found = lookups(w, &untimed);
    for (uint64_t i = 0; i < rounds; i++) {
        double looking = 0, adjudicating = 0;
        CHECK(lookups(w, &looking) == found);
        floor_rate[i] = w->count / looking;
        struct outcome outcome = all(w, false, &adjudicating);
        rate[i] = w->count / adjudicating;
        CHECK(outcome.checksum == expected.checksum && outcome.refused == expected.refused);
    }
    printf("{\"claims_per_s\": %.0f, \"lookups_only_per_s\": %.0f, \"claims\": %u, "
           "\"refused\": %u, \"catalogue\": %u, \"checksum\": \"%016llx\"}\n",
           bench_percentile(rate, rounds, 0.5), bench_percentile(floor_rate, rounds, 0.5), w->count,
           expected.refused, catalogue_count(w->population.catalogue),
           (unsigned long long)expected.checksum);
    work_close(w);
    population_close(&w->population);
    free(w);
    return 0;
}
