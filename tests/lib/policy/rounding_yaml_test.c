/* rounding: where and how fen are rounded. */
#include "fixture.h"

#define LINES "lines:\n"

static char *with(const char *rounding)
{
    int line;
    char text[512];
    snprintf(text, sizeof text, "%s" LINES, rounding);
    return spoil(policy_text, LINES, text, &line);
}

static struct policy_rounding rounding_of(const char *rounding)
{
    char *text = with(rounding);
    struct pack *pack = policy_pack(text);
    const struct policy *policy = pack_policy(pack, date_of(2024, 5, 1));
    struct policy_rounding read = policy->rounding;
    for (uint8_t i = 0; i < policy->layer_count; i++) {
        assert_int_equal(policy->layers[i].rounding.apart, read.segments.apart);
        assert_int_equal(policy->layers[i].rounding.to, read.segments.to);
    }
    pack_free(pack);
    free(text);
    return read;
}

static void both_have_a_place_and_a_way(void **state)
{
    (void)state;
    struct policy_rounding r = rounding_of("");
    assert_false(r.preselfpay.of_bill || r.segments.apart);
    assert_int_equal(r.preselfpay.to, ROUND_HALF_UP);
    assert_int_equal(r.segments.to, ROUND_HALF_UP);
    r = rounding_of("rounding: {preselfpay: {per: bill, to: half_up}}\n");
    assert_true(r.preselfpay.of_bill && !r.segments.apart);
    assert_int_equal(r.preselfpay.to, ROUND_HALF_UP);
    r = rounding_of(
        "rounding: {preselfpay: {per: line, to: up}, segments: {per: segment, to: down}}\n");
    assert_true(!r.preselfpay.of_bill && r.segments.apart);
    assert_int_equal(r.preselfpay.to, ROUND_UP);
    assert_int_equal(r.segments.to, ROUND_DOWN);
}

static void assert_refused(const char *rounding, const char *key, const char *en)
{
    char *text = with(rounding);
    struct faults *faults = faults_new();
    struct pack *pack;
    int line = 1;
    for (const char *p = text; p < strstr(text, "rounding:"); p++)
        line += *p == '\n';
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(text), &pack, faults), ERR_INVALID);
    assert_fault(faults, line, key, en);
    free(faults);
    free(text);
}

static void nothing_is_guessed(void **state)
{
    (void)state;
    assert_refused("rounding: {}\n", "rounding", "at least one");
    assert_refused("rounding: {segments: {to: up}}\n", "rounding.segments.per", "missing");
    assert_refused("rounding: {segments: {per: layer}}\n", "rounding.segments.to", "missing");
    assert_refused("rounding: {segments: {per: line, to: up}}\n", "rounding.segments.per",
                   "layer, segment");
    assert_refused("rounding: {preselfpay: {per: bill, to: even}}\n", "rounding.preselfpay.to",
                   "half_up, down, up");
    assert_refused("rounding: {lumps: {per: bill, to: up}}\n", "rounding.lumps", "unknown key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_have_a_place_and_a_way),
        cmocka_unit_test(nothing_is_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
