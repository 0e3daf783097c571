/* Which date decides what, and what happens to care whose dates do not agree (V-55, V-56). */
#ifndef POLICY_DATES_H
#define POLICY_DATES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"

/* Of care that is no stay, admission is the visit. */
enum policy_day {
    DAY_SETTLEMENT,
    DAY_ADMISSION,
    DAY_DISCHARGE,
    DAY_ENROLMENT, /* the first day of the cover; for class and identity only */
    DAY_PART,      /* of a part of a split stay: its first */
};

/* What becomes of a stay over whose days the benefit year, or the cover, changes. */
enum crossing {
    CROSSING_WHOLE,      /* settled by the days above */
    CROSSING_MID_SETTLE, /* refused: it is settled up to the change first */
    CROSSING_SPLIT,      /* each fee by its day, in one settlement */
};

struct policy_dates {
    uint8_t rule_version, benefit_year, cover, person_class, identity; /* enum policy_day */
    uint8_t across_years, cover_change;                                /* enum crossing */
    bool split_dedc_once, split_nth_once; /* what a split stay has once, and not in each part */
    /* First day of a benefit year, month x 100 + day; up to 101: the calendar's. */
    uint16_t year_begins;
};

/* The days of one settlement. */
struct care_days {
    int32_t admission, discharge, settlement;
    int32_t part;
};

static inline struct care_days care_days(int64_t begntime, int64_t endtime, int64_t setl_time)
{
    return (struct care_days){.admission = date_of_time(begntime),
                              .discharge = date_of_time(endtime),
                              .settlement = date_of_time(setl_time)};
}

/* Not for DAY_ENROLMENT, which only a cover knows. */
static inline int32_t care_day(const struct care_days *days, uint8_t which)
{
    return which == DAY_ADMISSION   ? days->admission
           : which == DAY_DISCHARGE ? days->discharge
           : which == DAY_PART      ? days->part
                                    : days->settlement;
}

/* Days of a stay, the day of discharge not counted, but one at least. */
static inline int32_t care_length(const struct care_days *days)
{
    int32_t length = days->discharge - days->admission;
    return length < 1 ? 1 : length;
}

/* Whether some stays are split. */
static inline bool dates_split(const struct policy_dates *dates)
{
    return dates->across_years == CROSSING_SPLIT || dates->cover_change == CROSSING_SPLIT;
}

/* The benefit year that holds `date`, by the year in which it began. */
uint16_t dates_year(const struct policy_dates *dates, int32_t date);
/* Its last day. */
int32_t dates_year_end(const struct policy_dates *dates, uint16_t year);

#endif
