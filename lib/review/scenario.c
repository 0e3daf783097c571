/* Options into the text of a case, and that into a case. */
#include "review/scenario.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"

void scenario_defaults(struct scenario_options *options)
{
    *options = (struct scenario_options){
        .sex = "1", .numbers = {[NUMBER_SELFPAY] = 1000, [NUMBER_AGE] = 50, [NUMBER_DAYS] = 10}};
}

/* Whether the command line states a key of the case itself. */
static bool states(const struct scenario_list *keys, const char *key)
{
    size_t size = strlen(key);
    for (uint8_t i = 0; i < keys->count; i++)
        if (strncmp(keys->list[i], key, size) == 0 && keys->list[i][size] == '=')
            return true;
    return false;
}

/* What the command line states, as it states it. */
static void put_stated(FILE *out, const struct scenario_list *keys, const char *indent)
{
    for (uint8_t i = 0; i < keys->count; i++) {
        const char *equals = strchr(keys->list[i], '=');
        fprintf(out, "%s%.*s: %s\n", indent, (int)(equals - keys->list[i]), keys->list[i],
                equals + 1);
    }
}

/* A key unless the command line states it. */
static void put(FILE *out, const struct scenario_list *keys, const char *indent, const char *key,
                const char *format, ...) PRINTF_LIKE(5, 6);

static void put(FILE *out, const struct scenario_list *keys, const char *indent, const char *key,
                const char *format, ...)
{
    va_list args;
    if (states(keys, key))
        return;
    fprintf(out, "%s%s: ", indent, key);
    va_start(args, format);
    vfprintf(out, format, args);
    va_end(args);
    fputc('\n', out);
}

/* What the options leave open: the first class of the insurance, the first kind of care that is a
 * stay, the first grade. */
struct choice {
    const struct policy_class *class;
    const struct policy_med_type *med_type;
    const char *grade;
};

static bool is_insutype(const struct policy *policy, const struct policy_class *class,
                        const char *insutype)
{
    char text[8];
    snprintf(text, sizeof text, "%u", policy->insutypes[class->insutype]);
    return !insutype || strcmp(text, insutype) == 0;
}

static bool choose_class(const struct scenario_options *o, const struct policy *policy,
                         struct choice *choice)
{
    for (uint8_t i = 0; i < policy->class_count && !choice->class; i++)
        if (is_insutype(policy, &policy->classes[i], o->insutype) &&
            (!o->class || strcmp(policy->classes[i].name, o->class) == 0))
            choice->class = &policy->classes[i];
    if (choice->class)
        return true;
    printf("--insutype %s, --class %s: 政策中没有这样的人员类别 / the policy has no such class:",
           o->insutype ? o->insutype : "*", o->class ? o->class : "*");
    for (uint8_t i = 0; i < policy->class_count; i++)
        printf("%s --insutype %u --class %s", i ? "," : "",
               policy->insutypes[policy->classes[i].insutype], policy->classes[i].name);
    putchar('\n');
    return false;
}

static bool choose_med_type(const struct scenario_options *o, const struct policy *policy,
                            struct choice *choice)
{
    int kind = o->kind ? policy_kind(policy, o->kind) : -1;
    bool trauma = true;
    if (!o->kind && policy->inpatient_kinds)
        kind = __builtin_ctz(policy->inpatient_kinds);
    else if (!o->kind)
        kind = 0;
    if (o->med_type)
        choice->med_type = policy_med_type(policy, o->med_type);
    for (uint16_t i = 0; !o->med_type && i < policy->med_type_count; i++) {
        const struct policy_med_type *type = &policy->med_types[i];
        if (type->kind == kind && (!choice->med_type || (trauma && !type->trauma))) {
            choice->med_type = type;
            trauma = type->trauma;
        }
    }
    if (choice->med_type)
        return true;
    printf("%s %s: 政策中没有这样的医疗类别 / the policy has no such care:",
           o->med_type ? "--med-type" : "--kind",
           o->med_type ? o->med_type
           : o->kind   ? o->kind
                       : "*");
    for (uint16_t i = 0; o->med_type && i < policy->med_type_count; i++)
        printf("%s %s", i ? "," : "", policy->med_types[i].med_type);
    for (uint8_t i = 0; !o->med_type && i < policy->kind_count; i++)
        printf("%s %s", i ? "," : "", policy->kinds[i]);
    putchar('\n');
    return false;
}

