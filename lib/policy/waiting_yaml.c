/* waiting and newborn. */
#include <stdlib.h>

#include "policy/compile_dates.h"

#define MONTHS_MAX 60
#define DAYS_MAX 366

static void read_when(const struct yaml_node *node, struct waiting_rule *rule)
{
    static const char *const names[] = {"late", "break", NULL};
    bool *const flags[] = {&rule->late, &rule->broken};
    if (!yaml_seq(node, 1, ARRAY_LEN(flags)))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        int which;
        if (!yaml_name(yaml_item(node, i), names, &which))
            continue;
        if (*flags[which])
            yaml_object(yaml_item(node, i), "“%s”重复", "\"%s\" occurs twice", names[which]);
        *flags[which] = true;
    }
}

static void read_number(const struct yaml_node *node, int64_t min, int64_t max, uint16_t *out)
{
    int64_t value;
    if (node && yaml_integer(node, min, max, &value))
        *out = (uint16_t)value;
}

static void read_grace(const struct yaml_node *node, struct waiting_rule *rule)
{
    static const char *const keys[] = {"after", "days", NULL};
    const struct yaml_node *after;
    if (!node || !yaml_mapping(node, keys))
        return;
    read_number(yaml_need(node, "days"), 1, DAYS_MAX, &rule->grace_days);
    after = yaml_need(node, "after");
    if (!yaml_seq(after, 1, ARRAY_LEN(rule->grace_after)))
        return;
    for (size_t i = 0; i < yaml_count(after); i++) {
        const char *text;
        if (compile_digits(yaml_item(after, i), 3, 3, &text))
            rule->grace_after[rule->grace_count++] = (uint16_t)strtoul(text, NULL, 10);
    }
}

/* A month has 31 days at most: below newborn_days no infant is left who would wait. */
static void read_infants(const struct yaml_node *node, struct waiting_rule *rule)
{
    static const char *const keys[] = {"months", "opens", NULL};
    static const char *const opens[] = {"same_day", "next_day", NULL};
    uint16_t months = 0;
    int choice;
    if (!node || !yaml_mapping(node, keys))
        return;
    read_number(yaml_need(node, "months"), 1, MONTHS_MAX, &months);
    rule->infant_months = (uint8_t)months;
    if (yaml_name(yaml_need(node, "opens"), opens, &choice))
        rule->infant_next_day = choice == 1;
    if (months && months * 31 <= rule->newborn_days)
        yaml_object(node, "newborn_days 已包括这些婴儿，此项无用",
                    "means nothing: newborn_days takes all of them");
}

static void read_rule(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"insutypes",       "when",   "window_ends", "months",
                                       "per_missed_year", "grace",  "exempt",      "newborn_days",
                                       "infants",         "clause", NULL};
    struct policy *p = c->policy;
    struct waiting_rule rule = {0};
    uint16_t months = 0, more = 0;
    if (!yaml_mapping(node, keys))
        return;
    compile_insutype_mask(c, yaml_need(node, "insutypes"), &rule.insutypes);
    read_when(yaml_need(node, "when"), &rule);
    read_number(yaml_need(node, "months"), 0, MONTHS_MAX, &months);
    read_number(yaml_get(node, "per_missed_year"), 1, MONTHS_MAX, &more);
    rule.months = (uint8_t)months;
    rule.per_missed_year = (uint8_t)more;
    read_grace(yaml_get(node, "grace"), &rule);
    if (yaml_get(node, "window_ends"))
        compile_month_day(yaml_get(node, "window_ends"), &rule.window_ends);
    if (yaml_get(node, "window_ends") && !rule.late)
        yaml_object(yaml_get(node, "window_ends"), "when 中没有 late，此项无用",
                    "means nothing without late in when");
    if (yaml_get(node, "exempt"))
        compile_identity_mask(c, yaml_get(node, "exempt"), &rule.exempt);
    read_number(yaml_get(node, "newborn_days"), 1, DAYS_MAX, &rule.newborn_days);
    read_infants(yaml_get(node, "infants"), &rule);
    rule.clause = compile_clause(c, node, true);
    for (uint8_t i = 0; i < p->waiting_count; i++)
        if (p->waiting[i].insutypes & rule.insutypes)
            yaml_fault(node, "同一险种已有等待期", "an insutype has a waiting period already");
    p->waiting[p->waiting_count++] = rule;
}

static void read_newborn(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"days", "under", "age_and_sex", "clause", NULL};
    static const char *const under[] = {"mother", "parent", NULL};
    static const char *const whose[] = {"child", "insured", NULL};
    struct newborn_rule *rule = &c->policy->newborn;
    int choice;
    if (!node || !yaml_mapping(node, keys))
        return;
    read_number(yaml_need(node, "days"), 1, DAYS_MAX, &rule->days);
    if (yaml_name(yaml_need(node, "under"), under, &choice))
        rule->mother = choice == 0;
    if (yaml_name(yaml_need(node, "age_and_sex"), whose, &choice))
        rule->of_child = choice == 0;
    rule->clause = compile_clause(c, node, true);
}

void compile_waiting(struct compile *c, const struct yaml_node *root)
{
    const struct yaml_node *list = yaml_get(root, "waiting");
    if (list && yaml_seq(list, 1, POLICY_INSUTYPES_MAX))
        for (size_t i = 0; i < yaml_count(list); i++)
            read_rule(c, yaml_item(list, i));
    read_newborn(c, yaml_get(root, "newborn"));
}
