/* Civil dates and times at fixed +08:00 (design section 3, "Time"); never through localtime.
 *
 * time_ms  int64_t, milliseconds since 1970-01-01T00:00:00Z
 * date     int32_t, days since 1970-01-01, counted at +08:00 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/err.h"

#define DATE_NONE INT32_MIN       /* absent */
#define DATE_MAX INT32_C(2932896) /* 9999-12-31: open-ended */
#define DAY_MS INT64_C(86400000)

struct civil {
    int year, month, day, hour, minute, second;
};

int32_t date_of(int year, int month, int day);
int32_t date_of_time(int64_t time_ms);
int64_t date_start_ms(int32_t date);
/* Whether a moment has a day of its own, from 1970 to before DATE_MAX. */
bool date_time_valid(int64_t time_ms);
int date_year(int32_t date);
struct civil date_civil(int64_t time_ms);

/* Whole years from `born` to `on`, as a person's age is counted. */
int date_age(int32_t born, int32_t on);

/* "YYYY-MM-DD"; ERR_INVALID for anything that is not a real day. */
enum err date_parse(const char *text, int32_t *date) MUST_CHECK;
/* "YYYY-MM-DD HH:MM:SS" or "YYYY-MM-DD" (midnight). */
enum err date_parse_time(const char *text, int64_t *time_ms) MUST_CHECK;
/* "yyyyMMddHHmmss", 14 digits exactly. */
enum err date_parse_compact(const char *text, int64_t *time_ms) MUST_CHECK;

/* buf holds DATE_TEXT bytes and is returned. */
#define DATE_TEXT 32
char *date_format(int32_t date, char *buf);            /* YYYY-MM-DD */
char *date_format_time(int64_t time_ms, char *buf);    /* YYYY-MM-DD HH:MM:SS */
char *date_format_compact(int64_t time_ms, char *buf); /* yyyyMMddHHmmss */

#endif
