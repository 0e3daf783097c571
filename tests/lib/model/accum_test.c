/* lib/model/accum: order, sums, room and the stored form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "model/accum.h"

static enum err add(struct accums *list, uint16_t year, uint16_t insutype, uint8_t kind,
                    const char *scope, int64_t value)
{
    struct accum a = {.year = year, .insutype = insutype, .kind = kind, .value = value};
    snprintf(a.scope, sizeof a.scope, "%s", scope);
    return accum_add(list, &a);
}

static void entries_are_sorted_summed_and_vanish(void **state)
{
    (void)state;
    struct accums list = {0};
    assert_int_equal(add(&list, 2024, 390, ACCUM_PAID, "ip", 100), ERR_OK);
    assert_int_equal(add(&list, 2024, 390, ACCUM_PAID, "ci", 1), ERR_OK);
    assert_int_equal(add(&list, 2024, 310, ACCUM_PAID, "ip", 2), ERR_OK);
    assert_int_equal(add(&list, 2023, 390, ACCUM_PAID, "ip", 3), ERR_OK);
    assert_int_equal(add(&list, 2024, 390, ACCUM_STAYS, "level3", 4), ERR_OK);
    assert_int_equal(add(&list, 2024, 390, ACCUM_PAID, "ip", 50), ERR_OK);
    assert_int_equal(add(&list, 2024, 390, ACCUM_PAID, "none", 0), ERR_OK);
    assert_int_equal(list.count, 5);
    for (uint32_t i = 1; i < list.count; i++)
        assert_true(accum_compare(&list.list[i - 1], &list.list[i]) < 0);
    assert_int_equal(accum_get(&list, 2024, 390, ACCUM_PAID, "ip"), 150);
    assert_int_equal(accum_get(&list, 2024, 310, ACCUM_PAID, "ip"), 2);
    assert_int_equal(accum_get(&list, 2023, 390, ACCUM_PAID, "ip"), 3);
    assert_int_equal(accum_get(&list, 2024, 390, ACCUM_STAYS, "level3"), 4);
    assert_int_equal(accum_get(&list, 2024, 390, ACCUM_DEDC, "ip"), 0);
    assert_int_equal(add(&list, 2024, 390, ACCUM_PAID, "ip", -150), ERR_OK); /* a void */
    assert_int_equal(list.count, 4);
    assert_int_equal(accum_get(&list, 2024, 390, ACCUM_PAID, "ip"), 0);
    assert_int_equal(accum_get(&list, 2024, 390, ACCUM_PAID, "ci"), 1);
}

static void sums_stay_in_range(void **state)
{
    (void)state;
    struct accums list = {0};
    assert_int_equal(add(&list, 2024, 390, ACCUM_PAID, "ip", FEN_MAX), ERR_OK);
    assert_int_equal(add(&list, 2024, 390, ACCUM_PAID, "ip", 1), ERR_LIMIT);
    assert_int_equal(add(&list, 2024, 390, ACCUM_PAID, "x", FEN_MAX + 1), ERR_LIMIT);
    assert_int_equal(add(&list, 2024, 390, ACCUM_PAID, "x", INT64_MIN), ERR_LIMIT);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.list[0].value, FEN_MAX);
}

/* Fills a list with distinct scopes of one length until it says no. */
static void fill(struct accums *list, int length)
{
    list->count = 0;
    char scope[ACCUM_SCOPE + 1];
    for (int i = 0;; i++) {
        snprintf(scope, sizeof scope, "%0*d", length, (i * 37) % 1000);
        if (add(list, 2024, 390, ACCUM_PAID, scope, FEN_MAX) != ERR_OK)
            return;
    }
}

