/* lib/state/keys: stored layouts, byte for byte; what cannot be a key is none. */
#include "fixture.h"

static void assert_key(struct key key, const char *bytes, size_t size)
{
    assert_int_equal(key.size, size);
    assert_memory_equal(key.bytes, bytes, size);
}
#define KEY(key, text) assert_key(key, text, sizeof(text) - 1)

static void layouts_never_change(void **state)
{
    (void)state;
    struct hash digest;
    memset(digest.bytes, 0x41, HASH_SIZE);
    const struct reply_tally tally = {
        .dev_no = "T1", .insutype = "390", .clr_type = "11", .setl_optins = "431002"};
    struct reply_tally refund = tally;
    refund.refd_setl_flag = true;
    KEY(key_message(MSGID), "M" MSGID);
    KEY(key_operator("431002:enter:zhang", "op 1"), "O431002:enter:zhang\x1fop 1");
    KEY(key_person("P1", PERSON_FACTS), "PP1\x1f"
                                        "f");
    KEY(key_person("P1", PERSON_ACCOUNT), "PP1\x1f"
                                          "b");
    KEY(key_person_year("P1", 2026), "PP1\x1fy2026");
    KEY(key_certificate("01", "43X"), "C01\x1f"
                                      "43X");
    KEY(key_certificate("01", "43x"), "C01\x1f"
                                      "43X"); /* one number, written two ways */
    KEY(key_person("P1", PERSON_FILINGS), "PP1\x1f"
                                          "r");
    KEY(key_filing(SETL), "F" SETL);
    KEY(key_settlement(SETL), "S" SETL);
    KEY(key_visit("H43100299001", "V1", "1"), "VH43100299001V1\x1f"
                                              "1");
    KEY(key_tally("H43100299001", &tally), "TH43100299001T1\x1f"
                                           "390\x1f"
                                           "11\x1f"
                                           "431002\x1f"
                                           "0");
    KEY(key_tally("H43100299001", &refund), "TH43100299001T1\x1f"
                                            "390\x1f"
                                            "11\x1f"
                                            "431002\x1f"
                                            "1");
    KEY(key_book(OWNER_COUNTY, "431002", "390101", 2026), "B1431002\x1f"
                                                          "390101\x1f"
                                                          "2026");
    KEY(key_chunk(&digest, 0x01020304), "DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\x01\x02\x03\x04");
    KEY(key_shift("H43100299001", "0117"), "WH431002990010117");
    KEY(key_single("moment"), "Kmoment");
    KEY(key_import(&digest), "JAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}

static void what_cannot_be_told_apart_is_no_key(void **state)
{
    (void)state;
    char longest[ACTOR_MAX + 1];
    memset(longest, 'a', ACTOR_MAX);
    longest[ACTOR_MAX] = '\0';
    assert_int_equal(key_person("", PERSON_FACTS).size, 0);
    assert_int_equal(key_person("P\x1f"
                                "1",
                                PERSON_FACTS)
                         .size,
                     0);
    assert_int_equal(key_person("P\n", PERSON_FACTS).size, 0);
    assert_int_equal(key_visit("H43100299001",
                               "a\x1f"
                               "b",
                               "c")
                         .size,
                     0);
    assert_int_equal(key_visit("H43100299001", "", "1").size, 0);
    assert_int_equal(key_visit("H4310029900", "V", "1").size, 0);
    assert_int_equal(key_message("H43100299001").size, 0);
    assert_int_equal(key_settlement("4310").size, 0);
    assert_int_equal(key_book(10, "431002", "1", 2026).size, 0);
    assert_int_equal(key_book(OWNER_COUNTY, "", "1", 2026).size, 0);
    assert_int_equal(key_person_year("P", 10000).size, 0);
    /* The longest that the record's head can hold still fits. */
    assert_int_equal(key_operator(longest, MSGID).size, 1 + ACTOR_MAX + 1 + ID_MSGID);
    assert_false(key_text_valid("a\x7f"));
    assert_true(key_text_valid("示例"));
}

/* Keys are looked at sixteen bytes at once: every place and every byte counts all the same. */
static void a_control_is_found_anywhere(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 25; size++)
        for (size_t at = 0; at < size; at++)
            for (int byte = 1; byte < 256; byte++) {
                char text[26] = "";
                memset(text, at % 2 ? 0x80 : 0x20, size);
                text[at] = (char)byte;
                bool valid = byte >= 0x20 && byte != 0x7f;
                size_t key_size = valid ? 1 + size + 2 : 0;
                if (key_text_valid(text) != valid ||
                    key_person(text, PERSON_FACTS).size != key_size)
                    fail_msg("byte %d at %zu of %zu", byte, at, size);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts_never_change),
        cmocka_unit_test(what_cannot_be_told_apart_is_no_key),
        cmocka_unit_test(a_control_is_found_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
