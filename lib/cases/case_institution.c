/* Reads the institution of a claim. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "cases/case.h"

void case_read_grade(const struct yaml_node *map, const char *key, const char *const names[],
                     uint8_t count, uint8_t *out)
{
    const struct yaml_node *node = yaml_get(map, key);
    const char *text;
    if (!node || !yaml_text(node, TEXT_NAME_MAX, &text))
        return;
    for (uint8_t i = 0; i < count; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = i;
            return;
        }
    }
    char known[YAML_NAMES_TEXT];
    yaml_list_names(names, count, known);
    yaml_fault(node, "政策中没有级别“%s”，可用：%s",
               "the policy has no grade \"%s\", expected one of: %s", text, known);
}

static void read_tags(const struct yaml_node *list, const struct policy *policy, uint32_t *mask)
{
    if (!list || !yaml_seq(list, 1, POLICY_TAGS_MAX))
        return;
    for (size_t i = 0; i < yaml_count(list); i++) {
        const char *text;
        if (!yaml_text(yaml_item(list, i), TEXT_NAME_MAX, &text))
            continue;
        int tag = policy_institution_tag(policy, text);
        if (tag < 0)
            yaml_fault(yaml_item(list, i), "政策中没有机构标签“%s”",
                       "the policy has no institution tag \"%s\"", text);
        else
            *mask |= UINT32_C(1) << tag;
    }
}

/* The cap grade is the benefit grade's namesake where the policy has one; deductible grade is the
 * benefit grade unless said otherwise. */
void case_read_institution(const struct yaml_node *node, const struct policy *policy, bool pharmacy,
                           struct institution *out)
{
    static const char *const keys[] = {"grade",  "cap_grade", "dedc_grade",
                                       "region", "type",      "fixmedins_code",
                                       "tags",   "standing",  NULL};
    int64_t type = pharmacy ? 2 : 1;
    const char *region;
    *out = (struct institution){
        .name = "案例机构", .kinds = UINT32_MAX, .begndate = 0, .enddate = DATE_MAX};
    if (!yaml_map(node, keys))
        return;
    if (yaml_get(node, "type"))
        yaml_integer(yaml_get(node, "type"), 1, 2, &type);
    out->fixmedins_type = (uint8_t)type;
    if (yaml_text(yaml_need(node, "region"), ID_ADMDVS, &region)) {
        if (!id_is_admdvs(region))
            yaml_fault(yaml_get(node, "region"), "“%s”不是六位区划", "\"%s\" is not six digits",
                       region);
        case_put(out->admdvs, sizeof out->admdvs, region);
        snprintf(out->fixmedins_code, sizeof out->fixmedins_code, "%c%.6s99001",
                 type == 2 ? 'P' : 'H', region);
    }
    const char *code;
    if (yaml_text(yaml_get(node, "fixmedins_code"), ID_FIXMEDINS, &code)) {
        if (id_is_fixmedins(code))
            case_put(out->fixmedins_code, sizeof out->fixmedins_code, code);
        else
            yaml_fault(yaml_get(node, "fixmedins_code"), "“%s”不是机构编码",
                       "\"%s\" is no fixmedins_code", code);
    }
    yaml_need(node, "grade");
    if (!policy)
        return;
    read_tags(yaml_get(node, "tags"), policy, &out->tags);
    case_read_grade(node, "grade", policy->grades, policy->grade_count, &out->benefit_grade);
    for (uint8_t i = 0; i < policy->cap_grade_count; i++)
        if (strcmp(policy->cap_grades[i], policy->grades[out->benefit_grade]) == 0)
            out->cap_grade = i;
    out->dedc_grade = out->benefit_grade;
    case_read_grade(node, "cap_grade", policy->cap_grades, policy->cap_grade_count,
                    &out->cap_grade);
    case_read_grade(node, "dedc_grade", policy->grades, policy->grade_count, &out->dedc_grade);
}
