/* catalogue-sources.csv: what a catalogue was imported from. */
#include "fixture.h"

#include "policy/sources.h"

static struct catalogue_sources sources;

static struct faults *compile(const char *text)
{
    struct faults *faults = faults_new();
    const struct slice slice = {(const uint8_t *)text, strlen(text)};
    assert_int_equal(sources_compile(slice, faults, &sources), ERR_OK);
    return faults;
}

static void two_files(void **state)
{
    (void)state;
    struct faults *faults = compile("imported,infno,ver\n"
                                    "2026-11-30,1301,F001_20261101000000_C\n"
                                    "2026-12-01,1312,20261201080000\n");
    assert_int_equal(faults->count, 0);
    assert_int_equal(sources.count, 2);
    const struct catalogue_source *found = sources_find(&sources, "1312");
    assert_non_null(found);
    assert_string_equal(found->ver, "20261201080000");
    assert_int_equal(found->imported, date_of(2026, 12, 1));
    assert_null(sources_find(&sources, "1302"));
    free(faults);
}

static void faults_of_cells(void **state)
{
    (void)state;
    struct faults *faults = compile("infno,ver,imported\n"
                                    "301,,2026-11-31\n"
                                    "1301,a,2026-11-30\n"
                                    "1301,b,2026-11-30\n");
    assert_int_equal(faults->count, 4);
    assert_fault(faults, 2, "infno", "four digits");
    assert_fault(faults, 2, "ver", "found 0 bytes");
    assert_fault(faults, 2, "imported", "expected a date");
    assert_fault(faults, 4, "infno", "1301 is there twice");
    free(faults);
}

static void too_many(void **state)
{
    (void)state;
    char text[1024] = "infno,ver,imported\n";
    for (int i = 0; i <= SOURCES_MAX; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%d,v,2026-11-30\n", 1300 + i);
    }
    struct faults *faults = compile(text);
    assert_int_equal(faults->count, 1);
    assert_fault(faults, SOURCES_MAX + 2, "infno", "too many rows");
    free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_files),
        cmocka_unit_test(faults_of_cells),
        cmocka_unit_test(too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