static void a_full_list_fits_a_page_and_round_trips(void **state)
{
    (void)state;
    struct accums *list = calloc(1, sizeof *list), *copy = calloc(1, sizeof *copy);
    for (int length = 3; length <= ACCUM_SCOPE; length++) {
        fill(list, length);
        if (length <= 16)
            assert_int_equal(list->count, ACCUMS_MAX);
        uint8_t stored[VALUE_INLINE_MAX];
        struct writer w = writer_on(stored, sizeof stored);
        accums_write(&w, list);
        assert_false(w.failed);
        assert_true(w.used < VALUE_INLINE_MAX && w.used <= ACCUMS_STORED_MAX);
        struct reader r = reader_on(stored, w.used);
        accums_read(&r, copy);
        assert_true(reader_done(&r));
        assert_int_equal(copy->count, list->count);
        for (uint32_t i = 0; i < list->count; i++) {
            assert_int_equal(accum_compare(&copy->list[i], &list->list[i]), 0);
            assert_int_equal(copy->list[i].value, list->list[i].value);
        }
    }
    free(list);
    free(copy);
}

static void damage_is_seen(void **state)
{
    (void)state;
    struct accums list = {0}, copy = {0};
    assert_int_equal(add(&list, 2024, 390, ACCUM_PAID, "a", 1), ERR_OK);
    assert_int_equal(add(&list, 2024, 390, ACCUM_PAID, "b", 1), ERR_OK);
    uint8_t stored[256];
    struct writer w = writer_on(stored, sizeof stored);
    accums_write(&w, &list);
    for (size_t cut = 0; cut < w.used; cut++) {
        struct reader r = reader_on(stored, cut);
        accums_read(&r, &copy);
        assert_false(reader_done(&r));
    }
    uint8_t kept = stored[0];
    stored[0]++; /* another schema */
    struct reader r = reader_on(stored, w.used);
    accums_read(&r, &copy);
    assert_false(reader_done(&r));
    stored[0] = kept;
    stored[1] = ACCUMS_MAX + 1;
    r = reader_on(stored, w.used);
    accums_read(&r, &copy);
    assert_false(reader_done(&r));
    struct accum first = list.list[0];
    list.list[0] = list.list[1];
    list.list[1] = first; /* out of order */
    w = writer_on(stored, sizeof stored);
    accums_write(&w, &list);
    r = reader_on(stored, w.used);
    accums_read(&r, &copy);
    assert_false(reader_done(&r));
}

static void days_and_months_are_forgotten(void **state)
{
    (void)state;
    static const char *const kept[] = {
        "op",      "op/level3", "op@240302",       "op@2403",          "op@2312/level3",
        "op@24Q1", "op@2402",   "op#H43100299001", "op@240316/level3", "op~/level3"};
    static const char *const gone[] = {"op@240301", "op@240229/level3", "op@231231", "op@2311",
                                       "op@2301/level3"};
    struct accums list = {0};
    for (size_t i = 0; i < ARRAY_LEN(kept) + ARRAY_LEN(gone); i++) {
        struct accum a = {2024, 390, ACCUM_PAID, "", 1};
        const char *scope = i < ARRAY_LEN(kept) ? kept[i] : gone[i - ARRAY_LEN(kept)];
        memcpy(a.scope, scope, strlen(scope) + 1);
        assert_int_equal(accum_add(&list, &a), ERR_OK);
    }
    accums_forget(&list, date_of(2024, 3, 16)); /* 1 March is fifteen days old */
    assert_int_equal(list.count, ARRAY_LEN(kept));
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        assert_int_equal(accum_get(&list, 2024, 390, ACCUM_PAID, kept[i]), 1);
    for (uint32_t i = 1; i < list.count; i++)
        assert_true(accum_compare(&list.list[i - 1], &list.list[i]) < 0);
    accums_forget(&list, date_of(2024, 4, 2)); /* December ended 92 days ago */
    assert_int_equal(accum_get(&list, 2024, 390, ACCUM_PAID, "op@2312/level3"), 0);
    assert_int_equal(accum_get(&list, 2024, 390, ACCUM_PAID, "op@2402"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_sorted_summed_and_vanish),
        cmocka_unit_test(sums_stay_in_range),
        cmocka_unit_test(a_full_list_fits_a_page_and_round_trips),
        cmocka_unit_test(damage_is_seen),
        cmocka_unit_test(days_and_months_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
