/* Money and ratios: signed integers only (design decision 1).
 *
 * fen      int64_t, 1/100 yuan
 * pric     int64_t, yuan x 10^6        cnt  int64_t, units x 10^4
 * ratio    int32_t, x 10^4 (0.85 is 8500), as on the national wire
 *
 * Rounding is half-up (away from zero on a tie) and happens in money_round() alone; where a policy
 * names another, in money_round_to(). */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/err.h"

#define RATIO_ONE 10000
#define CNT_ONE 10000
#define PRIC_ONE 1000000
#define FEN_MAX INT64_C(9999999999999999) /* 16,2 on the national wire, in fen (16 digits) */

/* An exact amount in fen: num / den, den > 0. Inner bases stay exact, or the layer above a cap
 * comes out one fen off (example D34). */
struct frac {
    __int128 num;
    int64_t den;
};

/* num / den rounded half-up, ties away from zero. den > 0. */
int64_t money_round(__int128 num, int64_t den);

/* To which whole number: by magnitude, so that an amount and its refund round to the same fen. */
enum rounding { ROUND_HALF_UP, ROUND_DOWN, ROUND_UP };
int64_t money_round_to(__int128 num, int64_t den, enum rounding to);

/* A fraction rounded half-up to the fen. */
int64_t money_round_frac(struct frac f);

/* fen x ratio, rounded half-up to the fen. */
int64_t money_share(int64_t fen, int32_t ratio);
int64_t money_share_to(int64_t fen, int32_t ratio, enum rounding to);

/* cnt x pric in fen, rounded half-up; ERR_LIMIT when it does not fit |FEN_MAX|. */
enum err money_of_line(int64_t cnt, int64_t pric, int64_t *fen) MUST_CHECK;

/* *sum += fen; false (and *sum unchanged) when the result leaves |FEN_MAX|. */
bool money_add(int64_t *sum, int64_t fen) MUST_CHECK;

/* Fractions. Denominators are products of ratios: adjudication refuses bases over 10^8 and cuts one
 * at a ratio once more. Results are reduced, and an overflow is a broken invariant. */
struct frac frac_of(int64_t fen);
struct frac frac_make(__int128 num, int64_t den); /* den > 0 */
struct frac frac_add(struct frac a, struct frac b);
struct frac frac_sub(struct frac a, struct frac b);
struct frac frac_times(struct frac f, int32_t ratio); /* ratio of any sign */
int frac_cmp(struct frac a, struct frac b);
struct frac frac_min(struct frac a, struct frac b);
struct frac frac_max(struct frac a, struct frac b);

/* Parses a decimal such as "-1234.5" into value x 10^scale, exactly: more than `scale` decimals
 * that are not zero, an exponent, spaces or an empty text are ERR_INVALID; |result| over `max`
 * is ERR_LIMIT. */
enum err money_parse(const char *text, int scale, int64_t max, int64_t *value) MUST_CHECK;

/* Writes value / 10^scale with exactly `decimals` (<= scale, the rest must be zero) or, with
 * decimals < 0, with as many as needed. Returns buf, which holds at least MONEY_TEXT bytes. */
#define MONEY_TEXT 32
char *money_format(int64_t value, int scale, int decimals, char *buf);

/* Yuan with two decimals: money_format(fen, 2, 2, buf). */
char *money_yuan(int64_t fen, char *buf);

#endif
