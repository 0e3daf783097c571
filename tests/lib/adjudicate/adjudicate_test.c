/* lib/adjudicate: what holds of every answer, over many random bills with a fixed seed. */
#include "fixture.h"

static int64_t below(int64_t bound)
{
    return (((int64_t)rand() << 20) ^ rand()) % bound;
}

/* A resident chain: basic with a cap, large-amount on its excess, critical illness, assistance. */
static void add_chain(struct world *w)
{
    struct layer *ip = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, ip, everyone, 120000, 60000);
    layer_ratio(w, ip, everyone, 6500)->bands[0].upto_fen = 1000000;
    layer_band(w, ip, INT64_MAX, 8700);
    layer_cap(w, ip, CAP_ON_PAYMENT, 3000000);
    struct layer *large = world_layer(w, "large", FUND_HIFOB);
    const struct base_term excess[] = {{RATIO_ONE, AMOUNT_LAYER_EXCESS, 0}};
    layer_base(large, 1, excess);
    layer_ratio(w, large, everyone, 9000);
    layer_cap(w, large, CAP_ON_PAYMENT, 5000000);
    struct layer *ci = world_layer(w, "ci", FUND_HIFMI);
    const struct base_term left[] = {{RATIO_ONE, AMOUNT_INSCP, 0},
                                     {-RATIO_ONE, AMOUNT_LAYER_PAID, 0},
                                     {-RATIO_ONE, AMOUNT_LAYER_PAID, 1}};
    layer_base(ci, 3, left);
    ci->cumulative = true;
    ci->accrual = PER_YEAR;
    ci->owner_kind = OWNER_INSURER;
    ci->owner_code = "INS431000";
    layer_deductible(w, ci, everyone, 160000, 0);
    layer_ratio(w, ci, everyone, 6000)->bands[0].upto_fen = 300000;
    layer_band(w, ci, INT64_MAX, 7500);
    layer_ease(w, ci, 5000, 500, true);
    struct layer *maf = world_layer(w, "maf", FUND_MAF);
    const struct base_term rest[] = {{RATIO_ONE, AMOUNT_INSCP, 0},
                                     {-RATIO_ONE, AMOUNT_LAYER_PAID, 0},
                                     {-RATIO_ONE, AMOUNT_LAYER_PAID, 1},
                                     {-RATIO_ONE, AMOUNT_LAYER_PAID, 2}};
    layer_base(maf, 4, rest);
    maf->owner_kind = OWNER_ASSISTANCE;
    maf->identities = 1u << LOW_INCOME;
    layer_ratio(w, maf, everyone, 7000);
    layer_cap(w, maf, CAP_ON_PAYMENT, 500000);
}

static void add_random_lines(struct world *w)
{
    int count = 1 + rand() % 12;
    for (int i = 0; i < count; i++) {
        uint8_t lv = (uint8_t)(1 + rand() % 3);
        int64_t units = 1 + rand() % 9, pric = below(90000) + 1;
        struct claim_line *line = world_line(w, lv, units * pric, lv == 2 ? rand() % 3000 : 0);
        line->cnt = units * CNT_ONE;
        line->pric = pric * 10000;
        if (rand() % 3 == 0)
            w->stated[line - w->lines].pric_uplmt_amt = below(90000) * 10000;
        for (int64_t left = units; left > 0 && rand() % 3 == 0;) {
            int64_t back = 1 + rand() % left;
            left -= back;
            world_refund(w, line, -back * pric, -back * CNT_ONE);
        }
    }
    world_line(w, 1, 1, 0); /* a bill whose lines are all refunded is none */
}

/* Swaps lines, numbers and stated classes along; originals are named, not placed. */
static void shuffle(struct world *w)
{
    for (uint32_t i = w->claim.line_count - 1; i > 0; i--) {
        uint32_t j = (uint32_t)rand() % (i + 1);
        struct claim_line line = w->lines[i];
        w->lines[i] = w->lines[j];
        w->lines[j] = line;
        struct stated_line stated = w->stated[i];
        w->stated[i] = w->stated[j];
        w->stated[j] = stated;
    }
}

