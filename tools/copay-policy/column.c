/* Columns by their names. */
#include "column.h"

#include <stdio.h>
#include <string.h>

#include "base/money.h"

#define SELFPAY "selfpay_prop_"
#define CAP "pric_uplmt_"

enum role column_role(const struct policy *policy, const char *column)
{
    static const struct {
        const char *name;
        enum role role;
    } known[] = {
        {"med_list_codg", ROLE_CODE},      {"name", ROLE_NAME},
        {"chrgitm_lv", ROLE_CLASS},        {"med_chrgitm_type", ROLE_TYPE},
        {"bas_medn_flag", ROLE_ESSENTIAL}, {"lmt_used_flag", ROLE_LIMITED},
        {"inpatient_only", ROLE_FLAG},     {"sex_limit", ROLE_FLAG},
        {"begndate", ROLE_BEGINS},         {"enddate", ROLE_ENDS},
        {"item_dedc", ROLE_AMOUNT},        {"pay_standard", ROLE_AMOUNT},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, column) == 0)
            return known[i].role;
    if (strncmp(column, CAP, strlen(CAP)) == 0)
        return ROLE_CAP;
    if (strncmp(column, SELFPAY, strlen(SELFPAY)) != 0)
        return ROLE_KEPT;
    for (uint8_t i = 0; i < policy->insutype_count; i++) {
        char code[8];
        snprintf(code, sizeof code, "%03u", policy->insutypes[i]);
        if (strcmp(code, column + strlen(SELFPAY)) == 0)
            return ROLE_RATIO_NEEDED;
    }
    return ROLE_RATIO;
}

bool column_is_ratio(enum role role)
{
    return role == ROLE_RATIO || role == ROLE_RATIO_NEEDED;
}

const char *column_keep(enum role role, const char *was, const char *is)
{
    int64_t a, b;
    int scale = role == ROLE_CAP ? 6 : column_is_ratio(role) ? 4 : 0;
    if (*was && *is && money_parse(was, scale, INT64_MAX, &a) == ERR_OK &&
        money_parse(is, scale, INT64_MAX, &b) == ERR_OK && a == b)
        return was;
    return is;
}
