/* Days of supply: what the patient has in hand on the day, whoever dispensed it. A day uses up a
 * day; what was dispensed before the last was used up adds to it. */
#include "audit/work.h"
#include "base/money.h"

#define DAY 100 /* prd_days are x 100 */

struct stock {
    int32_t day;
    int64_t left;
};

static void pass_to(struct stock *stock, int32_t day)
{
    int64_t used = ((int64_t)day - stock->day) * DAY;
    stock->left = stock->left > used ? stock->left - used : 0;
    stock->day = day;
}

void supply_group(struct work *w, uint16_t number, const uint32_t *order, uint32_t count)
{
    const struct audit_rule *rule = &w->rules->rules[number];
    const int64_t most = rule->as.limit.at_most;
    const struct history history = limit_history(w, rule, order[0]);
    uint32_t taken = 0;
    struct stock stock = {.day = w->lines[order[0]].day};
    if (history.count > 0 && history.list[0]->date < stock.day)
        stock.day = history.list[0]->date;
    for (uint32_t i = 0; i < count; i++) {
        const struct audited *line = &w->lines[order[i]];
        const struct claim_line *original = &w->facts->claim->lines[line->line];
        const int64_t days = money_round((__int128)original->prd_days * line->cnt, original->cnt);
        for (; taken < history.count && history.list[taken]->date <= line->day; taken++) {
            pass_to(&stock, history.list[taken]->date);
            stock.left += history.list[taken]->prd_days;
        }
        pass_to(&stock, line->day);
        stock.left += days;
        if (days == 0 || stock.left <= most)
            continue;
        struct vola_evid evidence = no_evidence();
        evidence.found = stock.left;
        evidence.limit = most;
        if (taken > 0) {
            evidence.setl_id = history.list[taken - 1]->setl_id;
            evidence.fixmedins_code = history.list[taken - 1]->fixmedins_code;
            evidence.date = history.list[taken - 1]->date;
        }
        finding_add(w, number, order[i], limit_share(line->amount, stock.left - most, days),
                    evidence);
    }
}
