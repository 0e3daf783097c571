/* Largest remainders, without sorting: a bill of thousands of lines is shared once for each of its
 * refunds. */
#include "adjudicate/apportion.h"

#include "base/check.h"

/* a x b / whole, rounded down, and what is left. */
static void divide(int64_t a, int64_t b, int64_t whole, int64_t *quotient, int64_t *rest)
{
    int64_t product;
    if (!__builtin_mul_overflow(a, b, &product)) {
        *quotient = product / whole;
        *rest = product % whole;
        return;
    }
    __int128 wide = (__int128)a * b;
    *quotient = (int64_t)(wide / whole);
    *rest = (int64_t)(wide % whole);
}

static uint32_t count_from(const struct portion *portions, uint32_t count, int64_t rest)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += portions[i].rest >= rest;
    return found;
}

/* The least remainder that still gets one of `left`, or one above the largest. Halves the range of
 * remainders until at most `left` are in the upper part, and no smaller bound has that. */
static int64_t threshold(const struct portion *portions, uint32_t count, int64_t whole,
                         uint32_t left)
{
    int64_t low = 0, high = whole;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (count_from(portions, count, middle) <= left)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void apportion(struct portion *portions, uint32_t count, int64_t total)
{
    int64_t whole = 0, left = total;
    for (uint32_t i = 0; i < count; i++)
        whole += portions[i].weight;
    CHECK(total >= 0 && total <= whole);
    for (uint32_t i = 0; i < count; i++) {
        struct portion *p = &portions[i];
        p->share = p->rest = 0;
        if (whole > 0)
            divide(total, p->weight, whole, &p->share, &p->rest);
        left -= p->share;
    }
    apportion_rests(portions, count, whole, (uint32_t)left);
}

void apportion_rests(struct portion *portions, uint32_t count, int64_t whole, uint32_t left)
{
    if (left == 0)
        return;
    int64_t above = threshold(portions, count, whole, left);
    for (uint32_t i = 0; i < count; i++)
        if (portions[i].rest >= above) {
            portions[i].share++;
            left--;
        }
    /* Those that tie for what is still left. */
    for (uint32_t i = 0; i < count && left > 0; i++)
        if (portions[i].rest == above - 1) {
            portions[i].share++;
            left--;
        }
    CHECK(left == 0);
}

int64_t apportion_one(const int64_t *weights, uint32_t count, int64_t whole, int64_t total,
                      uint32_t index, int64_t weight)
{
    int64_t share, rest, left = total, dearer = 0;
    CHECK(total >= 0 && total <= whole);
    if (whole == 0)
        return 0;
    divide(total, weight, whole, &share, &rest);
    for (uint32_t i = 0; i < count; i++) {
        int64_t other, others;
        if (i == index)
            continue;
        divide(total, weights[i], whole, &other, &others);
        left -= other;
        dearer += others > rest || (others == rest && i < index);
    }
    return share + (dearer < left - share);
}
