/* Exact arithmetic on fen, ratios and fractions. Pure; no allocation. */
#include "base/money.h"

#include <inttypes.h>
#include <stdio.h>

/* Half-up of a magnitude: an amount and its refund round to the same fen. */
static inline int64_t half_up(uint64_t quotient, uint64_t rest, uint64_t den, bool negative)
{
    if (rest >= den - rest)
        quotient++;
    CHECK(quotient <= INT64_MAX);
    return negative ? -(int64_t)quotient : (int64_t)quotient;
}

/* Inline, so that where the denominator is a constant nothing is divided: a bill rounds once or
 * twice a line. */
static inline __attribute__((always_inline)) int64_t round_narrow(int64_t num, uint64_t den)
{
    if (den == 1)
        return num;
    uint64_t magnitude = num < 0 ? -(uint64_t)num : (uint64_t)num;
    return half_up(magnitude / den, magnitude % den, den, num < 0);
}

int64_t money_round(__int128 num, int64_t den)
{
    CHECK(den > 0);
    /* 128 bits take several times as long to divide, and hardly any bill needs them. */
    if (num == (int64_t)num)
        return round_narrow((int64_t)num, (uint64_t)den);
    unsigned __int128 magnitude = num < 0 ? -(unsigned __int128)num : (unsigned __int128)num;
    unsigned __int128 quotient = magnitude / (uint64_t)den;
    CHECK(quotient <= INT64_MAX);
    uint64_t rest = (uint64_t)(magnitude - quotient * (uint64_t)den);
    return half_up((uint64_t)quotient, rest, (uint64_t)den, num < 0);
}

int64_t money_round_to(__int128 num, int64_t den, enum rounding to)
{
    if (to == ROUND_HALF_UP)
        return money_round(num, den);
    CHECK(den > 0);
    __int128 quotient = num / den, rest = num % den;
    if (to == ROUND_UP && rest != 0)
        quotient += num < 0 ? -1 : 1;
    CHECK(quotient <= INT64_MAX && quotient >= -INT64_MAX);
    return (int64_t)quotient;
}

int64_t money_round_frac(struct frac f)
{
    return money_round(f.num, f.den);
}

int64_t money_share(int64_t fen, int32_t ratio)
{
    int64_t product;
    if (__builtin_mul_overflow(fen, (int64_t)ratio, &product))
        return money_round((__int128)fen * ratio, RATIO_ONE);
    return round_narrow(product, RATIO_ONE);
}

int64_t money_share_to(int64_t fen, int32_t ratio, enum rounding to)
{
    return to == ROUND_HALF_UP ? money_share(fen, ratio)
                               : money_round_to((__int128)fen * ratio, RATIO_ONE, to);
}

enum err money_of_line(int64_t cnt, int64_t pric, int64_t *fen)
{
    /* 10^4 x 10^6 per unit against 10^2 fen per yuan leaves 10^8. */
    const int64_t den = INT64_C(100000000);
    int64_t narrow;
    if (!__builtin_mul_overflow(cnt, pric, &narrow)) {
        _Static_assert(INT64_MAX / INT64_C(100000000) < FEN_MAX, "such a product is in range");
        *fen = round_narrow(narrow, (uint64_t)den);
        return ERR_OK;
    }
    __int128 product = (__int128)cnt * pric;
    __int128 bound = (__int128)FEN_MAX * den;
    if (product > bound || product < -bound)
        return ERR_LIMIT;
    *fen = money_round(product, den);
    return ERR_OK;
}

bool money_add(int64_t *sum, int64_t fen)
{
    int64_t total;
    if (__builtin_add_overflow(*sum, fen, &total) || total > FEN_MAX || total < -FEN_MAX)
        return false;
    *sum = total;
    return true;
}

static unsigned __int128 gcd(unsigned __int128 a, unsigned __int128 b)
{
    while (b != 0) {
        unsigned __int128 r = a % b;
        a = b;
        b = r;
    }
    return a;
}

static struct frac reduced(__int128 num, __int128 den)
{
    CHECK(den > 0);
    unsigned __int128 magnitude = num < 0 ? -(unsigned __int128)num : (unsigned __int128)num;
    unsigned __int128 g = gcd(magnitude, (unsigned __int128)den);
    num /= (__int128)g;
    den /= (__int128)g;
    CHECK(den <= INT64_MAX);
    return (struct frac){num, (int64_t)den};
}

