/* What a settlement adds to a year, a void takes back from the same. */
#include "settle/years.h"

enum err years_read(struct turn *turn, const char *psn_no, uint16_t year, bool spans,
                    struct years *out)
{
    out->year = year;
    out->spans = spans;
    enum err err = state_person_year(turn->state, psn_no, year, &out->own);
    if (err == ERR_OK && spans)
        err = state_person_year(turn->state, psn_no, (uint16_t)(year - 1), &out->before);
    return err;
}

void years_copy(struct years *to, const struct years *from)
{
    to->year = from->year;
    to->spans = from->spans;
    to->own = from->own;
    if (from->spans)
        to->before = from->before;
}

void years_forget(struct years *years, int32_t today)
{
    accums_forget(&years->own.accums, today);
    if (years->spans)
        accums_forget(&years->before.accums, today);
}

enum err years_move_one(struct accums *accums, uint16_t year, const struct accum *deltas,
                        uint32_t count, int sign)
{
    for (uint32_t i = 0; i < count; i++) {
        struct accum delta = deltas[i];
        if (delta.year != year)
            continue;
        delta.value *= sign;
        enum err err = accum_add(accums, &delta);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

enum err years_move(struct years *years, const struct accum *deltas, uint32_t count, int sign)
{
    enum err err = years_move_one(&years->own.accums, years->year, deltas, count, sign);
    if (err == ERR_OK && years->spans)
        err =
            years_move_one(&years->before.accums, (uint16_t)(years->year - 1), deltas, count, sign);
    return err;
}
