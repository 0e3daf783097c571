/* lib/base/id: national forms accepted and refused, setl_id there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/date.h"
#include "base/id.h"

static void admdvs_is_six_digits(void **state)
{
    (void)state;
    assert_true(id_is_admdvs("431002"));
    static const char *const bad[] = {"", "43100", "4310022", "43100a", " 43100", "-43100"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(id_is_admdvs(bad[i]));
}

static void fixmedins_is_a_letter_and_eleven_digits(void **state)
{
    (void)state;
    assert_true(id_is_fixmedins("H43100299001"));
    assert_true(id_is_fixmedins("P43100299001"));
    static const char *const bad[] = {"",
                                      "h43100299001",
                                      "X43100299001",
                                      "H4310029900",
                                      "H431002990011",
                                      "H4310029900A",
                                      "443100299001",
                                      "HH3100299001"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(id_is_fixmedins(bad[i]));
}

static void msgid_has_its_three_parts(void **state)
{
    (void)state;
    int64_t sent_ms = 0, expected;
    assert_int_equal(id_parse_msgid("H43100299001202402292359590001", &sent_ms), ERR_OK);
    assert_int_equal(date_parse_time("2024-02-29 23:59:59", &expected), ERR_OK);
    assert_true(sent_ms == expected);
    assert_int_equal(id_parse_msgid("P43100299001202401010000009999", NULL), ERR_OK);
    static const char *const bad[] = {
        "",
        "H4310029900120240229235959000",   /* 29 */
        "H431002990012024022923595900011", /* 31 */
        "H43100299001202302292359590001",  /* no such day */
        "H43100299001202402292459590001",  /* no such hour */
        "H43100299001202402292359590 01",
        "H43100299001202402292359590x01",
        "X43100299001202402292359590001",
        "H4310029900x202402292359590001",
    };
    sent_ms = 7;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(id_parse_msgid(bad[i], &sent_ms), ERR_INVALID);
    assert_int_equal(sent_ms, 7);
}

static void setl_id_round_trips(void **state)
{
    (void)state;
    static const uint64_t sequences[] = {0, 1, 42, UINT64_C(9999999999999999)};
    char text[ID_SETL + 1];
    for (size_t i = 0; i < ARRAY_LEN(sequences); i++) {
        uint64_t sequence = 5;
        id_format_setl("431002", date_of(2024, 2, 29), sequences[i], text);
        assert_int_equal(strlen(text), ID_SETL);
        assert_memory_equal(text, "43100220240229", 14);
        assert_int_equal(id_parse_setl(text, &sequence), ERR_OK);
        assert_true(sequence == sequences[i]);
    }
    assert_string_equal(id_format_setl("431002", date_of(2024, 3, 1), 42, text),
                        "431002202403010000000000000042");
}

static void setl_ids_sort_by_time(void **state)
{
    (void)state;
    char a[ID_SETL + 1], b[ID_SETL + 1], c[ID_SETL + 1];
    id_format_setl("431002", date_of(2023, 12, 31), 999999, a);
    id_format_setl("431002", date_of(2024, 1, 1), 9, b);
    id_format_setl("431002", date_of(2024, 1, 1), 10, c);
    assert_true(strcmp(a, b) < 0 && strcmp(b, c) < 0);
}

static void other_texts_are_no_setl_ids(void **state)
{
    (void)state;
    uint64_t sequence;
    char mdtrt[ID_SETL + 1], sign[ID_SETL + 1];
    id_format_mdtrt("431002", date_of(2024, 3, 1), 42, mdtrt);
    assert_string_equal(mdtrt, "M31002202403010000000000000042");
    id_format_sign("431002", date_of(2024, 3, 1), 42, sign);
    assert_string_equal(sign, "S31002202403010000000000000042");
    const char *const bad[] = {
        "",
        mdtrt,
        sign,
        "H43100299001202402292359590001",
        "43100220240301000000000000004",
        "4310022024030100000000000000421",
        "431002202403010000000000000 42",
        "431002202402300000000000000042", /* no such day */
        "431002000000000000000000000042",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(id_parse_setl(bad[i], &sequence), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(admdvs_is_six_digits),
        cmocka_unit_test(fixmedins_is_a_letter_and_eleven_digits),
        cmocka_unit_test(msgid_has_its_three_parts),
        cmocka_unit_test(setl_id_round_trips),
        cmocka_unit_test(setl_ids_sort_by_time),
        cmocka_unit_test(other_texts_are_no_setl_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