static const struct line_split *split_of(const struct world *w, const struct line_split *splits,
                                         const struct claim_line *lines, const char *number)
{
    for (uint32_t i = 0; i < w->claim.line_count; i++)
        if (strcmp(lines[i].feedetl_sn, number) == 0)
            return &splits[i];
    fail();
    return NULL;
}

static void line_order_never_changes_money(void **state)
{
    (void)state;
    srand(431000);
    for (int round = 0; round < 300; round++) {
        struct world *w = world_new();
        add_chain(w);
        if (round % 2)
            world_identity(w, "1", "431003");
        const struct accum base = {2024, 390, ACCUM_BASE, "ci", 1 + below(500000)};
        assert_int_equal(accum_add(&w->accums, &base), ERR_OK);
        add_random_lines(w);
        world_run(w, 0);
        struct totals totals = w->result.totals;
        struct line_split splits[WORLD_LINES];
        struct claim_line lines[WORLD_LINES];
        memcpy(splits, w->splits, sizeof splits);
        memcpy(lines, w->lines, sizeof lines);
        for (int i = 0; i < 4; i++) {
            shuffle(w);
            world_run(w, 0);
            assert_memory_equal(&w->result.totals, &totals, sizeof totals);
            for (uint32_t l = 0; l < w->claim.line_count; l++) {
                const struct line_split *was = split_of(w, splits, lines, w->lines[l].feedetl_sn);
                assert_memory_equal(was, &w->splits[l], sizeof *was);
            }
        }
        world_free(w);
    }
}

/* Σ base - deductible = Σ segments + excess, to the fen each rounds to; segments = what is paid. */
static void steps_add_up(void **state)
{
    (void)state;
    srand(431002);
    for (int round = 0; round < 300; round++) {
        struct world *w = world_new();
        add_chain(w);
        world_identity(w, "1", "431003");
        for (int stay = 0; stay < 3; stay++) {
            world_clear_lines(w);
            add_random_lines(w);
            const struct result *r = world_settle(w, 0);
            int64_t paid = 0, before = 0;
            for (uint32_t i = 0; i < r->step_count; i++) {
                paid += r->steps[i].code == STEP_SEGMENT ? r->steps[i].amount : 0;
                before += r->steps[i].code == STEP_BEFORE ? r->steps[i].amount : 0;
            }
            assert_int_equal(paid - before, r->totals.fund_pay_sumamt);
            for (uint32_t i = 1; i < r->delta_count; i++)
                assert_true(accum_compare(&r->deltas[i - 1], &r->deltas[i]) < 0);
        }
        world_free(w);
    }
}

static struct selector random_selector(void)
{
    struct selector who = everyone;
    if (rand() % 4 == 0)
        who.grades = 1u << LEVEL3;
    if (rand() % 4 == 0)
        who.identities = 1u << LOW_INCOME;
    return who;
}

