/* lib/settle/words: old packs by digest, the last used ones. */
#include "settle/words.h"

#include "fixture.h"

static struct hash numbered(uint8_t number)
{
    return (struct hash){.bytes = {number}};
}

static void the_last_used_are_kept(void **state)
{
    struct world *w = *state;
    const struct pack *pack;
    struct hash digest;
    for (uint8_t i = 1; i <= WORDS_MAX; i++) {
        digest = numbered(i);
        assert_false(words_find(w->settle, &digest, &pack));
        settle_put_words(w->settle, &digest, NULL);
    }
    digest = numbered(1);
    assert_true(words_find(w->settle, &digest, &pack)); /* used again: the second goes first */
    digest = numbered(WORDS_MAX + 1);
    settle_put_words(w->settle, &digest, NULL);
    for (uint8_t i = 1; i <= WORDS_MAX + 1; i++) {
        digest = numbered(i);
        assert_int_equal(words_find(w->settle, &digest, &pack), i != 2);
    }
}

static void the_active_pack_is_at_hand(void **state)
{
    struct world *w = *state;
    const struct pack *pack;
    struct hash first = pack_digest(w->pack), none = {0};
    assert_true(words_find(w->settle, &first, &pack));
    assert_ptr_equal(pack, w->pack);
    assert_true(words_find(w->settle, &none, &pack));
    assert_null(pack);
    world_activate(w, "0.60");
    assert_false(words_find(w->settle, &first, &pack));
    world_bring_words(w, &first);
    assert_true(words_find(w->settle, &first, &pack));
    assert_string_equal(pack_digest_text(pack), pack_digest_text(w->older[0]));
    world_bring_words(w, &first); /* twice is once */
    assert_true(words_find(w->settle, &first, &pack));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BARE_TEST(the_last_used_are_kept),
        WORLD_TEST(the_active_pack_is_at_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
