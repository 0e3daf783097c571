/* lib/adjudicate/apportion: sums to the fen, largest remainders first, no share above its weight.
 */
#include "fixture.h"

#include "adjudicate/apportion.h"

static void share(const int64_t *weights, uint32_t count, int64_t total, const int64_t *expected)
{
    struct portion portions[8];
    for (uint32_t i = 0; i < count; i++)
        portions[i].weight = weights[i];
    apportion(portions, count, total);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(portions[i].share, expected[i]);
    int64_t whole = 0, away[8];
    for (uint32_t i = 0; i < count; i++)
        whole += weights[i];
    for (uint32_t i = 0; i < count; i++) {
        memcpy(away, weights, count * sizeof *away);
        away[i] = -1; /* its own is not asked */
        assert_int_equal(apportion_one(away, count, whole, total, i, weights[i]), expected[i]);
    }
}

static void largest_remainders_first(void **state)
{
    (void)state;
    /* 3.33 each: the first of equal ones. */
    share((int64_t[]){100, 100, 100}, 3, 10, (int64_t[]){4, 3, 3});
    share((int64_t[]){100, 100, 100}, 3, 11, (int64_t[]){4, 4, 3});
    /* 1.4, 2.8, 2.8: both of the larger ones. */
    share((int64_t[]){20, 40, 40}, 3, 7, (int64_t[]){1, 3, 3});
    share((int64_t[]){20, 40, 40}, 3, 100, (int64_t[]){20, 40, 40});
    share((int64_t[]){20, 40, 40}, 3, 0, (int64_t[]){0, 0, 0});
    /* A line of nothing shares nothing, though it is first. */
    share((int64_t[]){0, 1, 1}, 3, 1, (int64_t[]){0, 1, 0});
    share((int64_t[]){0, 0}, 2, 0, (int64_t[]){0, 0});
    share((int64_t[]){7}, 1, 3, (int64_t[]){3});
    /* Products beyond 64 bits. */
    share((int64_t[]){FEN_MAX / 3, FEN_MAX / 3, FEN_MAX / 3}, 3, FEN_MAX / 3 - 1,
          (int64_t[]){1111111111111111, 1111111111111111, 1111111111111110});
}

static int64_t below(uint64_t *seed, int64_t bound)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((*seed >> 33) % (uint64_t)bound);
}

/* Against its definition. */
static void any_shares(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        struct portion p[12];
        uint32_t count = (uint32_t)below(&seed, 12) + 1;
        int64_t whole = 0, sum = 0;
        for (uint32_t i = 0; i < count; i++)
            whole += p[i].weight = below(&seed, round % 3 == 0 ? 4 : 100000);
        int64_t total = below(&seed, whole + 1);
        apportion(p, count, total);
        for (uint32_t i = 0; i < count; i++) {
            int64_t floor = whole ? (int64_t)((__int128)total * p[i].weight / whole) : 0;
            assert_true(p[i].share == floor || p[i].share == floor + 1);
            assert_true(p[i].share <= p[i].weight);
            sum += p[i].share;
        }
        assert_int_equal(sum, total);
        for (uint32_t i = 0; i < count; i++)
            for (uint32_t j = 0; whole && j < count; j++) {
                bool i_has = p[i].share > (int64_t)((__int128)total * p[i].weight / whole);
                bool j_has = p[j].share > (int64_t)((__int128)total * p[j].weight / whole);
                if (p[i].rest > p[j].rest || (p[i].rest == p[j].rest && i < j))
                    assert_true(i_has || !j_has);
            }
        int64_t weights[12];
        for (uint32_t i = 0; i < count; i++)
            weights[i] = p[i].weight;
        for (uint32_t i = 0; i < count; i++)
            assert_int_equal(apportion_one(weights, count, whole, total, i, weights[i]),
                             p[i].share);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(largest_remainders_first),
        cmocka_unit_test(any_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
