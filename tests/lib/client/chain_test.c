/* lib/client/chain: what the daemon tallies is followed in any order of the answers, and the first
 * difference is told once. */
#include "chain.h"

static struct chain chain;
static struct daemon_channel theirs;
static struct copay_tally_event event;

static int setup(void **state)
{
    (void)state;
    memset(&chain, 0, sizeof chain);
    memset(&theirs, 0, sizeof theirs);
    return 0;
}

static bool take(struct chain_link link, bool whole)
{
    chain_add(&chain, &link);
    return chain_compare(&chain, whole, &event);
}

static struct chain_link repeated(struct chain_link link)
{
    link.stamped = false;
    return link;
}

static void a_channel_is_followed_from_its_first(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= 200; i++)
        assert_false(take(settle_one(&theirs, 10 * i), true));
    assert_int_equal(chain.base.count, 200);
    assert_int_equal(chain.base.sums[0], 200 * 10000);
    assert_int_equal(chain.count, 0);
}

static void a_channel_met_later_is_believed(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= 5; i++)
        settle_one(&theirs, i);
    assert_false(take(settle_one(&theirs, 6), true));
    assert_int_equal(chain.base.count, 6);
    assert_false(take(settle_one(&theirs, 7), true));
    settle_one(&theirs, 8);
    assert_true(take(settle_one(&theirs, 9), true));
}

static void what_no_answer_came_of_is_missing(void **state)
{
    (void)state;
    assert_false(take(settle_one(&theirs, 1), true));
    settle_one(&theirs, 2);
    settle_one(&theirs, 3);
    assert_true(take(settle_one(&theirs, 4), true));
    assert_int_equal(event.kind, COPAY_TALLY_MISSING);
    assert_int_equal(event.since, 1);
    assert_int_equal(event.sequence, 4);
    assert_int_equal(event.ours_cnt, 2);
    assert_int_equal(event.theirs_cnt, 4);
    assert_int_equal(event.theirs[0] - event.ours[0], 2 * 10000);
    assert_int_equal(event.theirs[3] - event.ours[3], 2 * 2900);
    assert_non_null(event.zh);
    assert_false(chain_compare(&chain, true, &event)); /* once */
    assert_false(take(settle_one(&theirs, 5), true));
}

static void a_repeat_fills_its_gap(void **state)
{
    (void)state;
    assert_false(take(settle_one(&theirs, 1), true));
    struct chain_link lost = settle_one(&theirs, 2);
    assert_false(take(repeated(lost), true));
    assert_int_equal(chain.count, 1); /* no tally covers it yet */
    assert_false(take(settle_one(&theirs, 3), true));
    assert_int_equal(chain.base.count, 3);
    assert_false(take(repeated(lost), true)); /* an old one again */
    assert_int_equal(chain.count, 0);
}

/* While a call is under way, its answer may be what is missing. */
static void answers_may_come_in_any_order(void **state)
{
    (void)state;
    assert_false(take(settle_one(&theirs, 1), true));
    struct chain_link second = settle_one(&theirs, 2), third = settle_one(&theirs, 3),
                      fourth = settle_one(&theirs, 4);
    assert_false(take(fourth, false));
    assert_false(take(third, false));
    assert_false(take(third, false)); /* twice the same */
    assert_int_equal(chain.base.count, 1);
    assert_false(take(second, true));
    assert_int_equal(chain.base.count, 4);
    assert_int_equal(chain.count, 0);
}

static void the_gap_is_told_when_nothing_is_under_way(void **state)
{
    (void)state;
    assert_false(take(settle_one(&theirs, 1), true));
    settle_one(&theirs, 2);
    assert_false(take(settle_one(&theirs, 3), false));
    assert_true(chain_compare(&chain, true, &event));
    assert_int_equal(event.kind, COPAY_TALLY_MISSING);
}

/* A daemon brought back from an old backup. */
static void what_the_daemon_has_forgotten_is_extra(void **state)
{
    (void)state;
    assert_false(take(settle_one(&theirs, 1), true));
    struct daemon_channel before = theirs;
    assert_false(take(repeated(settle_one(&theirs, 2)), true));
    theirs = before;
    assert_true(take(settle_one(&theirs, 3), true));
    assert_int_equal(event.kind, COPAY_TALLY_EXTRA);
    assert_int_equal(event.ours_cnt, 3);
    assert_int_equal(event.theirs_cnt, 2);
}

static void other_sums_or_documents_differ(void **state)
{
    (void)state;
    for (int how = 0; how < 3; how++) {
        setup(NULL);
        assert_false(take(settle_one(&theirs, 1), true));
        struct chain_link link = settle_one(&theirs, 2);
        if (how == 0)
            link.amounts[1]++;
        if (how == 1)
            link.msgid[29] ^= 1;
        if (how == 2)
            link.tally.digest.bytes[0] ^= 1;
        assert_true(take(link, true));
        assert_int_equal(event.kind, COPAY_TALLY_DIFFERS);
        theirs.point = link.tally;
        assert_int_equal(event.ours[1] - event.theirs[1], how == 0);
        assert_false(take(settle_one(&theirs, 3), true)); /* theirs is gone on from */
    }
}

static void answers_without_a_tally_do_not_fill_it_for_ever(void **state)
{
    (void)state;
    assert_false(take(settle_one(&theirs, 1), true));
    for (uint64_t i = 2; i < 3 * CHAIN_WAITING_MAX; i++)
        (void)take(repeated(settle_one(&theirs, i)), true);
    assert_true(chain.count <= CHAIN_WAITING_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_channel_is_followed_from_its_first, setup),
        cmocka_unit_test_setup(a_channel_met_later_is_believed, setup),
        cmocka_unit_test_setup(what_no_answer_came_of_is_missing, setup),
        cmocka_unit_test_setup(a_repeat_fills_its_gap, setup),
        cmocka_unit_test_setup(answers_may_come_in_any_order, setup),
        cmocka_unit_test_setup(the_gap_is_told_when_nothing_is_under_way, setup),
        cmocka_unit_test_setup(what_the_daemon_has_forgotten_is_extra, setup),
        cmocka_unit_test_setup(other_sums_or_documents_differ, setup),
        cmocka_unit_test_setup(answers_without_a_tally_do_not_fill_it_for_ever, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
