/* effective and dates: from when the rules hold, and which date each question is asked of. */
#include <string.h>

#include "policy/compile_dates.h"

static void read_effective(struct compile *c, const struct yaml_node *root)
{
    static const char *const keys[] = {"from", "to", NULL};
    const struct yaml_node *node = yaml_need(root, "effective");
    c->policy->begndate = 0;
    c->policy->enddate = DATE_MAX;
    if (!yaml_map(node, keys))
        return;
    c->effective_line = yaml_line(node);
    bool fine = yaml_date(yaml_need(node, "from"), &c->policy->begndate);
    const struct yaml_node *to = yaml_get(node, "to");
    if (fine && yaml_date(to, &c->policy->enddate) && c->policy->enddate < c->policy->begndate)
        yaml_fault(to, "结束日期早于开始日期", "the last day is before the first");
}

/* In the order of enum policy_day. */
static const char *const days[] = {"settlement", "admission", "discharge", NULL};
static const char *const days_of_person[] = {"settlement", "admission", "discharge", "enrolment",
                                             NULL};

static void read_day(const struct yaml_node *node, const char *key, const char *const names[],
                     uint8_t *out)
{
    int choice;
    if (yaml_name(yaml_need(node, key), names, &choice))
        *out = (uint8_t)choice;
}

void compile_month_day(const struct yaml_node *node, uint16_t *out)
{
    const char *text;
    char whole[DATE_TEXT] = "2023-"; /* no leap year */
    int32_t date;
    if (!yaml_text(node, 5, &text))
        return;
    memcpy(whole + 5, text, strlen(text) + 1);
    if (date_parse(whole, &date) != ERR_OK) {
        yaml_fault(node, "“%s”有误，应为每年都有的日子 MM-DD",
                   "found \"%s\", expected MM-DD, a day of every year", text);
        return;
    }
    struct civil civil = date_civil(date_start_ms(date));
    *out = (uint16_t)(civil.month * 100 + civil.day);
}

/* In the order of enum crossing. */
static const char *const crossings[] = {"whole", "mid_settle", "split", NULL};

static bool read_crossing(const struct yaml_node *node, uint8_t *out)
{
    int choice;
    if (!yaml_name(node, crossings, &choice))
        return false;
    *out = (uint8_t)choice;
    return true;
}

/* What is settled up to a change is settled after it: by the settlement's day it would be on the
 * wrong side. */
static void check_mid_settle(const struct yaml_node *node, const struct policy_dates *dates)
{
    const struct yaml_node *years = yaml_get(node, "stay_across_years");
    const struct yaml_node *cover = yaml_get(node, "cover_change");
    if (dates->across_years == CROSSING_MID_SETTLE && dates->benefit_year == DAY_SETTLEMENT)
        yaml_fault(years, "mid_settle 要求 benefit_year 不是 settlement",
                   "mid_settle needs a benefit_year that is not by settlement");
    if (dates->cover_change == CROSSING_MID_SETTLE &&
        (dates->cover == DAY_SETTLEMENT || dates->person_class == DAY_SETTLEMENT))
        yaml_fault(cover, "mid_settle 要求 cover 和 person_class 都不是 settlement",
                   "mid_settle needs a cover and a person_class that are not by settlement");
}

/* once: what the stay has is its first part's; each: every part has its own. */
static void read_split(const struct yaml_node *node, struct policy_dates *dates)
{
    static const char *const keys[] = {"deductible", "nth", NULL};
    static const char *const how[] = {"each", "once", NULL};
    bool splits = dates_split(dates);
    const struct yaml_node *split = splits ? yaml_need(node, "split") : yaml_get(node, "split");
    int choice;
    if (!splits && split)
        yaml_object(split, "没有 split 的住院，此项无用", "means nothing where no stay is split");
    if (!split || !yaml_mapping(split, keys))
        return;
    if (yaml_name(yaml_need(split, "deductible"), how, &choice))
        dates->split_dedc_once = choice == 1;
    if (yaml_name(yaml_need(split, "nth"), how, &choice))
        dates->split_nth_once = choice == 1;
}

/* No default: a reader may not have to guess which date counts. */
static void read_dates(struct compile *c, const struct yaml_node *root)
{
    static const char *const keys[] = {
        "rule_version", "benefit_year",      "cover",        "person_class", "identity",
        "year_begins",  "stay_across_years", "cover_change", "split",        NULL};
    struct policy_dates *dates = &c->policy->dates;
    const struct yaml_node *node = yaml_need(root, "dates");
    if (!yaml_mapping(node, keys))
        return;
    read_day(node, "rule_version", days, &dates->rule_version);
    read_day(node, "benefit_year", days, &dates->benefit_year);
    read_day(node, "cover", days, &dates->cover);
    read_day(node, "person_class", days_of_person, &dates->person_class);
    read_day(node, "identity", days_of_person, &dates->identity);
    if (yaml_get(node, "year_begins"))
        compile_month_day(yaml_get(node, "year_begins"), &dates->year_begins);
    bool years = read_crossing(yaml_need(node, "stay_across_years"), &dates->across_years);
    bool cover = read_crossing(yaml_need(node, "cover_change"), &dates->cover_change);
    if (years && cover) {
        check_mid_settle(node, dates);
        read_split(node, dates);
    }
}

/* Of the stay before, a stay of two years would have to say in which of them; and what is carried
 * would go from part to part, each of which says by split.deductible what it has. */
static void check_looking_back(const struct policy *policy, const struct yaml_node *root)
{
    const struct yaml_node *dates = yaml_get(root, "dates");
    for (uint8_t i = 0; i < policy->layer_count; i++)
        if (policy->layers[i].carries)
            yaml_fault(yaml_get(dates, "split"),
                       "层 %s 的起付标准结转（unused: carried），不能用 split",
                       "cannot stand where a deductible is carried (unused), as layer %s has it",
                       policy->layers[i].id);
    if (policy->dates.across_years == CROSSING_SPLIT && policy->looks_back)
        yaml_fault(yaml_get(dates, "stay_across_years"),
                   "规则中有与上次住院相关的内容（merge、transfer），不能用 split",
                   "cannot be split where rules look back at the stay before (merge, transfer)");
}

/* Each would be had twice, or has to say what of it a part has. */
void compile_split_check(const struct compile *c, const struct yaml_node *root)
{
    static const char *const keys[] = {"transition", "packages", "allowances"};
    const struct policy_dates *dates = &c->policy->dates;
    if (!dates_split(dates))
        return;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (yaml_get(root, keys[i]))
            yaml_fault(yaml_get(root, keys[i]), "住院分段结算（split）时不能有此项",
                       "cannot stand where stays are split: each part would have it");
    check_looking_back(c->policy, root);
}

void compile_dates(struct compile *c, const struct yaml_node *root)
{
    read_effective(c, root);
    read_dates(c, root);
}
