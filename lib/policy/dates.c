/* Benefit years that need not begin in January. Pure; any thread. */
#include "policy/dates.h"

uint16_t dates_year(const struct policy_dates *dates, int32_t date)
{
    int year = date_year(date);
    const uint16_t begins = dates->year_begins;
    if (begins > 101 && date < date_of(year, begins / 100, begins % 100))
        year--;
    return (uint16_t)year;
}

int32_t dates_year_end(const struct policy_dates *dates, uint16_t year)
{
    const uint16_t begins = dates->year_begins;
    return begins > 101 ? date_of(year + 1, begins / 100, begins % 100) - 1
                        : date_of(year + 1, 1, 1) - 1;
}
