/* Reads what a case says of the member beyond the cover: filings, and the stay before its claims.
 */
#include <string.h>

#include "base/date.h"
#include "cases/case.h"

static const char *filing_code(const struct policy *policy, const char *text)
{
    for (uint8_t i = 0; i < policy->filing_count; i++)
        if (strcmp(policy->filings[i].name, text) == 0)
            return policy->filings[i].codes[0];
    return policy_filing(policy, text) >= 0 ? text : NULL;
}

/* A filing is the policy's name, or a region's code. */
static void read_filing(const struct yaml_node *node, const struct policy *policy,
                        struct filing *filing)
{
    static const char *const keys[] = {"filing", "from", "to", "fixmedins_code", "dise_codg", NULL};
    const char *text;
    *filing = (struct filing){.enddate = DATE_MAX};
    if (!yaml_mapping(node, keys))
        return;
    if (yaml_text(yaml_need(node, "filing"), 31, &text)) {
        const char *code = filing_code(policy, text);
        if (code)
            case_put(filing->category, sizeof filing->category, code);
        else
            yaml_fault(yaml_get(node, "filing"), "政策中没有备案类型“%s”",
                       "the policy has no filing \"%s\"", text);
    }
    yaml_date(yaml_need(node, "from"), &filing->begndate);
    yaml_date(yaml_get(node, "to"), &filing->enddate);
    if (yaml_text(yaml_get(node, "fixmedins_code"), ID_FIXMEDINS, &text))
        case_put(filing->fixmedins_code, sizeof filing->fixmedins_code, text);
    if (yaml_text(yaml_get(node, "dise_codg"), TEXT_CODE_MAX, &text))
        case_put(filing->dise_codg, sizeof filing->dise_codg, text);
}

void case_read_filings(const struct yaml_node *list, const struct policy *policy,
                       struct policy_case *out)
{
    if (!list || !policy || !yaml_seq(list, 0, FILINGS_MAX))
        return;
    for (size_t i = 0; i < yaml_count(list); i++)
        read_filing(yaml_item(list, i), policy, &out->filings.list[out->filings.count++]);
}

void case_read_previous(const struct yaml_node *node, const struct policy *policy,
                        struct policy_case *out)
{
    static const char *const keys[] = {"to",        "grade", "deductible", "fixmedins_code",
                                       "dise_codg", NULL};
    struct previous_stay *previous = &out->previous;
    if (!node || !yaml_mapping(node, keys))
        return;
    out->has_previous = true;
    *previous = (struct previous_stay){.fixmedins_code = "", .dise_codg = ""};
    yaml_date(yaml_need(node, "to"), &previous->end_date);
    yaml_need(node, "grade");
    case_read_grade(node, "grade", policy->grades, policy->grade_count, &previous->dedc_grade);
    yaml_yuan(yaml_need(node, "deductible"), &previous->consumed);
    yaml_text(yaml_get(node, "fixmedins_code"), ID_FIXMEDINS, &previous->fixmedins_code);
    yaml_text(yaml_get(node, "dise_codg"), TEXT_CODE_MAX, &previous->dise_codg);
}