static void put_member(FILE *out, const struct scenario_options *o, const struct policy *policy,
                       const struct choice *choice, int32_t day)
{
    const struct civil today = date_civil(date_start_ms(day));
    int32_t born = date_of(today.year - (int)o->numbers[NUMBER_AGE], 1, 1);
    char text[DATE_TEXT];
    fputs("member:\n", out);
    put(out, &o->member, "  ", "insutype", "\"%u\"", policy->insutypes[choice->class->insutype]);
    put(out, &o->member, "  ", "psn_type", "\"%s\"", choice->class->prefixes[0]);
    put(out, &o->member, "  ", "born", "%s", date_format(born, text));
    put(out, &o->member, "  ", "sex", "%s", o->sex);
    if (o->identities.count && !states(&o->member, "identities")) {
        fputs("  identities: [", out);
        for (uint8_t i = 0; i < o->identities.count; i++)
            fprintf(out, "%s%s", i ? ", " : "", o->identities.list[i]);
        fputs("]\n", out);
    }
    put_stated(out, &o->member, "  ");
}

static void put_history(FILE *out, const struct scenario_options *o, const struct policy *policy,
                        int32_t day)
{
    int64_t stays = o->numbers[NUMBER_STAYS];
    if (!stays && !o->history.count)
        return;
    fputs("history:\n", out);
    put(out, &o->history, "  ", "year", "%u", dates_year(&policy->dates, day));
    if (stays)
        put(out, &o->history, "  ", "admissions", "%" PRId64, stays);
    put_stated(out, &o->history, "  ");
}

/* A total by class, from 1 to 3. */
static void share_total(const struct scenario_options *o, int64_t total, int64_t by_class[4])
{
    by_class[2] = money_share(total, (int32_t)o->numbers[NUMBER_CLASS_B]);
    by_class[3] = money_share(total, (int32_t)o->numbers[NUMBER_CLASS_C]);
    by_class[1] = total - by_class[2] - by_class[3];
}

static void put_line(FILE *out, const struct scenario_options *o, int chrgitm_lv, int64_t amount)
{
    fprintf(out, "      - {chrgitm_lv: \"0%d\"", chrgitm_lv);
    if (chrgitm_lv == 2)
        fprintf(out, ", selfpay_prop: %s",
                money_format(o->numbers[NUMBER_SELFPAY], 4, -1, (char[MONEY_TEXT]){0}));
    if (o->med_chrgitm_type)
        fprintf(out, ", med_chrgitm_type: \"%s\"", o->med_chrgitm_type);
    fprintf(out, ", amount: %s}\n", YUAN(amount));
}

static void put_lines(FILE *out, const struct scenario_options *o)
{
    int64_t by_class[4];
    share_total(o, o->numbers[NUMBER_TOTAL], by_class);
    fputs("    lines:\n", out);
    if (o->numbers[NUMBER_CLASS_B] + o->numbers[NUMBER_CLASS_C] < RATIO_ONE)
        put_line(out, o, 1, by_class[1]);
    if (o->numbers[NUMBER_CLASS_B])
        put_line(out, o, 2, by_class[2]);
    if (o->numbers[NUMBER_CLASS_C])
        put_line(out, o, 3, by_class[3]);
}

static void put_claim(FILE *out, const struct scenario_options *o, const struct policy *policy,
                      const struct choice *choice, int32_t day)
{
    bool stay = policy->inpatient_kinds >> choice->med_type->kind & 1;
    int64_t days = stay ? o->numbers[NUMBER_DAYS] : 0;
    int32_t from = days < day - policy->begndate ? day - (int32_t)days : policy->begndate;
    char text[DATE_TEXT];
    fprintf(out, "claims:\n  - med_type: \"%s\"\n", choice->med_type->med_type);
    put(out, &o->claim, "    ", "institution", "{grade: %s, region: \"%s\"}", choice->grade,
        o->region ? o->region : policy->region);
    put(out, &o->claim, "    ", "from", "%s", date_format(from, text));
    put(out, &o->claim, "    ", "to", "%s", date_format(day, text));
    if (choice->med_type->trauma)
        put(out, &o->claim, "    ", "trauma", "{cause: 意外, third_party: false, signed: true}");
    if (!states(&o->claim, "lines"))
        put_lines(out, o);
    put_stated(out, &o->claim, "    ");
    put(out, &o->claim, "    ", "expect", "{medfee_sumamt: %s}", YUAN(o->numbers[NUMBER_TOTAL]));
}

