/* Smart audit alone, catalogue lookup included: ten-line claims of distinct people over the rules
 * of a region, with thirty lines and five visits of history each, one core. Beside it, round by
 * round, the lookups alone. Times are of this thread's processor. */
#include "audit/audit.h"
#include "base/date.h"
#include "population.h"

#define ROUNDS_MAX 64
#define TURN_CLAIMS 128
#define HISTORY 30
#define VISITS 5

struct made_claim {
    struct patient patient;
    struct bill bill;
    struct audit_dispensed dispensed[HISTORY];
    struct audit_visit visits[VISITS];
};

struct work {
    struct population population;
    uint32_t count, here;
    struct made_claim visits[TURN_CLAIMS];
    struct arena *arena;
    struct audit_report report;
    uint64_t findings, hits;
};

static void take_turn(struct work *w, uint32_t from)
{
    const struct population *p = &w->population;
    const int32_t today = date_of_time(p->now_ms);
    w->here = w->count - from < TURN_CLAIMS ? w->count - from : TURN_CLAIMS;
    for (uint32_t i = 0; i < w->here; i++) {
        struct made_claim *v = &w->visits[i];
        struct bench_random random = {from + i + 1};
        population_patient(p, from + i, &v->patient);
        population_bill(p, from + i, &v->patient, &v->bill);
        for (int n = 0; n < HISTORY; n++)
            v->dispensed[n] = (struct audit_dispensed){
                .setl_id = "S",
                .fixmedins_code = "H",
                .med_list_codg = p->codes[bench_below(&random, p->code_count)],
                .date = today - 3 * (HISTORY - n),
                .cnt = 10000,
                .amount = 1000,
                .prd_days = 700};
        for (int n = 0; n < VISITS; n++)
            v->visits[n] = (struct audit_visit){.setl_id = "S",
                                                .fixmedins_code = "H",
                                                .dise_codg = "",
                                                .begin = today - 20 * (n + 1),
                                                .end = today - 20 * (n + 1)};
    }
}

static void audit_turn(struct work *w)
{
    for (uint32_t i = 0; i < w->here; i++) {
        const struct made_claim *v = &w->visits[i];
        const struct claim *claim = &v->bill.request.claim;
        const struct policy_med_type *type = policy_med_type(w->population.policy, claim->med_type);
        uint8_t refused[BILL_LINES] = {0};
        const struct audit_facts facts = {.policy = w->population.policy,
                                          .catalogue = w->population.catalogue,
                                          .institution = v->bill.institution,
                                          .claim = claim,
                                          .kind = type ? type->kind : 0,
                                          .gend = v->patient.person.gend,
                                          .brdy = v->patient.person.brdy,
                                          .visit_count = VISITS,
                                          .visits = v->visits,
                                          .dispensed_count = HISTORY,
                                          .dispensed = v->dispensed,
                                          .member = {DATE_NONE, DATE_NONE},
                                          .place = {DATE_NONE, DATE_NONE}};
        arena_reset(w->arena);
        bench_must(audit(pack_audit(w->population.pack), &facts, w->arena, refused, &w->report),
                   "audit");
        w->findings += w->report.findings.count + w->report.findings.more;
    }
}

/* How many rules look at the turn's lines. */
static uint64_t look_up_turn(const struct work *w)
{
    const struct audit_rules *rules = pack_audit(w->population.pack);
    const int32_t today = date_of_time(w->population.now_ms);
    uint64_t hits = 0;
    for (uint32_t i = 0; i < w->here; i++) {
        struct catalogue_query queries[BILL_LINES];
        for (int n = 0; n < BILL_LINES; n++)
            queries[n] = (struct catalogue_query){
                .med_list_codg = w->visits[i].bill.lines[n].med_list_codg, .date = today};
        catalogue_find_all(w->population.catalogue, queries, BILL_LINES);
        for (int n = 0; n < BILL_LINES; n++) {
            const uint64_t *set =
                rules && queries[n].entry
                    ? audit_rules_of(rules, w->population.catalogue, queries[n].entry)
                    : NULL;
            for (uint16_t word = 0; set && word < rules->words; word++)
                hits += (uint64_t)__builtin_popcountll(set[word]);
        }
    }
    return hits;
}

int main(int argc, char **argv)
{
    struct bench_option options[] = {{"region", ""}, {"claims", "50000"}, {"rounds", "5"}};
    bench_options(argc, argv, options, 3);
    struct work *w = calloc(1, sizeof *w);
    bench_need(w != NULL, "malloc");
    w->count = (uint32_t)bench_number(&options[1]);
    uint64_t rounds = bench_number(&options[2]);
    CHECK(w->count > 0 && rounds > 0 && rounds <= ROUNDS_MAX);
    population_open(&w->population, options[0].text, false);
    w->arena = arena_new(1 << 20);
    bench_need(w->arena != NULL, "malloc");
    double spent[ROUNDS_MAX], looking[ROUNDS_MAX];
    for (uint64_t i = 0; i < rounds; i++) {
        spent[i] = looking[i] = 0;
        w->findings = w->hits = 0;
        for (uint32_t from = 0; from < w->count; from += TURN_CLAIMS) {
            take_turn(w, from);
            double start = bench_cpu();
            w->hits += look_up_turn(w);
            double between = bench_cpu();
            audit_turn(w);
            looking[i] += between - start;
            spent[i] += bench_cpu() - between;
        }
    }
    const double lines = (double)w->count * BILL_LINES;
    printf("{\"ns_per_line\": %.1f, \"lookup_ns_per_line\": %.1f, \"claims\": %u, "
           "\"hits_per_line\": %.2f, \"findings\": %llu}\n",
           bench_percentile(spent, rounds, 0.5) / lines * 1e9,
           bench_percentile(looking, rounds, 0.5) / lines * 1e9, w->count, (double)w->hits / lines,
           (unsigned long long)w->findings);
    population_close(&w->population);
    arena_free(w->arena);
    free(w);
    return 0;
}
