/* Proleptic Gregorian calendar arithmetic at +08:00: Howard Hinnant's days_from_civil, and back by
 * Neri and Schneider's Euclidean affine functions, because each claim asks for three dates. */
#include "base/date.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"

#define ZONE_MS INT64_C(28800000)

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int32_t date_of(int year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (int32_t)(era * 146097 + doe - 719468);
}

/* A year begins in March, so that the leap day is its last. */
static struct civil civil_of_days(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    uint32_t doe4 = 4 * (uint32_t)(z - era * 146097) + 3;
    uint32_t century = doe4 / 146097, doc4 = doe4 % 146097 | 3;
    uint64_t product = UINT64_C(2939745) * doc4; /* 2^32 / 1461, rounded up */
    uint32_t yoc = (uint32_t)(product >> 32), doy = (uint32_t)product / 2939745 / 4;
    uint32_t month_day = 2141 * doy + 197913; /* month in the high half, day in the low one */
    bool next_year = doy >= 306;              /* January and February */
    return (struct civil){.year = (int)(era * 400 + century * 100 + yoc + next_year),
                          .month = (int)(month_day >> 16) - (next_year ? 12 : 0),
                          .day = (int)((month_day & 0xffff) / 2141) + 1};
}

int32_t date_of_time(int64_t time_ms)
{
    return (int32_t)floor_div(time_ms + ZONE_MS, DAY_MS);
}

int64_t date_start_ms(int32_t date)
{
    return (int64_t)date * DAY_MS - ZONE_MS;
}

bool date_time_valid(int64_t time_ms)
{
    return time_ms >= 0 && time_ms < date_start_ms(DATE_MAX);
}

int date_year(int32_t date)
{
    return civil_of_days(date).year;
}

struct civil date_civil(int64_t time_ms)
{
    int64_t local = time_ms + ZONE_MS;
    int64_t days = floor_div(local, DAY_MS);
    uint32_t seconds = (uint32_t)(local - days * DAY_MS) / 1000;
    struct civil c = civil_of_days(days);
    c.hour = (int)(seconds / 3600);
    c.minute = (int)(seconds / 60 % 60);
    c.second = (int)(seconds % 60);
    return c;
}

int date_age(int32_t born, int32_t on)
{
    struct civil b = civil_of_days(born), o = civil_of_days(on);
    return o.year - b.year - (o.month < b.month || (o.month == b.month && o.day < b.day));
}

/* Reads exactly n digits; -1 when one of them is not. */
static int digits(const char *p, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        value = value * 10 + (p[i] - '0');
    }
    return value;
}

static enum err checked_date(int year, int month, int day, int32_t *date)
{
    if (year < 1800 || month < 1 || month > 12 || day < 1)
        return ERR_INVALID;
    *date = date_of(year, month, day);
    struct civil c = civil_of_days(*date);
    return c.month == month && c.day == day ? ERR_OK : ERR_INVALID;
}

static enum err checked_time(int hour, int minute, int second, int32_t date, int64_t *time_ms)
{
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return ERR_INVALID;
    *time_ms = date_start_ms(date) + ((hour * 60 + minute) * 60 + second) * INT64_C(1000);
    return ERR_OK;
}

static enum err parse_date_part(const char *text, int32_t *date)
{
    if (strnlen(text, 10) < 10 || text[4] != '-' || text[7] != '-')
        return ERR_INVALID;
    return checked_date(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2), date);
}

enum err date_parse(const char *text, int32_t *date)
{
    return strlen(text) == 10 ? parse_date_part(text, date) : ERR_INVALID;
}

enum err date_parse_time(const char *text, int64_t *time_ms)
{
    int32_t date;
    if (parse_date_part(text, &date) != ERR_OK)
        return ERR_INVALID;
    if (text[10] == '\0') {
        *time_ms = date_start_ms(date);
        return ERR_OK;
    }
    if (strlen(text) != 19 || text[10] != ' ' || text[13] != ':' || text[16] != ':')
        return ERR_INVALID;
    return checked_time(digits(text + 11, 2), digits(text + 14, 2), digits(text + 17, 2), date,
                        time_ms);
}

enum err date_parse_compact(const char *text, int64_t *time_ms)
{
    int32_t date;
    if (strlen(text) != 14 ||
        checked_date(digits(text, 4), digits(text + 4, 2), digits(text + 6, 2), &date) != ERR_OK)
        return ERR_INVALID;
    return checked_time(digits(text + 8, 2), digits(text + 10, 2), digits(text + 12, 2), date,
                        time_ms);
}

char *date_format(int32_t date, char *buf)
{
    struct civil c = civil_of_days(date);
    snprintf(buf, DATE_TEXT, "%04d-%02d-%02d", c.year, c.month, c.day);
    return buf;
}

char *date_format_time(int64_t time_ms, char *buf)
{
    struct civil c = date_civil(time_ms);
    snprintf(buf, DATE_TEXT, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour,
             c.minute, c.second);
    return buf;
}

char *date_format_compact(int64_t time_ms, char *buf)
{
    struct civil c = date_civil(time_ms);
    const int parts[] = {c.month, c.day, c.hour, c.minute, c.second};
    char *end = id_digits(buf, (uint64_t)c.year, 4);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        end = id_digits(end, (uint64_t)parts[i], 2);
    *end = '\0';
    return buf;
}
