/* The words of a command line into the options of a scenario. */
#include "scenario_option.h"

#include <stdio.h>
#include <string.h>

#include "misuse.h"

enum {
    OPTION_INSUTYPE = SCENARIO_OPTION,
    OPTION_CLASS,
    OPTION_KIND,
    OPTION_MED_TYPE,
    OPTION_GRADE,
    OPTION_REGION,
    OPTION_SEX,
    OPTION_CHARGE,
    OPTION_IDENTITY,
    OPTION_MEMBER,
    OPTION_HISTORY,
    OPTION_CLAIM,
    OPTION_NUMBER, /* and the other numbers behind it */
};

const struct option scenario_long_options[SCENARIO_OPTIONS + 1] = {
    {"insutype", required_argument, NULL, OPTION_INSUTYPE},
    {"class", required_argument, NULL, OPTION_CLASS},
    {"kind", required_argument, NULL, OPTION_KIND},
    {"med-type", required_argument, NULL, OPTION_MED_TYPE},
    {"grade", required_argument, NULL, OPTION_GRADE},
    {"region", required_argument, NULL, OPTION_REGION},
    {"sex", required_argument, NULL, OPTION_SEX},
    {"med-chrgitm-type", required_argument, NULL, OPTION_CHARGE},
    {"identity", required_argument, NULL, OPTION_IDENTITY},
    {"member", required_argument, NULL, OPTION_MEMBER},
    {"history", required_argument, NULL, OPTION_HISTORY},
    {"claim", required_argument, NULL, OPTION_CLAIM},
    {"total", required_argument, NULL, OPTION_NUMBER + NUMBER_TOTAL},
    {"class-b", required_argument, NULL, OPTION_NUMBER + NUMBER_CLASS_B},
    {"class-c", required_argument, NULL, OPTION_NUMBER + NUMBER_CLASS_C},
    {"selfpay-prop", required_argument, NULL, OPTION_NUMBER + NUMBER_SELFPAY},
    {"age", required_argument, NULL, OPTION_NUMBER + NUMBER_AGE},
    {"stays", required_argument, NULL, OPTION_NUMBER + NUMBER_STAYS},
    {"days", required_argument, NULL, OPTION_NUMBER + NUMBER_DAYS},
    {0}};

static const struct {
    const char *name; /* of the option */
    int scale;
    int64_t max;
    const char *zh, *en;
} numbers[SCENARIO_NUMBERS] = {
    [NUMBER_TOTAL] = {"total", 2, INT64_C(100000000000), "医疗费总额（元）", "total fee (yuan)"},
    [NUMBER_CLASS_B] = {"class-b", 4, RATIO_ONE, "乙类占比", "share of class B"},
    [NUMBER_CLASS_C] = {"class-c", 4, RATIO_ONE, "丙类占比", "share of class C"},
    [NUMBER_SELFPAY] = {"selfpay-prop", 4, RATIO_ONE, "乙类先自付比例",
                        "first self-pay of class B"},
    [NUMBER_AGE] = {"age", 0, 150, "年龄", "age"},
    [NUMBER_STAYS] = {"stays", 0, 100, "当年此前住院次数", "stays before in the year"},
    [NUMBER_DAYS] = {"days", 0, 3000, "住院天数", "days of the stay"},
};

int scenario_number_find(const char *name)
{
    for (int i = 0; i < SCENARIO_NUMBERS; i++)
        if (strcmp(numbers[i].name, name) == 0)
            return i;
    return -1;
}

const char *scenario_number_name(enum lang lang, enum scenario_number number)
{
    return in_words(lang, numbers[number].zh, numbers[number].en);
}

bool scenario_number_unknown(const char *option, const char *text)
{
    char names[100], zh[120], en[120];
    size_t used = 0;
    for (int i = 0; i < SCENARIO_NUMBERS; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                                 numbers[i].name);
    snprintf(zh, sizeof zh, "以下之一：%s", names);
    snprintf(en, sizeof en, "one of: %s", names);
    return misuse_value(option, text, zh, en);
}

bool scenario_number_read(const char *option, enum scenario_number number, const char *text,
                          int64_t *value)
{
    static const struct {
        const char *zh, *en;
    } of_scale[] = {
        [0] = {"整数", "a whole number"},
        [2] = {"金额（元，至多两位小数）", "an amount in yuan with at most two decimals"},
        [4] = {"比例（至多四位小数，如 0.3）", "a ratio with at most four decimals, such as 0.3,"}};
    const int64_t max = numbers[number].max;
    char zh[100], en[100], most[MONEY_TEXT];
    if (money_parse(text, numbers[number].scale, max, value) == ERR_OK && *value >= 0)
        return true;
    scenario_number_format(number, max, most);
    snprintf(zh, sizeof zh, "0 至 %s 的%s", most, of_scale[numbers[number].scale].zh);
    snprintf(en, sizeof en, "%s from 0 to %s", of_scale[numbers[number].scale].en, most);
    return misuse_value(option, text, zh, en);
}

char *scenario_number_format(enum scenario_number number, int64_t value, char buf[MONEY_TEXT])
{
    return money_format(value, numbers[number].scale, -1, buf);
}

static bool add(const char *option, struct scenario_list *list, const char *text)
{
    if (list->count == SCENARIO_KEYS_MAX)
        return misuse(option, "至多写 %d 次", "may be given %d times at most", SCENARIO_KEYS_MAX);
    list->list[list->count++] = text;
    return true;
}

/* As it is typed. */
static void option_name(int option, char *out, size_t size)
{
    const struct option *known = scenario_long_options;
    while (known->name && known->val != option)
        known++;
    snprintf(out, size, "--%s", known->name ? known->name : "");
}

bool scenario_option(struct scenario_options *options, int option, const char *text)
{
    const struct {
        int option;
        const char **text;
    } texts[] = {
        {OPTION_INSUTYPE, &options->insutype}, {OPTION_CLASS, &options->class},
        {OPTION_KIND, &options->kind},         {OPTION_MED_TYPE, &options->med_type},
        {OPTION_GRADE, &options->grade},       {OPTION_REGION, &options->region},
        {OPTION_SEX, &options->sex},           {OPTION_CHARGE, &options->med_chrgitm_type},
    };
    const struct {
        int option;
        struct scenario_list *list;
    } keys[] = {{OPTION_MEMBER, &options->member},
                {OPTION_HISTORY, &options->history},
                {OPTION_CLAIM, &options->claim}};
    char name[32];
    option_name(option, name, sizeof name);
    if (option >= OPTION_NUMBER && option < OPTION_NUMBER + SCENARIO_NUMBERS)
        return scenario_number_read(name, (enum scenario_number)(option - OPTION_NUMBER), text,
                                    &options->numbers[option - OPTION_NUMBER]);
    if (option == OPTION_IDENTITY)
        return add(name, &options->identities, text);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i].option == option) {
            *texts[i].text = text;
            return true;
        }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (keys[i].option == option)
            return strchr(text, '=') ? add(name, keys[i].list, text)
                                     : misuse_value(name, text, "键=值", "KEY=VALUE");
    return false;
}
