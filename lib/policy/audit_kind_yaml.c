/* audit.yaml: what a rule is about. Two readers who could take a rule for different ones is what
 * its required keys prevent. */
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "policy/compile_audit.h"

#define PRIC_MAX (INT64_C(999999999) * PRIC_ONE)

const char *const audit_kind_keys[] = {
    [AUDIT_ONLY] = "only",         [AUDIT_PRICE] = "price",     [AUDIT_LIMIT] = "limit",
    [AUDIT_EXCLUDE] = "exclude",   [AUDIT_OVERLAP] = "overlap", [AUDIT_READMISSION] = "readmission",
    [AUDIT_STANDING] = "standing", [AUDIT_STANDING + 1] = NULL};

/* A decimal of at most `scale` places. */
static bool read_decimal(const struct yaml_node *node, int scale, int64_t max, int64_t *out)
{
    const char *text;
    int64_t value;
    if (!yaml_text(node, MONEY_TEXT - 1, &text))
        return false;
    if (money_parse(text, scale, max, &value) != ERR_OK || value < 0) {
        yaml_fault(node, "“%s”不是至多 %d 位小数的非负数，或超出范围",
                   "\"%s\" is not a decimal of at most %d places from 0, or out of range", text,
                   scale);
        return false;
    }
    *out = value;
    return true;
}

/* Whether the scalar is that word. */
static bool is_word(const struct yaml_node *node, const char *word)
{
    const char *text = node ? yaml_scalar(node) : NULL;
    return text && strcmp(text, word) == 0;
}

static void read_price(const struct yaml_node *node, struct audit_rule *rule)
{
    static const char *const keys[] = {"at_most", NULL};
    if (!yaml_mapping(node, keys))
        return;
    const struct yaml_node *most = yaml_need(node, "at_most");
    rule->as.price.cap = is_word(most, "cap");
    if (!rule->as.price.cap)
        (void)read_decimal(most, 6, PRIC_MAX, &rule->as.price.at_most);
}

/* A key that must stand there, or must not. */
static const struct yaml_node *ask_key(const struct yaml_node *map, const char *key, bool wanted)
{
    const struct yaml_node *node = wanted ? yaml_need(map, key) : yaml_get(map, key);
    if (wanted || !node)
        return node;
    yaml_fault(node, "这样的限量没有此项", "such a limit has no such key");
    return NULL;
}

static void read_most(const struct yaml_node *node, struct audit_limit *limit)
{
    limit->stay_days = is_word(node, "stay_days");
    if (limit->stay_days) {
        if (limit->of != AUDIT_OF_CNT || limit->per != AUDIT_PER_CLAIM)
            yaml_fault(node, "住院天数只能限 of: cnt、per: claim",
                       "the days of the stay limit cnt per claim alone");
        return;
    }
    switch ((enum audit_of)limit->of) {
    case AUDIT_OF_CNT:
        (void)read_decimal(node, 4, INT64_C(1000000) * CNT_ONE, &limit->at_most);
        break;
    case AUDIT_OF_AMOUNT:
        yaml_yuan(node, &limit->at_most);
        break;
    case AUDIT_OF_LINES:
        yaml_integer(node, 0, LINES_MAX, &limit->at_most);
        break;
    case AUDIT_OF_SUPPLY:
        (void)read_decimal(node, 2, 366000, &limit->at_most);
        break;
    }
}

static void read_limit(const struct yaml_node *node, struct audit_limit *limit)
{
    static const char *const keys[] = {"of", "per", "days", "counted", "history", "at_most", NULL};
    static const char *const ofs[] = {[AUDIT_OF_CNT] = "cnt",
                                      [AUDIT_OF_AMOUNT] = "amount",
                                      [AUDIT_OF_LINES] = "lines",
                                      [AUDIT_OF_SUPPLY] = "supply",
                                      NULL};
    static const char *const pers[] = {
        [AUDIT_PER_LINE] = "line",   [AUDIT_PER_FEE_DAY] = "fee_day", [AUDIT_PER_CLAIM] = "claim",
        [AUDIT_PER_MONTH] = "month", [AUDIT_PER_DAYS] = "days",       NULL};
    static const char *const counted[] = {"together", "each_item", NULL};
    int which;
    int64_t days;
    if (!yaml_mapping(node, keys) || !yaml_name(yaml_need(node, "of"), ofs, &which))
        return;
    limit->of = (uint8_t)which;
    const bool supply = which == AUDIT_OF_SUPPLY;
    limit->per = AUDIT_PER_CLAIM;
    const struct yaml_node *per = ask_key(node, "per", !supply);
    if (yaml_name(per, pers, &which))
        limit->per = (uint8_t)which;
    const bool line = limit->per == AUDIT_PER_LINE;
    const bool across = supply || (!line && limit->per != AUDIT_PER_CLAIM);
    if (line && limit->of == AUDIT_OF_LINES)
        yaml_fault(per, "一条明细只有一条明细", "a line is one line");
    if (yaml_integer(ask_key(node, "days", limit->per == AUDIT_PER_DAYS), 1, 3660, &days))
        limit->days = (uint16_t)days;
    if (yaml_name(ask_key(node, "counted", !line), counted, &which))
        limit->each_item = which == 1;
    yaml_bool(ask_key(node, "history", across), &limit->history);
    read_most(yaml_need(node, "at_most"), limit);
}