static bool write_case(const struct scenario_options *o, const struct loaded *loaded, char **text)
{
    const struct policy *policy = loaded->policy;
    struct choice choice = {.grade = o->grade ? o->grade : policy->grades[0]};
    size_t size;
    if (!choose_class(o, policy, &choice) || !choose_med_type(o, policy, &choice))
        return false;
    if (o->numbers[NUMBER_CLASS_B] + o->numbers[NUMBER_CLASS_C] > RATIO_ONE) {
        printf("--class-b, --class-c: 合计超过 1 / together above 1\n");
        return false;
    }
    FILE *out = open_memstream(text, &size);
    CHECK(out);
    fprintf(out, "case: quote\nsource: copay-policy quote\npolicy: %s\n", loaded->path);
    put_member(out, o, policy, &choice, loaded->day);
    put_history(out, o, policy, loaded->day);
    put_claim(out, o, policy, &choice, loaded->day);
    fclose(out);
    return true;
}

unsigned scenario_open(const struct scenario_options *options, const struct loaded *loaded,
                       struct scenario *out)
{
    static struct faults faults;
    faults_clear(&faults);
    *out = (struct scenario){
        .loaded = loaded, .arena = arena_new(CASE_ARENA_MAX), .scratch = arena_new(CASE_ARENA_MAX)};
    CHECK(out->arena && out->scratch);
    if (!write_case(options, loaded, &out->text))
        return 1;
    const struct slice text = {(const uint8_t *)out->text, strlen(out->text)};
    enum err err = yaml_parse("options", text, &faults, &out->document);
    if (err == ERR_OK)
        err = case_read("options", out->document, loaded->pack, out->arena, &faults,
                        &out->policy_case);
    if (err != ERR_OK && faults.count == 0)
        faults_add(&faults, "options", 0, NULL, "未能完成：%s", "could not be read: %s",
                   err_text(err));
    faults_report(&faults, stdout);
    return faults_total(&faults);
}

void scenario_close(struct scenario *scenario)
{
    yaml_free(scenario->document);
    arena_free(scenario->arena);
    arena_free(scenario->scratch);
    free(scenario->text);
}

bool scenario_has_lines(const struct scenario_options *options)
{
    return states(&options->claim, "lines");
}

void scenario_set_total(struct scenario *scenario, const struct scenario_options *options,
                        int64_t total)
{
    struct case_claim *claim = &scenario->policy_case.claims[0];
    int64_t by_class[4];
    share_total(options, total, by_class);
    for (uint32_t i = 0; i < claim->claim.line_count; i++) {
        struct claim_line *line = &claim->claim.lines[i];
        line->det_item_fee_sumamt = by_class[claim->stated[i].chrgitm_lv];
        line->pric = line->det_item_fee_sumamt * (PRIC_ONE / 100);
    }
    claim->claim.medfee_sumamt = total;
}

/* As put_claim() writes it, last of all. */
#define EXPECT "    expect: "

/* The figures that are not 0. */
static void put_expected(FILE *out, const struct result *result)
{
    const char *comma = "";
    if (result->problems.count > 0) {
        fprintf(out, EXPECT "{refused: %s}\n", reason_name(result->problems.list[0].reason));
        return;
    }
    fputs(EXPECT "{", out);
    for (const struct case_field *field = case_fields; field->name; field++) {
        int64_t fen;
        memcpy(&fen, (const char *)&result->totals + field->offset, sizeof fen);
        if (fen == 0)
            continue;
        fprintf(out, "%s%s: %s", comma, field->name, YUAN(fen));
        comma = ", ";
    }
    fputs("}\n", out);
}

enum err scenario_print(struct scenario *scenario, const struct scenario_options *options,
                        FILE *out)
{
    if (states(&options->claim, "expect")) {
        fputs(scenario->text, out);
        return ERR_OK;
    }
    enum err err = scenario_settle(scenario);
    if (err != ERR_OK)
        return err;
    const char *expect = strstr(scenario->text, "\n" EXPECT);
    CHECK(expect);
    fwrite(scenario->text, 1, (size_t)(expect + 1 - scenario->text), out);
    put_expected(out, scenario->trial.result);
    return ERR_OK;
}

enum err scenario_settle(struct scenario *scenario)
{
    const struct case_claim *claim = &scenario->policy_case.claims[0];
    trial_begin(&scenario->trial, &scenario->policy_case, scenario->scratch);
    scenario->trial.unaudited = true;
    return trial_claim(&scenario->trial, claim, case_policy(&scenario->policy_case, claim));
}
