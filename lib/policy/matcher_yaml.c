/* `when` of a situation's value: what must hold of a claim. */
#include <stdlib.h>
#include <string.h>

#include "policy/compile_codes.h"

#define CODES_MAX 1000

static bool ask(struct matcher *matcher, enum match match)
{
    matcher->asked |= UINT32_C(1) << match;
    return true;
}

static int compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Of prefixes, one within another would say that one of the two is a mistake. */
static void check_codes(const struct yaml_node *node, const char *const codes[], uint32_t count,
                        bool prefixes)
{
    for (uint32_t i = 1; i < count; i++)
        if (strcmp(codes[i - 1], codes[i]) == 0)
            yaml_object(node, "“%s”重复", "\"%s\" occurs twice", codes[i]);
        else if (prefixes && strncmp(codes[i - 1], codes[i], strlen(codes[i - 1])) == 0)
            yaml_object(node, "“%s”已包含“%s”", "\"%s\" holds \"%s\" already", codes[i - 1],
                        codes[i]);
}

bool compile_codes(struct compile *c, const struct yaml_node *node, bool prefixes,
                   struct code_list *list)
{
    if (!yaml_seq(node, 1, CODES_MAX))
        return false;
    size_t count = yaml_count(node);
    const char **codes = compile_alloc(c, count * sizeof *codes);
    for (size_t i = 0; codes && i < count; i++) {
        const char *text;
        if (yaml_text(yaml_item(node, i), TEXT_CODE_MAX, &text))
            codes[list->count++] = compile_copy(c, text);
    }
    if (!codes)
        return false;
    qsort(codes, list->count, sizeof *codes, compare_codes);
    check_codes(node, codes, list->count, prefixes);
    list->codes = codes;
    return true;
}

static bool read_institutions(struct compile *c, const struct yaml_node *node,
                              struct code_list *list)
{
    bool fine = compile_codes(c, node, false, list);
    for (uint32_t i = 0; i < list->count; i++)
        if (!id_is_fixmedins(list->codes[i]))
            yaml_fault(node, "“%s”不是机构编码：应为 H 或 P、六位区划、五位顺序号",
                       "\"%s\" is no fixmedins_code: H or P, six digits, five digits",
                       list->codes[i]);
    return fine;
}

static bool read_med_types(const struct compile *c, const struct yaml_node *node, uint64_t *mask)
{
    const struct policy *p = c->policy;
    if (!yaml_seq(node, 1, POLICY_MED_TYPES_MAX))
        return false;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        const char *text;
        if (!compile_digits(item, 2, 6, &text))
            continue;
        const struct policy_med_type *type = policy_med_type(p, text);
        uint64_t bit = type ? UINT64_C(1) << (type - p->med_types) : 0;
        if (!type)
            yaml_fault(item, "医疗类别“%s”未定义，应为 med_types 中的一个",
                       "med_type \"%s\" is not defined, expected one of med_types", text);
        else if (*mask & bit)
            yaml_fault(item, "“%s”重复", "\"%s\" occurs twice", text);
        *mask |= bit;
    }
    return true;
}

static bool read_distances(const struct yaml_node *node, uint8_t *out)
{
    static const char *const names[] = {
        [DISTANCE_COUNTY] = "county",
        [DISTANCE_CITY] = "city",
        [DISTANCE_PROVINCE] = "province",
        [DISTANCE_BEYOND] = "beyond",
    };
    uint32_t mask = 0;
    bool fine = compile_mask(node, names, ARRAY_LEN(names), &mask);
    *out = (uint8_t)mask;
    return fine;
}

static bool read_filings(const struct compile *c, const struct yaml_node *node, uint16_t *out)
{
    const char *names[POLICY_FILINGS_MAX];
    uint32_t mask = 0;
    for (size_t i = 0; i < c->policy->filing_count; i++)
        names[i] = c->policy->filings[i].name;
    bool fine = compile_mask(node, names, c->policy->filing_count, &mask);
    *out = (uint16_t)mask;
    return fine;
}

static bool read_transfer(const struct yaml_node *node, struct matcher *m)
{
    static const char *const keys[] = {"to", "within_days", NULL};
    static const char *const names[] = {
        [TRANSFER_UP] = "up",
        [TRANSFER_DOWN] = "down",
        [TRANSFER_SAME] = "same",
        [TRANSFER_SAME_HOSPITAL] = "same_hospital",
    };
    uint32_t mask = 0;
    int64_t days = 0;
    if (!yaml_mapping(node, keys))
        return false;
    compile_mask(yaml_need(node, "to"), names, ARRAY_LEN(names), &mask);
    yaml_integer(yaml_need(node, "within_days"), 0, 366, &days);
    m->transfers = (uint8_t)mask;
    m->transfer_days = (int16_t)days;
    return true;
}

bool compile_sex(const struct yaml_node *node, uint8_t *out)
{
    int64_t sex;
    if (!yaml_integer(node, 1, 2, &sex))
        return false;
    *out = (uint8_t)sex;
    return true;
}

static bool read_count(const struct yaml_node *node, struct count_span *out)
{
    static const char *const keys[] = {"from", "to", NULL};
    int64_t from = 1, to = CHILDREN_MAX;
    if (!yaml_mapping(node, keys))
        return false;
    yaml_integer(yaml_get(node, "from"), 1, CHILDREN_MAX, &from);
    yaml_integer(yaml_get(node, "to"), 1, CHILDREN_MAX, &to);
    if (yaml_count(node) == 0)
        yaml_fault(node, "应写 from、to 之一", "expected at least one of from, to");
    else if (from > to)
        yaml_fault(node, "上限小于下限", "the upper bound is below the lower");
    *out = (struct count_span){(uint8_t)from, (uint8_t)to};
    return true;
}