/* Any tables at all, as long as terms name earlier layers. */
static void add_random_layer(struct world *w, const char *id)
{
    struct layer *l = world_layer(w, id, (enum fund_field)(rand() % FUND_FIELDS));
    uint8_t index = (uint8_t)(l - w->policy.layers);
    l->term_count = (uint8_t)(1 + rand() % 3);
    for (uint8_t i = 0; i < l->term_count; i++)
        l->terms[i] =
            (struct base_term){(rand() % 3 ? 1 : -1) * (rand() % 4 ? RATIO_ONE : 1 + rand() % 9999),
                               (enum amount_name)(rand() % (index ? AMOUNTS : AMOUNT_LAYER_PAID)),
                               index ? (uint8_t)(rand() % index) : 0};
    if (index > 0 && rand() % 5 == 0)
        l->guarantee = 1u + (uint32_t)rand() % ((1u << index) - 1);
    if (rand() % 6 == 0) {
        l->owner_kind = OWNER_HOSPITAL;
        l->field = FUND_FIELDS;
    }
    l->paid_later = rand() % 8 == 0;
    l->cumulative = rand() % 3 == 0;
    l->reach_back = rand() % 2;
    l->accrual = l->cumulative ? PER_YEAR : (enum rule_per)(rand() % (PER_HOSPITAL_YEAR + 1));
    if (rand() % 2)
        l->dedc_ceiling_fen = below(200000);
    if (l->accrual != PER_NONE)
        layer_deductible(w, l, random_selector(), below(200000), below(200000));
    l->nth.of = world_rules(w, l)->deductibles[0].nth.of = rand() % 2;
    layer_ratio(w, l, random_selector(), rand() % 101 * 100)->bands[0].upto_fen = below(2000000);
    layer_band(w, l, 2000000 + below(2000000), rand() % 101 * 100);
    if (rand() % 2)
        layer_band(w, l, INT64_MAX, rand() % 10001);
    for (int i = rand() % 3; i > 0; i--) {
        struct cap_rule *cap = layer_cap(w, l, (enum cap_on)(rand() % 2), below(3000000));
        cap->who = random_selector();
        if (index > 0 && rand() % 2)
            memcpy(cap->scopes[cap->scope_count++], w->policy.layers[rand() % index].accumulates,
                   ACCUM_SCOPE + 1);
    }
    for (int i = rand() % 3; i > 0; i--) {
        struct adjust_rule *rule = layer_ease(w, l, rand() % 10001, rand() % 10001, rand() % 2);
        rule->ratio = i == 1 ? ADJUST_MULTIPLY : ADJUST_PERSONAL_SHARE;
        rule->first_selfpay = i == 1 ? rand() % 3000 : 0;
        rule->ratio_by = i == 1 ? rule->ratio_by : rule->ratio_by / 100 * 100;
    }
}

/* One price for everybody at random, of the layers that the compiler lets have one. */
static struct policy_packages *random_packages(struct world *w)
{
    struct policy_packages *packages = calloc(1, sizeof *packages);
    assert_non_null(packages);
    packages->count = packages->rule_count = 1;
    struct package *package = &packages->list[0];
    *package = (struct package){.id = "p",
                                .name_zh = "p",
                                .layer = (uint8_t)(rand() % w->policy.layer_count),
                                .method = (enum package_method)(rand() % 5),
                                .share_on = (enum package_share)(rand() % 3),
                                .above_hospital = rand() % 2,
                                .below_kept = rand() % 2,
                                .part_count = (uint8_t)(1 + rand() % FEE_PARTS),
                                .fund_pay_type = "999996"};
    for (uint8_t i = 0; i < package->part_count; i++)
        package->parts[i] = (uint8_t)((i + package->layer) % FEE_PARTS);
    packages->rules[0] =
        (struct package_rule){.who = random_selector(), .price_fen = 1 + below(3000000)};
    packages->rules[0].patient_fen = below(packages->rules[0].price_fen);
    const struct layer *layer = &w->policy.layers[package->layer];
    if (layer->cumulative || layer->guarantee || layer->paid_later)
        package->method = METHOD_DRG;
    return packages;
}

/* Whatever a pack says, an answer holds its identities, or is refused as internal by name. */
static void any_policy_answers_or_refuses(void **state)
{
    (void)state;
    static const char *const ids[] = {"a", "b", "c", "d", "e", "f"};
    srand(431003);
    int answered = 0, refused = 0;
    for (int round = 0; round < 1500; round++) {
        struct world *w = world_new();
        for (int i = 1 + rand() % 6; i > 0; i--)
            add_random_layer(w, ids[i - 1]);
        if (rand() % 2)
            world_identity(w, "1", "431003");
        world_employee(w, "1101");
        w->policy.packages = rand() % 2 ? random_packages(w) : NULL;
        w->claim.acct_used_flag = rand() % 2;
        w->in.balance = below(300000);
        w->in.family_balance = below(300000);
        w->policy.account.first = rand() % 2;
        w->policy.account.family =
            (struct policy_purse){2, {PART_FULAMT, PART_INSCP}, "310201", 51};
        for (int stay = 0; stay < 3; stay++) {
            world_clear_lines(w);
            add_random_lines(w);
            arena_reset(w->arena);
            enum err err = world_adjudicate(w);
            if (err == ERR_OK) {
                assert_int_equal(w->result.problems.count, 0);
                assert_null(result_broken_identity(&w->result, 1));
                for (uint32_t i = 0; i < w->result.delta_count; i++)
                    assert_int_equal(accum_add(&w->accums, &w->result.deltas[i]), ERR_OK);
                answered++;
            } else {
                assert_int_equal(err, ERR_INVALID);
                if (!strstr(w->result.problems.list[0].en, "too long a chain"))
                    fail_msg("%s", w->result.problems.list[0].en);
                refused++;
            }
        }
        free(w->policy.packages);
        world_free(w);
    }
    assert_true(answered > 4000 && refused < 200);
}