struct frac frac_of(int64_t fen)
{
    return (struct frac){fen, 1};
}

struct frac frac_make(__int128 num, int64_t den)
{
    return reduced(num, den);
}

struct frac frac_add(struct frac a, struct frac b)
{
    __int128 left = a.num, right = b.num, den = a.den, sum;
    if (a.den != b.den) {
        CHECK(!__builtin_mul_overflow(a.num, (__int128)b.den, &left));
        CHECK(!__builtin_mul_overflow(b.num, (__int128)a.den, &right));
        den *= b.den;
    }
    CHECK(!__builtin_add_overflow(left, right, &sum));
    return den == 1 ? (struct frac){sum, 1} : reduced(sum, den);
}

struct frac frac_sub(struct frac a, struct frac b)
{
    return frac_add(a, (struct frac){-b.num, b.den});
}

struct frac frac_times(struct frac f, int32_t ratio)
{
    __int128 num;
    int64_t den;
    CHECK(!__builtin_mul_overflow(f.num, (__int128)ratio, &num));
    CHECK(!__builtin_mul_overflow(f.den, (int64_t)RATIO_ONE, &den));
    return reduced(num, den);
}

int frac_cmp(struct frac a, struct frac b)
{
    if (a.den == b.den)
        return (a.num > b.num) - (a.num < b.num);
    struct frac d = frac_sub(a, b);
    return (d.num > 0) - (d.num < 0);
}

struct frac frac_min(struct frac a, struct frac b)
{
    return frac_cmp(a, b) <= 0 ? a : b;
}

struct frac frac_max(struct frac a, struct frac b)
{
    return frac_cmp(a, b) >= 0 ? a : b;
}

enum err money_parse(const char *text, int scale, int64_t max, int64_t *value)
{
    const char *p = text;
    bool negative = *p == '-';
    if (negative)
        p++;
    int64_t magnitude = 0;
    int decimals = -1; /* digits seen after the point; -1 before it */
    int digits = 0;
    for (; *p != '\0'; p++) {
        if (*p == '.' && decimals < 0 && digits > 0) {
            decimals = 0;
            continue;
        }
        if (*p < '0' || *p > '9')
            return ERR_INVALID;
        digits++;
        if (decimals >= scale) {
            if (*p != '0')
                return ERR_INVALID;
            continue;
        }
        if (decimals >= 0)
            decimals++;
        if (__builtin_mul_overflow(magnitude, (int64_t)10, &magnitude) ||
            __builtin_add_overflow(magnitude, (int64_t)(*p - '0'), &magnitude))
            return ERR_LIMIT;
    }
    if (digits == 0 || p[-1] == '.')
        return ERR_INVALID;
    for (int i = decimals < 0 ? 0 : decimals; i < scale; i++)
        if (__builtin_mul_overflow(magnitude, (int64_t)10, &magnitude))
            return ERR_LIMIT;
    if (magnitude > max)
        return ERR_LIMIT;
    *value = negative ? -magnitude : magnitude;
    return ERR_OK;
}

char *money_format(int64_t value, int scale, int decimals, char *buf)
{
    CHECK(scale >= 0 && scale <= 9 && decimals <= scale);
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    uint64_t unit = 1;
    for (int i = 0; i < scale; i++)
        unit *= 10;
    int length = snprintf(buf, MONEY_TEXT, "%s%" PRIu64, value < 0 ? "-" : "", magnitude / unit);
    if (scale == 0 || decimals == 0)
        return buf;
    length +=
        snprintf(buf + length, MONEY_TEXT - (size_t)length, ".%0*" PRIu64, scale, magnitude % unit);
    int keep = decimals < 0 ? 0 : decimals;
    for (int have = scale; have > keep && buf[length - 1] == '0'; have--)
        buf[--length] = '\0';
    if (buf[length - 1] == '.')
        buf[--length] = '\0';
    return buf;
}

char *money_yuan(int64_t fen, char *buf)
{
    return money_format(fen, 2, 2, buf);
}
