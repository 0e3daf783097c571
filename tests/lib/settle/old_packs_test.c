/* lib/settle/old_packs: old packs by digest, the last used ones. */
#include "settle/old_packs.h"

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
    for (uint8_t i = 1; i <= OLD_PACKS_MAX; i++) {
        digest = numbered(i);
        assert_false(old_packs_find(w->settle, &digest, &pack));
        settle_put_old_pack(w->settle, &digest, NULL);
    }
    digest = numbered(1);
    assert_true(old_packs_find(w->settle, &digest, &pack)); /* used again: the second goes first */
    digest = numbered(OLD_PACKS_MAX + 1);
    settle_put_old_pack(w->settle, &digest, NULL);
    for (uint8_t i = 1; i <= OLD_PACKS_MAX + 1; i++) {
        digest = numbered(i);
        assert_int_equal(old_packs_find(w->settle, &digest, &pack), i != 2);
    }
}

static void the_active_pack_is_at_hand(void **state)
{
    struct world *w = *state;
    const struct pack *pack;
    struct hash first = pack_digest(w->pack), none = {0};
    assert_true(old_packs_find(w->settle, &first, &pack));
    assert_ptr_equal(pack, w->pack);
    assert_true(old_packs_find(w->settle, &none, &pack));
    assert_null(pack);
    world_activate(w, "0.60");
    assert_false(old_packs_find(w->settle, &first, &pack));
    world_bring_old_pack(w, &first);
    assert_true(old_packs_find(w->settle, &first, &pack));
    assert_string_equal(pack_digest_text(pack), pack_digest_text(w->older[0]));
    world_bring_old_pack(w, &first); /* twice is once */
    assert_true(old_packs_find(w->settle, &first, &pack));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BARE_TEST(the_last_used_are_kept),
        WORLD_TEST(the_active_pack_is_at_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
