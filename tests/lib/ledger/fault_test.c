/* Faults are cut to their fields, never past them. */
#include "ledger/fault.h"

#include "fixture.h"

static void test_fault(void **state)
{
    (void)state;
    struct ledger_fault fault;
    char long_text[400];
    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    fault_set(&fault, FIRST_SEGMENT, 4096, 17, "found %d, %s", 3, "not 4");
    assert_string_equal(fault.segment, FIRST_SEGMENT);
    assert_string_equal(fault.text, "found 3, not 4");
    assert_int_equal(fault.offset, 4096);
    assert_int_equal(fault.sequence, 17);
    fault_set(&fault, long_text, 1, 2, "%s", long_text);
    assert_int_equal(strlen(fault.segment), sizeof(fault.segment) - 1);
    assert_int_equal(strlen(fault.text), sizeof(fault.text) - 1);
}

/* A second fault leaves nothing of the first. */
static void test_same_fault(void **state)
{
    (void)state;
    struct ledger_fault fault;
    fault_set(&fault, "epoch", 0, 0, "plain");
    fault_set(&fault, "lock", 1, 2, "100%% of %s", "it");
    assert_string_equal(fault.segment, "lock");
    assert_string_equal(fault.text, "100% of it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fault),
        cmocka_unit_test(test_same_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
