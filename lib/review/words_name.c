/* Names in print: the pack's own (its `zh`), or those that are the same everywhere. */
#include <string.h>

#include "review/words.h"

/* The commonest names of packs, so that they need not say them. */
static const struct policy_title common[] = {
    {"village", "村卫生室"},   {"township", "乡镇卫生院"}, {"community", "社区卫生服务机构"},
    {"primary", "基层"},       {"level1", "一级"},         {"level2", "二级"},
    {"level3", "三级"},        {"provincial", "省部级"},   {"pharmacy", "药店"},
    {"active", "在职"},        {"retired", "退休"},        {"resident", "居民"},
    {"student", "学生儿童"},   {"child", "儿童"},          {"adult", "成年居民"},
    {"elderly", "老年居民"},   {"outpatient", "普通门诊"}, {"inpatient", "住院"},
    {"injury", "意外伤害"},    {"delivery", "生育"},       {"maternity", "生育"},
    {"chronic", "门诊慢特病"}, {"emergency", "急诊"},
};

static const struct {
    uint16_t insutype;
    const char *zh, *en;
} insutypes[] = {
    {310, "职工基本医疗保险", "employees' basic insurance"},
    {320, "公务员医疗补助", "civil servants' subsidy"},
    {330, "大额医疗费用补助", "large-amount subsidy"},
    {340, "离休人员医疗保障", "veteran cadres"},
    {350, "一至六级残疾军人医疗补助", "disabled servicemen"},
    {360, "老红军医疗保障", "Red Army veterans"},
    {370, "企业补充医疗保险", "employers' supplement"},
    {380, "新型农村合作医疗", "new rural cooperative scheme"},
    {390, "城乡居民基本医疗保险", "residents' basic insurance"},
    {391, "城镇居民基本医疗保险", "urban residents' basic insurance"},
    {392, "城乡居民大病医疗保险", "residents' critical-illness insurance"},
    {399, "其他特殊人员医疗保障", "other persons"},
    {410, "长期照护保险", "long-term care insurance"},
    {510, "生育保险", "maternity insurance"},
};

const char *title_of(enum lang lang, const struct policy *policy, const char *name)
{
    const char *zh = lang == LANG_ZH ? policy_title(policy, name) : NULL;
    for (size_t i = 0; lang == LANG_ZH && !zh && i < ARRAY_LEN(common); i++)
        if (strcmp(common[i].name, name) == 0)
            zh = common[i].zh;
    return zh ? zh : name;
}

const char *grade_name(enum lang lang, const struct policy *policy, uint8_t grade)
{
    return title_of(lang, policy, policy->grades[grade]);
}

const char *class_name(enum lang lang, const struct policy *policy, uint8_t class)
{
    return title_of(lang, policy, policy->classes[class].name);
}

/* A kind of one med_type is called what that is called. */
const char *kind_name(enum lang lang, const struct policy *policy, uint8_t kind)
{
    const char *title = title_of(lang, policy, policy->kinds[kind]), *only = NULL;
    unsigned count = 0;
    for (uint16_t i = 0; i < policy->med_type_count; i++)
        if (policy->med_types[i].kind == kind && ++count == 1)
            only = policy->med_types[i].name_zh;
    return lang == LANG_ZH && title == policy->kinds[kind] && count == 1 ? only : title;
}

const char *identity_name(enum lang lang, const struct policy *policy, uint8_t identity)
{
    const struct policy_identity *i = &policy->identities[identity];
    return in_words(lang, i->name_zh, i->name);
}

const char *insutype_name(enum lang lang, const struct policy *policy, uint8_t insutype)
{
    for (size_t i = 0; i < ARRAY_LEN(insutypes); i++)
        if (insutypes[i].insutype == policy->insutypes[insutype])
            return in_words(lang, insutypes[i].zh, insutypes[i].en);
    return in_words(lang, "其他险种", "another insurance");
}

void say_next(FILE *out, enum lang lang, unsigned *count)
{
    if ((*count)++)
        fputs(in_words(lang, "、", ", "), out);
}

void say_names(FILE *out, enum lang lang, const struct policy *policy, uint32_t mask, name_of name)
{
    unsigned count = 0;
    for (; mask; mask &= mask - 1) {
        say_next(out, lang, &count);
        fputs(name(lang, policy, (uint8_t)__builtin_ctz(mask)), out);
    }
}

const char *per_name(enum lang lang, enum rule_per per)
{
    switch (per) {
    case PER_STAY:
        return in_words(lang, "每次住院", "per stay");
    case PER_VISIT:
        return in_words(lang, "每次就诊", "per visit");
    case PER_DAY:
        return in_words(lang, "每日", "per day");
    case PER_MONTH:
        return in_words(lang, "每月", "per month");
    case PER_QUARTER:
        return in_words(lang, "每季度", "per quarter");
    case PER_YEAR:
        return in_words(lang, "每年", "per year");
    case PER_HOSPITAL_YEAR:
        return in_words(lang, "每年每家医院", "per hospital and year");
    case PER_PERIOD:
        return in_words(lang, "每个结算周期", "per settlement period");
    case PER_NONE:
        break;
    }
    CHECK(!"a span");
}

const char *rounding_words(enum lang lang, enum rounding to)
{
    switch (to) {
    case ROUND_HALF_UP:
        return in_words(lang, "四舍五入到分", "half up to the fen");
    case ROUND_DOWN:
        return in_words(lang, "分以下舍去", "down to the fen");
    case ROUND_UP:
        return in_words(lang, "分以下进位", "up to the fen");
    }
    CHECK(!"a rounding");
}
