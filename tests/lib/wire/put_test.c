/* lib/wire/put: what is copied whole or left a byte for its length is what protobuf-c packs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "copay.pb-c.h"
#include "wire/out.h"

/* Texts of known length, ids and small numbers, with field numbers of one byte and of two. */
static void what_is_copied_whole_is_the_same(void **state)
{
    (void)state;
    static const struct word words[] = {WORD(""), WORD("390"), WORD("fifteen letters")};
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        Copay__Settlement m = COPAY__SETTLEMENT__INIT;
        struct out out;
        uint8_t *bytes, expected[256];
        size_t size;
        char array[32] = "示例甲";
        m.insutype = m.setl_optins = (char *)words[i].text;
        m.psn_name = m.insuplc_admdvs = array;
        m.has_refd_setl_flag = m.refd_setl_flag = true;
        m.has_year = true;
        m.year = 127;
        out_begin(&out, arena, 0, 256);
        uint8_t *p = out_room(&out, 2 * PUT_ARRAY_MAX(array) + 2 * PUT_WORD_MAX + 4);
        assert_non_null(p);
        p = put_array(p, 4, array);
        p = put_word(p, 5, &words[i]);
        p = put_small(p, 12, 127);
        p = put_small(p, 16, true);
        p = put_word(p, 20, &words[i]);
        out_to(&out, put_array(p, 21, array));
        assert_int_equal(out_end(&out, &bytes, &size), ERR_OK);
        assert_int_equal(size, copay__settlement__pack(&m, expected));
        assert_memory_equal(bytes, expected, size);
    }
    arena_free(arena);
}

static void a_short_message_may_turn_out_long(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 125, 126, 127, 128, 16380, 16383, 16384};
    static uint8_t bytes[20000], expected[20000];
    static char text[16384 + 1];
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        Copay__Settlement m = COPAY__SETTLEMENT__INIT;
        Copay__Step step = COPAY__STEP__INIT, *steps[] = {&step};
        memset(text, 'x', sizes[i]);
        text[sizes[i]] = '\0';
        step.layer = text;
        step.code = 40;
        step.amount = -1;
        m.n_steps = 1;
        m.steps = steps;
        uint8_t *mark = put_open(bytes, 62), *p = put_small(mark, 1, 40);
        p = put_text(p, 2, text);
        p = put_close(mark, put_signed(p, 6, -1));
        assert_int_equal(p - bytes, copay__settlement__pack(&m, expected));
        assert_memory_equal(bytes, expected, (size_t)(p - bytes));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_copied_whole_is_the_same),
        cmocka_unit_test(a_short_message_may_turn_out_long),
    };
    return cmocka_run_group_tests_name("put", tests, NULL, NULL);
}
