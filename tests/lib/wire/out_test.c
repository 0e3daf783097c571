/* lib/wire/out: what it writes is what protobuf-c packs, and an exhausted arena is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "copay.pb-c.h"
#include "wire/out.h"

static void it_writes_what_the_library_packs(void **state)
{
    (void)state;
    static const int64_t values[] = {0, 1, -1, 63, 64, -64, -65, 1 << 20, INT64_MAX, INT64_MIN};
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        Copay__Accumulator m = COPAY__ACCUMULATOR__INIT;
        struct out out;
        uint8_t *bytes, expected[256];
        size_t size;
        m.year = 2026;
        m.insutype = "390";
        m.kind = "";
        m.scope = "示例";
        m.value = m.moved = values[i];
        m.has_moved = values[i] != 0;
        out_begin(&out, arena, 0, 1);
        out_number(&out, 1, 2026);
        out_text(&out, 2, "390");
        out_text(&out, 3, "");
        out_some(&out, 9, "");
        out_some(&out, 9, NULL);
        out_text(&out, 9, NULL);
        uint8_t *p = out_room(&out, PUT_BYTES_MAX(100) + 2 * PUT_NUMBER_MAX);
        assert_non_null(p);
        p = put_some(p, 9, "");
        p = put_text(p, 4, "示例");
        p = put_signed(p, 5, values[i]);
        out_to(&out, put_nonzero(p, 6, values[i]));
        assert_int_equal(out_end(&out, &bytes, &size), ERR_OK);
        assert_int_equal(size, copay__accumulator__pack(&m, expected));
        assert_memory_equal(bytes, expected, size);
    }
    arena_free(arena);
}

/* Lengths of one, two and three bytes, one inside the other, behind a head. */
static void nested_lengths_grow(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 125, 126, 127, 128, 3000, 16383, 16384, 70000};
    struct arena *arena = arena_new(8 << 20);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct out out;
        uint8_t *bytes;
        size_t size;
        char *text = malloc(sizes[i] + 1);
        memset(text, 'x', sizes[i]);
        text[sizes[i]] = '\0';
        out_begin(&out, arena, 6, 64);
        size_t outer = out_open(&out, 12);
        for (int way = 0; way < 2; way++) {
            size_t inner = way == 0 ? out_open(&out, 60) : 0;
            uint8_t *p = out_room(&out, 2 * PUT_BYTES_MAX(sizes[i]) + 3 * PUT_NUMBER_MAX);
            assert_non_null(p);
            uint8_t *mark = way == 1 ? p = put_open(p, 60) : NULL;
            p = put_bytes(p, 1, text, sizes[i]);
            p = put_signed(p, 2, -5);
            p = put_number(p, 9, 1);
            p = put_number(p, 10, 2);
            out_to(&out, way == 1 ? put_close(mark, p) : p);
            if (way == 0)
                out_close(&out, inner);
        }
        out_close(&out, outer);
        out_text(&out, 1, "2207");
        out_text(&out, 2, "m");
        out_number(&out, 4, COPAY__OUTCOME__OUTCOME_DONE);
        assert_int_equal(out_end(&out, &bytes, &size), ERR_OK);
        Copay__Reply *reply = copay__reply__unpack(NULL, size - 6, bytes + 6);
        assert_non_null(reply);
        assert_string_equal(reply->infno, "2207");
        assert_int_equal(reply->settlement->n_lines, 2);
        for (int way = 0; way < 2; way++) {
            assert_string_equal(reply->settlement->lines[way]->feedetl_sn, text);
            assert_int_equal(reply->settlement->lines[way]->det_item_fee_sumamt, -5);
        }
        /* Lengths are as short as they can be. */
        assert_int_equal(copay__reply__get_packed_size(reply), size - 6);
        copay__reply__free_unpacked(reply, NULL);
        free(text);
        arena_reset(arena);
    }
    arena_free(arena);
}

static void an_exhausted_arena_is_latched(void **state)
{
    (void)state;
    struct arena *arena = arena_new(3000);
    struct out out;
    uint8_t *bytes;
    size_t size;
    char *text = calloc(1, 4001);
    memset(text, 'x', 4000);
    out_begin(&out, arena, 0, 2048);
    size_t mark = out_open(&out, 12);
    out_text(&out, 1, text);
    assert_null(out_room(&out, 4000));
    out_text(&out, 2, "short");
    out_close(&out, mark);
    assert_int_equal(out_end(&out, &bytes, &size), ERR_NOMEM);
    free(text);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_writes_what_the_library_packs),
        cmocka_unit_test(nested_lengths_grow),
        cmocka_unit_test(an_exhausted_arena_is_latched),
    };
    return cmocka_run_group_tests_name("out", tests, NULL, NULL);
}
