/* Adjudication alone, catalogue lookup included: distinct ten-line claims of distinct people in
 * shuffled order, one core. Beside it, round by round, the lookups alone.
 *
 * Claims and people lie in the order of the visit, since the daemon has just decoded them; what
 * they ask of catalogue and policy is shuffled and mostly cold.
 *
 * Every claim is first adjudicated once untimed: the identities of the result must hold, at most
 * one in a hundred may be refused, and each timed round must add up to the same checksum. Times are
 * of this thread's processor, so that neighbours on the machine count for little. */
#include "adjudicate/adjudicate.h"
#include "population.h"

#define ROUNDS_MAX 64

struct work {
    struct population population;
    uint32_t count;
    struct patient *patients;
    struct bill *bills;
    struct arena *arena;
    struct result result;
    struct line_split splits[BILL_LINES];
};

struct outcome {
    uint64_t checksum;
    uint32_t refused;
};

static void work_fill(struct work *w)
{
    w->patients = malloc(w->count * sizeof *w->patients);
    w->bills = malloc(w->count * sizeof *w->bills);
    uint32_t *order = malloc(w->count * sizeof *order);
    w->arena = arena_new(1 << 20);
    bench_need(w->patients && w->bills && order && w->arena, "malloc");
    struct bench_random random = {1};
    for (uint32_t i = 0; i < w->count; i++)
        order[i] = i;
    bench_shuffle(&random, order, w->count);
    for (uint32_t i = 0; i < w->count; i++) {
        population_patient(&w->population, order[i], &w->patients[i]);
        population_bill(&w->population, order[i], &w->patients[i], &w->bills[i]);
    }
    free(order);
}

static void one(struct work *w, uint32_t number)
{
    const struct patient *patient = &w->patients[number];
    const struct bill *bill = &w->bills[number];
    struct adjudication in = {
        .policy = w->population.policy,
        .catalogue = w->population.catalogue,
        .institution = bill->institution,
        .person = &patient->person,
        .accums = &patient->accums,
        .balance = patient->balance,
        .claim = &bill->request.claim,
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
static void warm_next(const struct work *w, uint32_t number)
{
    if (number + 1 < w->count)
        adjudicate_warm(w->population.catalogue, &w->bills[number + 1].request.claim);
}

static struct outcome all(struct work *w, bool check)
{
    struct outcome outcome = {UINT64_C(0xcbf29ce484222325), 0};
    for (uint32_t i = 0; i < w->count; i++) {
        warm_next(w, i);
        one(w, i);
        const struct result *r = &w->result;
        if (r->problems.count > 0) {
            outcome.refused++;
            continue;
        }
        if (check && result_broken_identity(r, 1)) {
            fprintf(stderr, "bench: %s is broken\n", result_broken_identity(r, 1));
            exit(1);
        }
        outcome.checksum = mix(outcome.checksum, r->totals.fund_pay_sumamt);
        outcome.checksum = mix(outcome.checksum, r->totals.psn_cash_pay);
        outcome.checksum = mix(outcome.checksum, r->totals.inscp_scp_amt);
    }
    return outcome;
}

static uint64_t lookups(const struct work *w)
{
    int32_t today = date_of_time(w->population.now_ms);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        const struct bill *bill = &w->bills[i];
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
    work_fill(w);
    struct outcome expected = all(w, true);
    CHECK(expected.refused * 100 <= w->count);
    double rate[ROUNDS_MAX], floor_rate[ROUNDS_MAX];
    uint64_t found = lookups(w);
    for (uint64_t i = 0; i < rounds; i++) {
        double start = bench_cpu();
        CHECK(lookups(w) == found);
        floor_rate[i] = w->count / (bench_cpu() - start);
        start = bench_cpu();
        struct outcome outcome = all(w, false);
        rate[i] = w->count / (bench_cpu() - start);
        CHECK(outcome.checksum == expected.checksum && outcome.refused == expected.refused);
    }
    printf("{\"claims_per_s\": %.0f, \"lookups_only_per_s\": %.0f, \"claims\": %u, "
           "\"refused\": %u, \"catalogue\": %u, \"checksum\": \"%016llx\"}\n",
           bench_percentile(rate, rounds, 0.5), bench_percentile(floor_rate, rounds, 0.5), w->count,
           expected.refused, catalogue_count(w->population.catalogue),
           (unsigned long long)expected.checksum);
    free(w->patients);
    free(w->bills);
    arena_free(w->arena);
    population_close(&w->population);
    free(w);
    return 0;
}