static void read_exclude(struct audit_draft *draft, const struct yaml_node *node,
                         struct audit_rule *rule)
{
    static const char *const keys[] = {"with", "per", NULL};
    static const char *const pers[] = {"claim", "fee_day", NULL};
    int per;
    rule->as.exclude.with = AUDIT_NO_SLOT;
    if (!yaml_mapping(node, keys))
        return;
    const struct yaml_node *with = yaml_need(node, "with");
    if (with)
        rule->as.exclude.with = audit_read_items(draft, with, draft->out->rule_count, true);
    if (yaml_name(yaml_need(node, "per"), pers, &per))
        rule->as.exclude.per_day = per == 1;
}

static void read_overlap(struct audit_draft *draft, const struct yaml_node *node,
                         struct audit_rule *rule)
{
    static const char *const keys[] = {"kinds", "at", "edges", NULL};
    static const char *const places[] = {"anywhere", "elsewhere", NULL};
    int at;
    if (!yaml_mapping(node, keys))
        return;
    const struct yaml_node *kinds = yaml_need(node, "kinds");
    if (kinds)
        compile_kind_mask(&draft->c, kinds, &rule->as.overlap.kinds);
    if (yaml_name(yaml_need(node, "at"), places, &at))
        rule->as.overlap.elsewhere = at == 1;
    yaml_bool(yaml_need(node, "edges"), &rule->as.overlap.edges);
}

static void read_readmission(const struct yaml_node *node, struct audit_rule *rule)
{
    static const char *const keys[] = {"within_days", "at", "diagnosis", NULL};
    static const char *const places[] = {"anywhere", "same_hospital", NULL};
    static const char *const sames[] = {[AUDIT_SAME_CODE] = "same",
                                        [AUDIT_SAME_CATEGORY] = "category",
                                        [AUDIT_SAME_ANY] = "any",
                                        NULL};
    int64_t days;
    int which;
    if (!yaml_mapping(node, keys))
        return;
    if (yaml_integer(yaml_need(node, "within_days"), 0, 366, &days))
        rule->as.readmission.within_days = (uint16_t)days;
    if (yaml_name(yaml_need(node, "at"), places, &which))
        rule->as.readmission.same_hospital = which == 1;
    if (yaml_name(yaml_need(node, "diagnosis"), sames, &which))
        rule->as.readmission.diagnosis = (uint8_t)which;
}

static void read_standing(const struct yaml_node *node, struct audit_rule *rule)
{
    static const char *const keys[] = {"of", "is", NULL};
    static const char *const ofs[] = {"member", "institution", NULL};
    static const char *const states[] = {"frozen", "suspended"};
    int of;
    uint32_t mask = 0;
    if (!yaml_mapping(node, keys))
        return;
    if (yaml_name(yaml_need(node, "of"), ofs, &of))
        rule->as.standing.institution = of == 1;
    const struct yaml_node *is = yaml_need(node, "is");
    if (is)
        compile_mask(is, states, ARRAY_LEN(states), &mask);
    rule->as.standing.frozen = mask & 1;
    rule->as.standing.suspended = mask & 2;
}

/* The one kind that the rule has; AUDIT_STANDING + 1: none, or more than one, which is said. */
static enum audit_kind find_kind(const struct yaml_node *node)
{
    enum audit_kind found = AUDIT_STANDING + 1;
    char list[YAML_NAMES_TEXT];
    for (enum audit_kind kind = 0; kind <= AUDIT_STANDING; kind++) {
        const struct yaml_node *value = yaml_get(node, audit_kind_keys[kind]);
        if (value && found <= AUDIT_STANDING) {
            yaml_fault(value, "规则已是 %s 类", "the rule is of the kind %s already",
                       audit_kind_keys[found]);
            return AUDIT_STANDING + 1;
        }
        found = value ? kind : found;
    }
    yaml_list_names(audit_kind_keys, SIZE_MAX, list);
    if (found > AUDIT_STANDING)
        yaml_fault(node, "未写规则种类，应为以下之一：%s", "expected a kind of rule, one of: %s",
                   list);
    return found;
}

void audit_read_kind(struct audit_draft *draft, const struct yaml_node *node,
                     struct audit_rule *rule)
{
    enum audit_kind kind = find_kind(node);
    rule->slot = AUDIT_NO_SLOT;
    if (kind > AUDIT_STANDING)
        return;
    rule->kind = (uint8_t)kind;
    const struct yaml_node *value = yaml_get(node, audit_kind_keys[kind]);
    const struct yaml_node *items = yaml_get(node, "items");
    if (kind <= AUDIT_EXCLUDE && yaml_need(node, "items"))
        rule->slot = audit_read_items(draft, items, draft->out->rule_count, false);
    if (kind > AUDIT_EXCLUDE && items)
        yaml_fault(items, "这种规则针对整张单据，没有项目", "such a rule is of the whole bill");
    switch (kind) {
    case AUDIT_ONLY:
        audit_read_where(draft, value, true, &rule->as.only);
        break;
    case AUDIT_PRICE:
        read_price(value, rule);
        break;
    case AUDIT_LIMIT:
        read_limit(value, &rule->as.limit);
        break;
    case AUDIT_EXCLUDE:
        read_exclude(draft, value, rule);
        break;
    case AUDIT_OVERLAP:
        read_overlap(draft, value, rule);
        break;
    case AUDIT_READMISSION:
        read_readmission(value, rule);
        break;
    case AUDIT_STANDING:
        read_standing(value, rule);
        break;
    }
}
