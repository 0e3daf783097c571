/* audit.yaml: for whom and for what care a rule is, and which items. */
#include <string.h>

#include "policy/compile_audit.h"

static const char *const where_keys[] = {[AUDIT_MATCH_NONE] = "",
                                         [AUDIT_MATCH_KINDS] = "kinds",
                                         [AUDIT_MATCH_INSUTYPES] = "insutypes",
                                         [AUDIT_MATCH_GRADES] = "grades",
                                         [AUDIT_MATCH_INSTITUTION_TAGS] = "institution_tags",
                                         [AUDIT_MATCH_SEX] = "sex",
                                         [AUDIT_MATCH_AGE] = "age",
                                         [AUDIT_MATCH_DIAGNOSES] = "diagnoses",
                                         [AUDIT_MATCH_OPERATIONS] = "operations",
                                         [AUDIT_MATCH_EMERGENCY] = "emergency",
                                         [AUDIT_MATCH_HOSP_APPR] = "hosp_appr_flag",
                                         [AUDIT_MATCHES] = NULL};

static bool read_flags(const struct yaml_node *node, uint8_t *out)
{
    static const char *const flags[] = {"0", "1", "2"};
    uint32_t mask = 0;
    bool fine = compile_mask(node, flags, ARRAY_LEN(flags), &mask);
    *out = (uint8_t)mask;
    return fine;
}

/* One condition; false when it cannot be read. */
static bool read_match(struct compile *c, enum audit_match match, const struct yaml_node *node,
                       struct audit_where *where)
{
    const struct policy *p = c->policy;
    switch (match) {
    case AUDIT_MATCH_KINDS:
        return compile_kind_mask(c, node, &where->kinds);
    case AUDIT_MATCH_INSUTYPES:
        return compile_insutype_mask(c, node, &where->insutypes);
    case AUDIT_MATCH_GRADES:
        return compile_grade_mask(c, node, &where->grades);
    case AUDIT_MATCH_INSTITUTION_TAGS:
        return compile_mask(node, p->institution_tags, p->institution_tag_count,
                            &where->institution_tags);
    case AUDIT_MATCH_SEX:
        return compile_sex(node, &where->sex);
    case AUDIT_MATCH_AGE:
        return compile_ages(node, &where->age_min, &where->age_max);
    case AUDIT_MATCH_DIAGNOSES:
        return compile_codes(c, node, true, &where->diagnoses);
    case AUDIT_MATCH_OPERATIONS:
        return compile_codes(c, node, true, &where->operations);
    case AUDIT_MATCH_EMERGENCY:
        return yaml_bool(node, &where->emergency);
    case AUDIT_MATCH_HOSP_APPR:
        return read_flags(node, &where->hosp_appr);
    case AUDIT_MATCH_NONE:
    case AUDIT_MATCHES:
        break;
    }
    CHECK(!"a condition");
}

void audit_read_where(struct audit_draft *draft, const struct yaml_node *node, bool of_line,
                      struct audit_where *where)
{
    const char *keys[AUDIT_MATCHES] = {NULL};
    memcpy(keys, where_keys + 1, (AUDIT_MATCHES - (of_line ? 1 : 2)) * sizeof *keys);
    if (!yaml_mapping(node, keys))
        return;
    for (enum audit_match match = 1; match < AUDIT_MATCHES; match++) {
        const struct yaml_node *value = yaml_get(node, where_keys[match]);
        if (value && read_match(&draft->c, match, value, where))
            where->asked |= UINT32_C(1) << match;
    }
    if (yaml_count(node) == 0)
        yaml_fault(node, "没有任何条件", "no condition at all");
}

static void read_items_match(struct audit_draft *draft, const struct yaml_node *node,
                             struct audit_items_match *match)
{
    static const char *const keys[] = {"codes",         "tags", "chrgitm_lv", "med_chrgitm_type",
                                       "lmt_used_flag", NULL};
    const struct line_rules *lines = &draft->c.policy->lines;
    const struct yaml_node *flag = yaml_get(node, "lmt_used_flag");
    const struct yaml_node *codes = yaml_get(node, "codes"), *tags = yaml_get(node, "tags");
    if (!yaml_map(node, keys))
        return;
    if (yaml_count(node) == 0)
        yaml_fault(node, "没有任何条件", "no condition at all");
    match->chrgitm_lv = (uint8_t)compile_code_mask(yaml_get(node, "chrgitm_lv"), 3);
    match->med_chrgitm_type = (uint16_t)compile_code_mask(yaml_get(node, "med_chrgitm_type"), 14);
    if (flag && yaml_bool(flag, &match->lmt_used) && !match->lmt_used)
        yaml_fault(flag, "只能写 true；不问限制使用则不写",
                   "true is all that can be asked; leave it out to ask nothing");
    if (tags)
        compile_mask(tags, lines->item_tags, lines->item_tag_count, &match->tags);
    if (codes)
        compile_codes(&draft->c, codes, true, &match->codes);
    for (uint32_t i = 0; i < match->codes.count; i++)
        if (strlen(match->codes.codes[i]) >= CATALOGUE_CODE)
            yaml_fault(codes, "“%s”比项目编码长", "\"%s\" is longer than any item's code",
                       match->codes.codes[i]);
}

uint16_t audit_read_items(struct audit_draft *draft, const struct yaml_node *node, uint16_t rule,
                          bool with)
{
    static const char *const keys[] = {"any", "none", NULL};
    struct audit_rules *out = draft->out;
    if (!yaml_mapping(node, keys))
        return AUDIT_NO_SLOT;
    if (out->slot_count == AUDIT_SLOTS_MAX) {
        yaml_fault(node, "项目范围过多，上限 %d", "too many groups of items, the limit is %d",
                   AUDIT_SLOTS_MAX);
        return AUDIT_NO_SLOT;
    }
    const struct yaml_node *any = yaml_get(node, "any"), *none = yaml_get(node, "none");
    struct audit_slot *slot = &draft->slots[out->slot_count];
    *slot = (struct audit_slot){.rule = rule, .with = with, .items = {.all = !any}};
    if (!any && !none)
        yaml_fault(node, "须写 any 或 none", "expected any or none");
    if (any)
        read_items_match(draft, any, &slot->items.any);
    if (none)
        read_items_match(draft, none, &slot->items.none);
    return out->slot_count++;
}
