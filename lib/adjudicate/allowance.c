/* Cash benefits by days of wages, beside the bill (V-54). Settler's thread (and every offline
 * tool). */
#include "adjudicate/run.h"

static bool holds(const struct run *r, const struct allowance *allowance)
{
    return allowance->insutypes >> r->insutype & 1 && allowance->kinds >> r->kind & 1 &&
           allowance->classes & r->class_mask && situation_holds(r, &allowance->in) &&
           (!allowance->needs_pool || r->pool_open);
}

static void pay(struct run *r, const struct allowance *allowance)
{
    int64_t wage = r->in->avg_mon_wage, days = 0, paid = 0;
    int64_t day = money_round(wage, allowance->over_days);
    for (uint8_t i = 0; i < allowance->row_count; i++) {
        const struct allowance_row *row = &allowance->rows[i];
        if (!situation_holds(r, &row->in))
            continue;
        days += row->days;
        int64_t sum = allowance->rounds_days
                          ? day * days
                          : money_round((__int128)wage * days, allowance->over_days);
        step_add(
            r, STEP_ALLOWANCE, allowance->id,
            (struct step){
                .base = wage, .limit = row->days, .amount = sum - paid, .clause = row->clause});
        paid = sum;
    }
}

void allowances_pay(struct run *r)
{
    const struct policy_allowances *allowances = r->in->policy->allowances;
    for (uint8_t i = 0; i < allowances->count; i++)
        if (r->in->avg_mon_wage > 0 && holds(r, &allowances->list[i]))
            pay(r, &allowances->list[i]);
}