static void the_largest_amounts_do_not_overflow(void **state)
{
    (void)state;
    struct world *w = world_new();
    add_chain(w);
    world_identity(w, "1", "431003");
    const struct accum base = {2024, 390, ACCUM_BASE, "ci", FEN_MAX};
    assert_int_equal(accum_add(&w->accums, &base), ERR_OK);
    struct claim_line *line = world_line(w, 2, 1, 3333);
    line->det_item_fee_sumamt = w->claim.medfee_sumamt = FEN_MAX;
    line->pric = FEN_MAX;
    line->cnt = INT64_C(100000000);
    w->stated[0].pric_uplmt_amt = FEN_MAX - 1;
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->problems.count, 0);
    assert_int_equal(r->totals.medfee_sumamt, FEN_MAX);
    world_free(w);
}

static void heads_and_year(void **state)
{
    (void)state;
    struct world *w = world_new();
    const struct result *r = world_run(w, 1000);
    assert_int_equal(r->year, 2024);
    assert_int_equal(r->insutype, 390);
    assert_string_equal(r->med_kind, "inpatient");
    assert_string_equal(r->clr_type, "21");
    assert_string_equal(r->insuplc_admdvs, "431002");
    assert_int_equal(r->totals.psn_cash_pay, 1000);
    /* +08:00: the year turns at 16:00 UTC */
    const int64_t late = INT64_C(1735660799999), later = INT64_C(1735660800000);
    assert_int_equal(adjudicate_years(&w->policy, &w->claim, late).year, 2024);
    assert_int_equal(adjudicate_years(&w->policy, &w->claim, later).year, 2025);
    w->policy.dates.benefit_year = DAY_ADMISSION;
    assert_int_equal(adjudicate_years(&w->policy, &w->claim, later).year, 2024);
    w->policy.dates.year_begins = 901;
    assert_int_equal(adjudicate_years(&w->policy, &w->claim, later).year, 2023);
    assert_int_equal(adjudicate_years(&w->policy, &w->claim, later).before, 0);
    assert_int_equal(world_run(w, 1000)->year, 2023);
    world_free(w);
}

static void a_broken_identity_is_an_error(void **state)
{
    (void)state;
    struct world *w = world_new();
    layer_ratio(w, world_layer(w, "ip", FUND_HIFP), everyone, 5000);
    w->person.insurances[0].insuplc_admdvs[0] = '\0'; /* a fund without an owner */
    world_line(w, 1, 1000, 0);
    assert_int_equal(world_adjudicate(w), ERR_INVALID);
    assert_int_equal(w->result.problems.count, 1);
    assert_int_equal(w->result.problems.list[0].reason, REASON_INTERNAL);
    assert_non_null(strstr(w->result.problems.list[0].en, "owner"));
    assert_int_equal(w->result.totals.fund_pay_sumamt, 500); /* the evidence stays */
    world_free(w);
}

static void an_exhausted_arena_is_told(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct claim_line *line = world_line(w, 1, 1000, 0);
    world_refund(w, line, -500, -CNT_ONE / 2);
    arena_free(w->arena);
    w->arena = arena_new(8);
    assert_int_equal(world_adjudicate(w), ERR_NOMEM);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_order_never_changes_money),
        cmocka_unit_test(steps_add_up),
        cmocka_unit_test(any_policy_answers_or_refuses),
        cmocka_unit_test(the_largest_amounts_do_not_overflow),
        cmocka_unit_test(heads_and_year),
        cmocka_unit_test(a_broken_identity_is_an_error),
        cmocka_unit_test(an_exhausted_arena_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
