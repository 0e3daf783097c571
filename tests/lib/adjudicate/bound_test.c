/* lib/adjudicate/bound: refunds of lines that rules bind together, and the order of lines. */
#include "fixture.h"

static struct ceiling ceilings[2];
static struct ceiling_rule rules[2];

static uint64_t seed;
static int64_t dearest; /* in fen; lines of few prices tie */

static int64_t below(int64_t bound)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % (uint64_t)bound);
}

static struct ceiling ceiling(const char *id, enum ceiling_per per, uint32_t tag,
                              const struct ceiling_rule *rule)
{
    return (struct ceiling){.id = id,
                            .name_zh = "限额",
                            .insutypes = SELECTOR_ANY,
                            .kinds = SELECTOR_ANY,
                            .classes = SELECTOR_ANY,
                            .scope = {.any = {.tags = tag}},
                            .per = per,
                            .above = PART_OVERLMT,
                            .rule_count = 1,
                            .rules = rule};
}

static struct world *with_rules(void)
{
    struct world *w = world_new();
    w->policy.lines.item_dedc = (struct item_dedc){true, below(2) == 1, 46};
    w->policy.lines.pay_standard =
        (struct pay_standard){true, (enum fee_part)(PART_PRESELFPAY + below(3)), 45};
    rules[0] = (struct ceiling_rule){.who = everyone,
                                     .fen = below(below(2) ? 20000 : 20),
                                     .special_days = (uint16_t)below(3),
                                     .clause = 47};
    rules[0].special_fen = rules[0].fen + below(5000);
    rules[1] =
        (struct ceiling_rule){.who = everyone, .fen = below(below(2) ? 50000 : 40), .clause = 48};
    ceilings[0] = ceiling("ceiling/a", CEILING_FEE_DAY, 1u << 0, &rules[0]);
    ceilings[1] = ceiling("ceiling/b", CEILING_STAY, 1u << 1 | 1u << 2, &rules[1]);
    w->policy.lines.ceilings = ceilings;
    w->policy.lines.ceiling_count = below(4) ? 2 : 0;
    struct layer *l = world_layer(w, "b", FUND_HIFP); /* of some of a ceiling's lines */
    l->scope = (struct line_scope){.any = {.tags = 1u << 1}};
    layer_ratio(w, l, everyone, 8000);
    return w;
}

/* A line as `number` goes through all that binds lines. */
static void add_line(struct world *w, int number)
{
    static const char *const items[] = {"ITEM0", "ITEM1", "ITEM2"};
    int64_t units = 1 + below(5), price = 1 + below(dearest);
    int32_t prop = below(2) ? 1000 : 0;
    int item = (int)below(3);
    struct claim_line *line = world_line(w, prop ? 2 : 1, units * price, prop);
    struct stated_line *stated = &w->stated[line - w->lines];
    line->med_list_codg = items[item];
    line->cnt = units * CNT_ONE;
    line->pric = price * (PRIC_ONE / 100);
    line->fee_ocur_time += below(4) * DAY_MS;
    stated->tags = number % 4 == 3 ? 0 : 1u << number % 4;
    stated->item_dedc = item == 0 ? 0 : dearest / 2 * item;
    stated->pay_standard = below(4) == 0 ? (1 + below(3000)) * (PRIC_ONE / 100) : 0;
    stated->pric_uplmt_amt = below(4) == 0 ? (1 + below(3000)) * (PRIC_ONE / 100) : -1;
}

/* Takes back some units of some line; false when there is nothing left of it. */
static bool add_refund(struct world *w, uint32_t originals, int64_t *left)
{
    uint32_t of = (uint32_t)below(originals);
    struct claim_line *line = &w->lines[of];
    if (left[of] == 0)
        return false;
    int64_t units = 1 + below(left[of]);
    left[of] -= units;
    world_refund(w, line, -units * (line->pric / (PRIC_ONE / 100)), -units * CNT_ONE);
    return true;
}

