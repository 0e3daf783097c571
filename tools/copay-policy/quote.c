/* quote: what a bill would cost, from options alone. */
#include <stdio.h>

#include "base/money.h"
#include "commands.h"
#include "explain.h"
#include "hint.h"
#include "misuse.h"
#include "scenario_option.h"

struct quote {
    enum lang lang;
    bool json, explain, show_case;
    struct scenario_options options;
};

static void print_row(enum lang lang, const char *zh, const char *en, int64_t fen)
{
    if (fen)
        printf("  %s %s\n", in_words(lang, zh, en), YUAN(fen));
}

static void print_funds(enum lang lang, const struct policy *policy, const struct result *result)
{
    for (uint32_t i = 0; i < result->row_count; i++) {
        const struct fund_row *row = &result->rows[i];
        const struct policy_clause *clause = policy_clause(policy, row->clause);
        if (row->field == FUND_FIELDS)
            continue;
        printf("    %s %s", layer_name(lang, policy, row->layer), YUAN(row->amount));
        if (row->ratio)
            printf(" = %s × %s%%", YUAN(row->base), PERCENT(row->ratio));
        if (row->clause)
            say(stdout, lang, "〔%s，%s〕", " [%s, %s]", clause->id,
                provenance_name(lang, clause->provenance));
        putchar('\n');
    }
}

/* Where a cap made a layer's payment less than base × ratio. */
static void print_caps(enum lang lang, const struct policy *policy, const struct result *result)
{
    for (uint32_t i = 0; i < result->step_count; i++) {
        const struct step *step = &result->steps[i];
        const struct policy_clause *clause = policy_clause(policy, step->clause);
        if (step->code != STEP_QUOTA)
            continue;
        say(stdout, lang, "    %s限额前 %s；限额：",
            "    %s before its cap %s; cap: ", layer_name(lang, policy, step->layer),
            YUAN(step->base));
        step_figures(stdout, lang, policy, step);
        if (step->clause)
            say(stdout, lang, "〔%s，%s〕", " [%s, %s]", clause->id,
                provenance_name(lang, clause->provenance));
        putchar('\n');
    }
}

static void print_bill(enum lang lang, const struct case_claim *claim, const struct policy *policy,
                       const struct result *result)
{
    const struct totals *t = &result->totals;
    printf("%s\n", policy->name);
    explain_whose(stdout, lang, claim, policy, result);
    putchar('\n');
    printf("  %s %s\n", in_words(lang, "医疗费总额", "total fee"), YUAN(t->medfee_sumamt));
    print_row(lang, "政策范围内", "in scope", t->inscp_scp_amt);
    print_row(lang, "乙类先自付", "first self-pay", t->preselfpay_amt);
    print_row(lang, "超限价", "over price caps", t->overlmt_selfpay);
    print_row(lang, "全自费", "wholly own", t->fulamt_ownpay_amt);
    print_row(lang, "起付标准", "deductible", t->act_pay_dedc);
    printf("  %s %s\n", in_words(lang, "基金支付", "the funds pay"), YUAN(t->fund_pay_sumamt));
    print_funds(lang, policy, result);
    print_caps(lang, policy, result);
    print_row(lang, "医院负担", "the hospital's part", t->hosp_part_amt);
    say(stdout, lang, "  个人负担 %s（自付 %s，自费 %s）\n",
        "  patient %s (within the policy %s, outside it %s)\n", YUAN(t->psn_part_amt),
        YUAN(t->psn_selfpay_amt), YUAN(t->psn_ownpay_amt));
    if (t->acct_pay || t->acct_mulaid_pay)
        say(stdout, lang, "    个人账户 %s，家庭共济 %s，现金 %s\n",
            "    account %s, relatives %s, cash %s\n", YUAN(t->acct_pay), YUAN(t->acct_mulaid_pay),
            YUAN(t->psn_cash_pay));
    if (t->medfee_sumamt > 0) {
        int64_t share = money_round((__int128)t->fund_pay_sumamt * RATIO_ONE, t->medfee_sumamt);
        say(stdout, lang, "  基金支付占医疗费 %s%%\n", "  the funds pay %s%% of the fee\n",
            PERCENT(share));
    }
}

static unsigned answer(const struct quote *quote, struct scenario *scenario)
{
    const struct case_claim *claim = &scenario->policy_case.claims[0];
    const struct policy *policy = case_policy(&scenario->policy_case, claim);
    enum err err = quote->show_case ? scenario_print(scenario, &quote->options, stdout)
                                    : scenario_settle(scenario);
    if (err != ERR_OK) {
        printf("未能完成：%s / could not be run: %s\n", err_text(err), err_text(err));
        return 1;
    }
    if (quote->show_case)
        return 0;
    const struct result *result = scenario->trial.result;
    if (quote->json) {
        json_t *object = explain_json(quote->lang, claim, policy, result);
        json_dumpf(object, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(object);
    } else if (result->problems.count) {
        explain_problems(quote->lang, &result->problems);
    } else if (quote->explain) {
        explain_claim(quote->lang, &scenario->policy_case, 1, claim, policy, result);
    } else {
        print_bill(quote->lang, claim, policy, result);
    }
    hint_scope(quote->json ? stderr : stdout, quote->lang, &quote->options, scenario);
    return result->problems.count;
}

static bool read_options(struct quote *quote, int argc, char *argv[])
{
    struct option options[SCENARIO_OPTIONS + 5] = {{"lang", required_argument, NULL, 'l'},
                                                   {"json", no_argument, NULL, 'j'},
                                                   {"explain", no_argument, NULL, 'e'},
                                                   {"case", no_argument, NULL, 'c'}};
    int option;
    for (int i = 0; i <= SCENARIO_OPTIONS; i++)
        options[4 + i] = scenario_long_options[i];
    scenario_defaults(&quote->options);
    while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (option == '?' || option == ':')
            return misuse_option(argv, option);
        if (option == 'l' && !lang_parse(optarg, &quote->lang))
            return misuse_value("--lang", optarg, "zh 或 en", "zh or en");
        if (option >= SCENARIO_OPTION && !scenario_option(&quote->options, option, optarg))
            return false;
        quote->json |= option == 'j';
        quote->explain |= option == 'e';
        quote->show_case |= option == 'c';
    }
    if (quote->options.numbers[NUMBER_TOTAL] <= 0 && !scenario_has_lines(&quote->options))
        return misuse_value("--total", NULL,
                            "大于零的医疗费总额（元），或以 --claim 'lines=[...]' 写明明细",
                            "a total fee above 0 in yuan, or the lines by --claim 'lines=[...]'");
    return argc - optind == 1 || misuse_packs(argc - optind);
}

int command_quote(int argc, char *argv[])
{
    static struct quote quote;
    static struct loaded loaded;
    static struct scenario scenario;
    if (!read_options(&quote, argc, argv))
        return STATUS_MISUSE;
    unsigned faults = load_version(argv[optind], &loaded);
    if (!faults) {
        faults = scenario_open(&quote.options, &loaded, &scenario);
        if (!faults)
            faults = answer(&quote, &scenario);
        scenario_close(&scenario);
    }
    unload(&loaded);
    return status_of(faults);
}
