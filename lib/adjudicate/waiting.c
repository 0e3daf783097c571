/* From when the pool is open under a cover: what enrolment states, or later, by the policy's
 * waiting periods. A newborn's cover reaches back to birth (V-57). Pure; any thread. */
#include "adjudicate/run.h"

static const struct waiting_rule *rule_of(const struct policy *policy, uint16_t insutype)
{
    const int index = policy->waiting_count > 0 ? policy_insutype(policy, insutype) : -1;
    for (uint8_t i = 0; index >= 0 && i < policy->waiting_count; i++)
        if (policy->waiting[i].insutypes >> index & 1)
            return &policy->waiting[i];
    return NULL;
}

/* Whether enrolment began so soon after birth, and states no waiting of its own. */
static bool from_birth(const struct waiting_rule *rule, const struct person *person,
                       const struct insurance *cover)
{
    return rule->newborn_days > 0 && cover->psn_insu_date >= person->brdy &&
           cover->psn_insu_date - person->brdy <= rule->newborn_days &&
           cover->pool_begndate <= cover->psn_insu_date;
}

/* Of the covers that began before this one: the last day of the latest, DATE_NONE; that of the
 * latest after which there is a grace. */
struct earlier {
    int32_t end, graced;
};

static struct earlier earlier_covers(const struct waiting_rule *rule, const struct person *person,
                                     const struct insurance *cover)
{
    struct earlier earlier = {DATE_NONE, DATE_NONE};
    for (uint32_t i = 0; i < person->insurance_count; i++) {
        const struct insurance *other = &person->insurances[i];
        if (other == cover || other->psn_insu_date >= cover->psn_insu_date)
            continue;
        bool grace = false;
        for (uint8_t k = 0; k < rule->grace_count; k++)
            grace = grace || rule->grace_after[k] == other->insutype;
        if (other->expi_date > earlier.end)
            earlier.end = other->expi_date;
        if (grace && other->expi_date > earlier.graced)
            earlier.graced = other->expi_date;
    }
    return earlier;
}

/* The same day of a later month, or that month's last. */
static int32_t months_later(int32_t date, int months)
{
    struct civil civil = date_civil(date_start_ms(date));
    int month = civil.month - 1 + months;
    int year = civil.year + month / 12;
    int32_t first = date_of(year, month % 12 + 1, 1);
    int32_t next = date_of(year + (month + 1) / 12, (month + 1) % 12 + 1, 1);
    int32_t day = first + civil.day - 1;
    return day < next ? day : next - 1;
}

/* The last day on which a cover of that benefit year begins in time. */
static int32_t window_end(const struct policy_dates *dates, const struct waiting_rule *rule,
                          int year)
{
    const uint16_t ends = rule->window_ends;
    if (ends == 0)
        return dates_year_end(dates, (uint16_t)(year - 1)) + 1;
    return date_of(ends < dates->year_begins ? year + 1 : year, ends / 100, ends % 100);
}

static bool exempt(const struct policy *policy, const struct waiting_rule *rule,
                   const struct person *person, int32_t day)
{
    for (uint32_t i = 0; rule->exempt && i < person->identity_count; i++) {
        const struct identity *identity = &person->identities[i];
        int index = policy_identity(policy, identity->psn_idet_type);
        if (index >= 0 && rule->exempt >> index & 1 && day >= identity->begntime &&
            day <= identity->endtime)
            return true;
    }
    return false;
}

static int32_t waited(const struct policy *policy, const struct waiting_rule *rule,
                      const struct person *person, const struct insurance *cover)
{
    const struct policy_dates *dates = &policy->dates;
    const int32_t begins = cover->psn_insu_date;
    const struct earlier earlier = earlier_covers(rule, person, cover);
    const int year = dates_year(dates, begins);
    /* Insured to the day before, it is one cover. */
    if (earlier.end != DATE_NONE && earlier.end >= begins - 1)
        return begins;
    if (earlier.graced != DATE_NONE && begins - earlier.graced <= rule->grace_days)
        return begins;
    bool late = begins > window_end(dates, rule, year);
    bool broken = earlier.end != DATE_NONE;
    if (!(rule->late && late) && !(rule->broken && broken))
        return begins;
    if (exempt(policy, rule, person, begins))
        return begins;
    if (rule->infant_months && begins >= person->brdy &&
        begins <= months_later(person->brdy, rule->infant_months))
        return begins + (rule->infant_next_day ? 1 : 0);
    int missed = broken ? year - dates_year(dates, earlier.end) - 1 : 0;
    return months_later(begins, rule->months + rule->per_missed_year * (missed > 0 ? missed : 0));
}

struct pool_begins adjudicate_pool_begins(const struct policy *policy, const struct person *person,
                                          const struct insurance *cover)
{
    const struct waiting_rule *rule = rule_of(policy, cover->insutype);
    if (!rule)
        return (struct pool_begins){cover->pool_begndate, 0};
    if (from_birth(rule, person, cover))
        return (struct pool_begins){person->brdy, rule->clause};
    int32_t begins = waited(policy, rule, person, cover);
    return begins > cover->pool_begndate ? (struct pool_begins){begins, rule->clause}
                                         : (struct pool_begins){cover->pool_begndate, 0};
}

const struct insurance *adjudicate_cover(const struct policy *policy, const struct person *person,
                                         uint16_t insutype, int32_t day)
{
    const struct insurance *cover = person_insurance(person, insutype, day);
    for (uint32_t i = 0; !cover && policy->waiting_count > 0 && i < person->insurance_count; i++) {
        const struct insurance *later = &person->insurances[i];
        const struct waiting_rule *rule = rule_of(policy, later->insutype);
        if (rule && (insutype == 0 || later->insutype == insutype) && day >= person->brdy &&
            day < later->psn_insu_date && from_birth(rule, person, later))
            cover = later;
    }
    return cover;
}