static int64_t add_bill(struct world *w)
{
    uint32_t originals = 2 + (uint32_t)below(10);
    dearest = below(2) ? 5000 : 3;
    int64_t left[WORLD_LINES];
    for (uint32_t i = 0; i < originals; i++)
        add_line(w, (int)i);
    for (uint32_t i = 0; i < originals; i++)
        left[i] = w->lines[i].cnt / CNT_ONE;
    for (int64_t i = below(12); i > 0; i--)
        (void)add_refund(w, originals, left);
    return originals;
}

struct parts {
    int64_t own, over, first, inscope;
};

static struct parts parts_of(const struct line_split *l)
{
    return (struct parts){l->fulamt_ownpay_amt, l->overlmt_amt, l->preselfpay_amt,
                          l->inscp_scp_amt};
}

/* Of the line with that number and its refunds, together. */
static struct parts parts_with_refunds(const struct world *w, const char *feedetl_sn)
{
    struct parts sum = {0};
    for (uint32_t i = 0; i < w->claim.line_count; i++) {
        const struct claim_line *line = &w->lines[i];
        if (strcmp(line->feedetl_sn, feedetl_sn) != 0 &&
            strcmp(line->init_feedetl_sn, feedetl_sn) != 0)
            continue;
        struct parts p = parts_of(&w->splits[i]);
        sum.own += p.own;
        sum.over += p.over;
        sum.first += p.first;
        sum.inscope += p.inscope;
    }
    return sum;
}

/* The bill as if what was taken back had never been sold: refunds away, originals smaller. */
static void net_bill(struct world *w, uint32_t originals)
{
    for (uint32_t i = originals; i < w->claim.line_count; i++)
        for (uint32_t j = 0; j < originals; j++)
            if (strcmp(w->lines[i].init_feedetl_sn, w->lines[j].feedetl_sn) == 0) {
                w->lines[j].det_item_fee_sumamt += w->lines[i].det_item_fee_sumamt;
                w->lines[j].cnt += w->lines[i].cnt;
            }
    w->claim.line_count = originals;
}

/* A line and its refunds come to the line of the bill that was never refunded. Lines of nothing are
 * no lines of a bill, so claim_check() is passed by. */
static void refunds_come_to_the_netted_bill(void **state)
{
    (void)state;
    for (seed = 1; seed < 1500; seed++) {
        uint64_t kept = seed;
        struct world *w = with_rules();
        uint32_t originals = (uint32_t)add_bill(w);
        struct parts with[WORLD_LINES];
        assert_int_equal(world_adjudicate(w), ERR_OK);
        struct totals totals = w->result.totals;
        for (uint32_t i = 0; i < originals; i++)
            with[i] = parts_with_refunds(w, w->lines[i].feedetl_sn);
        net_bill(w, originals);
        assert_int_equal(world_adjudicate(w), ERR_OK);
        for (uint32_t i = 0; i < originals; i++) {
            struct parts net = parts_of(&w->splits[i]);
            if (memcmp(&net, &with[i], sizeof net) != 0)
                fail_msg("seed %d line %u", (int)kept, i);
        }
        assert_memory_equal(&totals, &w->result.totals, sizeof totals);
        world_free(w);
        seed = kept;
    }
}

/* The refund reports what taking back changed of its line: as if it were the only difference. */
static void a_refund_reports_the_difference(void **state)
{
    (void)state;
    struct world *w = world_new();
    rules[1] = (struct ceiling_rule){.who = everyone, .fen = 1000, .clause = 48};
    ceilings[0] = ceiling("ceiling/b", CEILING_STAY, 1u << 1, &rules[1]);
    w->policy.lines.ceilings = ceilings;
    w->policy.lines.ceiling_count = 1;
    struct claim_line *a = world_line(w, 1, 1200, 0), *b = world_line(w, 1, 600, 0);
    a->cnt = 3 * CNT_ONE;
    a->pric = 4 * PRIC_ONE;
    w->stated[0].tags = w->stated[1].tags = 1u << 1;
    world_refund(w, a, -400, -CNT_ONE);
    const struct result *r = world_run(w, 0);
    /* Of 12 + 6, 8 above 10: 5.33 of a; of 8 + 6, 4 above: 2.29 of a and 1.71 of b. */
    assert_int_equal(r->lines[0].overlmt_amt, 533);
    assert_int_equal(r->lines[1].overlmt_amt, 171);
    assert_int_equal(r->lines[2].overlmt_amt, 229 - 533);
    assert_int_equal(r->lines[2].inscp_scp_amt, 571 - 667);
    assert_int_equal(r->lines[2].reason, STEP_REFUNDED);
    assert_int_equal(r->totals.inscp_scp_amt, 1000);
    assert_ptr_equal(b, &w->lines[1]);
    world_free(w);
}

