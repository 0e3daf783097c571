/* lib/wire/label: what it packs is a field of a ReplyEnvelope. */
#include "support.h"

#include "wire/label.h"

static void a_label_is_a_field_of_the_envelope(void **state)
{
    (void)state;
    static char text[1000 + 1];
    static const size_t sizes[] = {0, 1, 100, 127, 128, 1000};
    struct arena *arena = arena_new(1 << 20);
    memset(text, 'x', 1000);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        Copay__ReplyEnvelope m = COPAY__REPLY_ENVELOPE__INIT;
        Copay__Clause clause = COPAY__CLAUSE__INIT, *clauses[] = {&clause};
        Copay__Label name = COPAY__LABEL__INIT, *names[] = {&name};
        uint8_t expected[4096], empty[16];
        struct slice first, second;
        const size_t body = copay__reply_envelope__pack(&m, empty);
        clause.id = name.id = "R-1";
        clause.text = name.name = text + 1000 - sizes[i];
        clause.provenance = "official";
        m.n_clauses = m.n_names = 1;
        m.clauses = clauses;
        m.names = names;
        const struct label as_clause = {"R-1", clause.text, "official"};
        const struct label as_name = {"R-1", clause.text, NULL};
        assert_int_equal(wire_label(&as_clause, arena, &first), ERR_OK);
        assert_int_equal(wire_label(&as_name, arena, &second), ERR_OK);
        assert_int_equal(copay__reply_envelope__pack(&m, expected),
                         body + first.size + second.size);
        assert_memory_equal(expected + body, first.data, first.size);
        assert_memory_equal(expected + body + first.size, second.data, second.size);
    }
    arena_free(arena);
    arena = arena_new(16);
    const struct label label = {"R-1", "a text", "official"};
    struct slice packed;
    assert_int_equal(wire_label(&label, arena, &packed), ERR_NOMEM);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_label_is_a_field_of_the_envelope)};
    return cmocka_run_group_tests_name("label", tests, NULL, NULL);
}
