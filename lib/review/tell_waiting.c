/* When pooled benefits begin, and newborns. */
#include "review/statements.h"

static void say_waiters(FILE *out, const struct statements *s, const struct waiting_rule *rule)
{
    unsigned count = 0;
    if (rule->late) {
        say_next(out, s->lang, &count);
        if (rule->window_ends)
            say(out, s->lang, "%d 月 %d 日以后参保", "who began after %d-%d",
                rule->window_ends / 100, rule->window_ends % 100);
        else
            fputs(in_words(s->lang, "待遇年度首日以后参保", "who began after the year's first day"),
                  out);
    }
    if (rule->broken) {
        say_next(out, s->lang, &count);
        fputs(in_words(s->lang, "断保后参保", "who was not insured right before"), out);
    }
}

static void tell_waiting_rule(struct statements *s, const struct waiting_rule *rule)
{
    FILE *out = tell(s, "waiting", in_words(s->lang, "等待期", "waiting"), NULL, rule->clause);
    say_names(out, s->lang, s->policy, rule->insutypes, insutype_name);
    fputs(in_words(s->lang, "，", ", "), out);
    say_waiters(out, s, rule);
    say(out, s->lang, "：%d 个月", ": %d months", rule->months);
    if (rule->per_missed_year)
        say(out, s->lang, "，每断保一年加 %d 个月", ", %d more for each year missed",
            rule->per_missed_year);
    for (uint8_t i = 0; i < rule->grace_count; i++)
        say(out, s->lang, "，%u 停保后 %d 日内不等待", ", after insurance %u none within %d days",
            rule->grace_after[i], rule->grace_days);
    if (rule->newborn_days)
        say(out, s->lang, "，出生 %d 日内参保自出生起享受",
            ", none for who begins within %d days of birth", rule->newborn_days);
    if (rule->infant_months)
        say(out, s->lang, "，出生 %d 个月内参保不等待%s",
            ", none for who begins within %d months of birth%s", rule->infant_months,
            rule->infant_next_day ? in_words(s->lang, "、次日起享受", ", from the day after") : "");
    if (rule->exempt) {
        fputs(in_words(s->lang, "，不等待：", ", never: "), out);
        say_names(out, s->lang, s->policy, rule->exempt, identity_name);
    }
    told(s);
}

void tell_waiting(struct statements *s)
{
    const struct newborn_rule *newborn = &s->policy->newborn;
    for (uint8_t i = 0; i < s->policy->waiting_count; i++)
        tell_waiting_rule(s, &s->policy->waiting[i]);
    if (!newborn->days)
        return;
    FILE *out = tell(s, "newborn", in_words(s->lang, "新生儿", "newborns"), NULL, newborn->clause);
    say(out, s->lang, "出生 %d 日内入院可用%s的参保关系，年龄性别按%s",
        "admitted within %d days of birth under %s cover, age and sex are %s", newborn->days,
        newborn->mother ? in_words(s->lang, "母亲", "the mother's")
                        : in_words(s->lang, "家长", "a parent's"),
        newborn->of_child ? in_words(s->lang, "新生儿", "the child's")
                          : in_words(s->lang, "参保人", "the insured's"));
    told(s);
}