/* Of the lines' first so many, the `of`th with its refunds taken away, all others netted. */
static void net_others(struct world *w, uint32_t originals, uint32_t of)
{
    struct claim_line kept = w->lines[of];
    net_bill(w, originals);
    w->lines[of] = kept;
}

/* An original with refunds stands as if it had none and all others were as finally billed. Items'
 * deductibles and ceilings each by themselves: under both, others' money in scope would move too.
 */
static void an_original_stands_as_before_its_refunds(void **state)
{
    (void)state;
    for (seed = 1; seed < 1500; seed++) {
        uint64_t kept = seed;
        struct world *w = with_rules();
        uint32_t originals = (uint32_t)add_bill(w), of = (uint32_t)below(originals);
        bool ceiling_only = below(2);
        w->policy.lines.ceiling_count = ceiling_only ? 2 : 0;
        for (uint32_t i = 0; ceiling_only && i < originals; i++)
            w->stated[i].item_dedc = 0;
        rules[0].special_days = 0;
        bool refunded = false;
        for (uint32_t i = originals; i < w->claim.line_count; i++)
            refunded |= strcmp(w->lines[i].init_feedetl_sn, w->lines[of].feedetl_sn) == 0;
        assert_int_equal(world_adjudicate(w), ERR_OK);
        struct parts reported = parts_of(&w->splits[of]);
        net_others(w, originals, of);
        assert_int_equal(world_adjudicate(w), ERR_OK);
        struct parts before = parts_of(&w->splits[of]);
        if (refunded && memcmp(&reported, &before, sizeof before) != 0)
            fail_msg("seed %d line %u", (int)kept, of);
        world_free(w);
        seed = kept;
    }
}

static void swap_lines(struct world *w, uint32_t i, uint32_t j)
{
    struct claim_line line = w->lines[i];
    struct stated_line stated = w->stated[i];
    w->lines[i] = w->lines[j];
    w->stated[i] = w->stated[j];
    w->lines[j] = line;
    w->stated[j] = stated;
}

static void assert_same(const struct line_split *a, const struct line_split *b)
{
    struct parts x = parts_of(a), y = parts_of(b);
    assert_memory_equal(&x, &y, sizeof x);
    assert_int_equal(a->det_item_fee_sumamt, b->det_item_fee_sumamt);
    assert_int_equal(a->reason, b->reason);
    assert_int_equal(a->clause, b->clause);
}

static void the_order_of_lines_changes_nothing(void **state)
{
    (void)state;
    for (seed = 1; seed < 1500; seed++) {
        uint64_t kept = seed;
        struct world *w = with_rules();
        add_bill(w);
        struct line_split before[WORLD_LINES];
        const char *numbers[WORLD_LINES];
        const uint32_t count = w->claim.line_count;
        assert_int_equal(world_adjudicate(w), ERR_OK);
        struct totals totals = w->result.totals;
        memcpy(before, w->splits, sizeof before);
        for (uint32_t i = 0; i < count; i++)
            numbers[i] = w->lines[i].feedetl_sn;
        for (uint32_t i = count; i > 1; i--)
            swap_lines(w, i - 1, (uint32_t)below(i));
        assert_int_equal(world_adjudicate(w), ERR_OK);
        assert_memory_equal(&totals, &w->result.totals, sizeof totals);
        for (uint32_t i = 0; i < count; i++)
            for (uint32_t j = 0; j < count; j++)
                if (strcmp(w->lines[i].feedetl_sn, numbers[j]) == 0)
                    assert_same(&w->splits[i], &before[j]);
        world_free(w);
        seed = kept;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refund_reports_the_difference),
        cmocka_unit_test(refunds_come_to_the_netted_bill),
        cmocka_unit_test(an_original_stands_as_before_its_refunds),
        cmocka_unit_test(the_order_of_lines_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