static bool read_break(const struct yaml_node *node, int16_t *out)
{
    int64_t days;
    if (!yaml_integer(node, 1, 3660, &days))
        return false;
    *out = (int16_t)days;
    return true;
}

/* One key of `when`; false when it can't be read. */
static bool read_match(struct compile *c, enum match match, const struct yaml_node *node,
                       struct matcher *m)
{
    switch (match) {
    case MATCH_KINDS:
        return compile_kind_mask(c, node, &m->kinds);
    case MATCH_MED_TYPES:
        return read_med_types(c, node, &m->med_types);
    case MATCH_INSUTYPES:
        return compile_insutype_mask(c, node, &m->insutypes);
    case MATCH_CLASSES:
        return compile_class_mask(c, node, &m->classes);
    case MATCH_SEX:
        return compile_sex(node, &m->sex);
    case MATCH_AGE:
        return compile_ages(node, &m->age_min, &m->age_max);
    case MATCH_DISTANCE:
        return read_distances(node, &m->distances);
    case MATCH_FILING:
        return read_filings(c, node, &m->filings);
    case MATCH_DISEASES:
        return compile_codes(c, node, true, &m->diseases);
    case MATCH_OPERATIONS:
        return compile_codes(c, node, true, &m->operations);
    case MATCH_INSTITUTIONS:
        return read_institutions(c, node, &m->institutions);
    case MATCH_INSTITUTION_TAGS:
        return compile_mask(node, c->policy->institution_tags, c->policy->institution_tag_count,
                            &m->institution_tags);
    case MATCH_DELIVERY:
        return compile_codes(c, node, false, &m->delivery);
    case MATCH_FETUS_CNT:
        return read_count(node, &m->fetus_cnt);
    case MATCH_FETTS:
        return read_count(node, &m->fetts);
    case MATCH_BIRCTRL:
        return compile_codes(c, node, false, &m->birctrl);
    case MATCH_EMERGENCY:
        return yaml_bool(node, &m->emergency);
    case MATCH_TRAUMA:
        return yaml_bool(node, &m->trauma);
    case MATCH_NEWBORN:
        return yaml_bool(node, &m->newborn);
    case MATCH_CVLSERV_LV:
        return compile_codes(c, node, false, &m->cvlserv_lv);
    case MATCH_PRESCRIBER_GRADES:
        return compile_grade_mask(c, node, &m->prescriber_grades);
    case MATCH_TRANSFER:
        return read_transfer(node, m);
    case MATCH_GRADES:
        return compile_grade_mask(c, node, &m->grades);
    case MATCH_BREAK_DAYS:
        return read_break(node, &m->break_days);
    case MATCHES:
        break;
    }
    CHECK(!"a key of when");
}

/* Care of other kinds than those of its med_types never has the value. */
static void narrow_kinds(const struct policy *p, struct matcher *m, const struct yaml_node *node)
{
    uint32_t kinds = 0;
    if (!(m->asked >> MATCH_MED_TYPES & 1))
        return;
    for (uint16_t i = 0; i < p->med_type_count; i++)
        if (m->med_types >> i & 1)
            kinds |= UINT32_C(1) << p->med_types[i].kind;
    if (ask(m, MATCH_KINDS) && m->kinds == 0)
        m->kinds = kinds;
    else if (!(m->kinds &= kinds))
        yaml_object(node, "这些 med_types 不属于这些 kinds",
                    "none of these med_types is of a kind named");
}

void compile_matcher(struct compile *c, const struct yaml_node *node, struct matcher *matcher)
{
    static const char *const keys[] = {[MATCH_KINDS] = "kinds",
                                       [MATCH_MED_TYPES] = "med_types",
                                       [MATCH_INSUTYPES] = "insutypes",
                                       [MATCH_CLASSES] = "classes",
                                       [MATCH_SEX] = "sex",
                                       [MATCH_AGE] = "age",
                                       [MATCH_DISTANCE] = "distance",
                                       [MATCH_FILING] = "filing",
                                       [MATCH_DISEASES] = "diseases",
                                       [MATCH_OPERATIONS] = "operations",
                                       [MATCH_INSTITUTIONS] = "institutions",
                                       [MATCH_INSTITUTION_TAGS] = "institution_tags",
                                       [MATCH_DELIVERY] = "delivery",
                                       [MATCH_FETUS_CNT] = "fetus_cnt",
                                       [MATCH_FETTS] = "fetts",
                                       [MATCH_BIRCTRL] = "birctrl",
                                       [MATCH_EMERGENCY] = "emergency",
                                       [MATCH_TRAUMA] = "trauma",
                                       [MATCH_NEWBORN] = "newborn",
                                       [MATCH_CVLSERV_LV] = "cvlserv_lv",
                                       [MATCH_PRESCRIBER_GRADES] = "prescriber_grades",
                                       [MATCH_TRANSFER] = "transfer",
                                       [MATCH_GRADES] = "grades",
                                       [MATCH_BREAK_DAYS] = "break_days",
                                       [MATCHES] = NULL};
    if (!yaml_mapping(node, keys))
        return;
    for (enum match match = 0; match < MATCHES; match++) {
        const struct yaml_node *value = yaml_get(node, keys[match]);
        if (value && read_match(c, match, value, matcher))
            ask(matcher, match);
    }
    if (matcher->asked >> MATCH_TRANSFER & 1) {
        c->policy->looks_back = true;
        if (matcher->transfer_days > c->policy->look_back_days)
            c->policy->look_back_days = (uint16_t)matcher->transfer_days;
    }
    if (yaml_count(node) == 0)
        yaml_fault(node, "没有任何条件", "no condition at all");
    narrow_kinds(c->policy, matcher, node);
}
