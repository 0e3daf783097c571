/* Stays over whose days something changes: the benefit year, the insurance, the class, or whether
 * the pool is open. A policy that will have no such stay settled at one time refuses it and says up
 * to which day it must be settled first (V-55, V-75, V-79). Settler's thread (and every offline
 * tool). */
#include "adjudicate/decide.h"

static void refuse_beyond(struct run *r, int32_t last)
{
    char text[DATE_TEXT];
    problem_add(&r->out->problems, REASON_MID_SETTLE, "endtime", NULL, date_format(last, text));
}

/* As whom the person is insured on a day. */
struct standing {
    uint16_t insutype; /* 0: not insured */
    int class;         /* -1: none */
    bool pool_open;
};

static struct standing standing_on(const struct run *r, int32_t day)
{
    const struct person *person = r->in->person;
    const int wanted = cover_wanted(r->in->claim);
    const struct policy *policy = r->in->policy;
    const struct insurance *cover =
        adjudicate_cover(policy, person, (uint16_t)(wanted < 0 ? 0 : wanted), day);
    cover = cover ? cover : adjudicate_cover(policy, person, 0, day);
    if (!cover)
        return (struct standing){.class = -1};
    return (struct standing){
        .insutype = cover->insutype,
        .class = policy_class(policy, cover->insutype, cover->psn_type),
        .pool_open =
            insurance_pool_open(cover, adjudicate_pool_begins(policy, person, cover).date, day),
    };
}

static bool same_standing(struct standing a, struct standing b)
{
    return a.insutype == b.insutype && a.class == b.class && a.pool_open == b.pool_open;
}

int32_t crossing_cover(const struct run *r, int32_t from, int32_t to)
{
    const struct person *person = r->in->person;
    const struct standing before = standing_on(r, from);
    int32_t first = DATE_NONE;
    for (uint32_t i = 0; i < person->insurance_count; i++) {
        const struct insurance *cover = &person->insurances[i];
        const int32_t begins = adjudicate_pool_begins(r->in->policy, person, cover).date;
        const int32_t days[] = {cover->psn_insu_date, begins, cover->paus_insu_date,
                                cover->expi_date < DATE_MAX ? cover->expi_date + 1 : DATE_NONE};
        for (size_t d = 0; d < ARRAY_LEN(days); d++)
            if (days[d] > from && days[d] <= to && (first == DATE_NONE || days[d] < first) &&
                !same_standing(before, standing_on(r, days[d])))
                first = days[d];
    }
    return first;
}

/* Discharge papers may be later than death. */
int32_t crossing_last_day(const struct run *r)
{
    int32_t death = r->in->person->death_date;
    return death != DATE_NONE && death < r->days.discharge ? death : r->days.discharge;
}

void crossing_check(struct run *r)
{
    const struct policy *policy = r->in->policy;
    const struct policy_dates *dates = &policy->dates;
    const int32_t from = r->days.admission, to = crossing_last_day(r);
    if (from >= to || !(policy->inpatient_kinds >> r->kind & 1))
        return;
    const int32_t most = RULE_PERIODS_MAX * policy->period_days[r->kind];
    const int32_t begins = date_of_time(r->in->claim->begntime); /* of a part, where it is split */
    if (most > 0 && date_of_time(r->in->claim->endtime) - begins > most)
        refuse_beyond(r, begins + most);
    if (dates->across_years == CROSSING_MID_SETTLE) {
        int32_t end = dates_year_end(dates, dates_year(dates, from));
        if (to > end)
            refuse_beyond(r, end);
    }
    if (dates->cover_change == CROSSING_MID_SETTLE) {
        int32_t change = crossing_cover(r, from, to);
        if (change != DATE_NONE)
            refuse_beyond(r, change - 1);
    }
}
