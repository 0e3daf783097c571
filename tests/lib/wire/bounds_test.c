/* lib/wire/bounds: limits at their edges; what is wrong reads as empty and is reported once. */
#include "support.h"

#include "wire/bounds.h"

static struct problems problems;

static struct bounds fresh(void)
{
    memset(&problems, 0, sizeof problems);
    return (struct bounds){.problems = &problems, .label = "L1"};
}

static void texts_at_their_edges(void **state)
{
    (void)state;
    struct bounds b = fresh();
    assert_string_equal(bounds_text(&b, "f", NULL, 3), "");
    assert_string_equal(bounds_text(&b, "f", "abc", 3), "abc");
    assert_int_equal(problems.count, 0);
    assert_string_equal(bounds_text(&b, "f", "abcd", 3), "");
    assert_true(has_problem(&problems, REASON_FIELD_TOO_LONG, "f", "L1"));
    b = fresh();
    assert_string_equal(bounds_required(&b, "f", "", 3), "");
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "f", "L1"));
    b = fresh();
    assert_string_equal(bounds_required(&b, "f", "abcd", 3), "");
    assert_int_equal(problems.count, 1);
}

static void regions_times_and_digests(void **state)
{
    (void)state;
    struct bounds b = fresh();
    assert_string_equal(bounds_admdvs(&b, "f", "431099"), "431099");
    assert_true(bounds_time(&b, "f", 0) == 0);
    assert_int_equal(bounds_date(&b, "f", -10000), -10000);
    uint8_t bytes[HASH_SIZE] = {7};
    struct hash hash = bounds_hash(&b, "f", (ProtobufCBinaryData){HASH_SIZE, bytes});
    assert_memory_equal(hash.bytes, bytes, HASH_SIZE);
    assert_int_equal(problems.count, 0);
    assert_string_equal(bounds_admdvs(&b, "admdvs", "43109"), "");
    bounds_time(&b, "time", INT64_MIN);
    bounds_time(&b, "time", INT64_MAX);
    bounds_date(&b, "date", INT32_MIN);
    bounds_date(&b, "date", DATE_MAX + 1);
    bounds_hash(&b, "hash", (ProtobufCBinaryData){HASH_SIZE - 1, bytes});
    bounds_hash(&b, "hash", (ProtobufCBinaryData){0, NULL});
    assert_int_equal(problems.count, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_at_their_edges),
        cmocka_unit_test(regions_times_and_digests),
    };
    return cmocka_run_group_tests_name("bounds", tests, NULL, NULL);
}
