/* A finding in words (vola_cont), as the counter shows it and 3101 carries it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/audit.h"
#include "base/date.h"
#include "base/money.h"
#include "base/utf8.h"

struct words {
    bool english;
    char *out;
    size_t used;
};

/* Both formats take the same arguments in the same order. */
static void say(struct words *words, const char *zh, const char *en, ...) PRINTF_LIKE(2, 4)
    PRINTF_LIKE(3, 4);
static void say(struct words *words, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    int size = vsnprintf(words->out + words->used, VOLA_CONT - words->used,
                         words->english ? en : zh, args);
    va_end(args);
    CHECK(size >= 0);
    words->used += (size_t)size;
    if (words->used >= VOLA_CONT) {
        words->used = utf8_whole(words->out, VOLA_CONT - 1);
        words->out[words->used] = '\0';
    }
}

static void say_condition(struct words *words, enum audit_match what)
{
    static const char *const zh[AUDIT_MATCHES] = {
        [AUDIT_MATCH_KINDS] = "医疗类型",  [AUDIT_MATCH_INSUTYPES] = "险种",
        [AUDIT_MATCH_GRADES] = "机构级别", [AUDIT_MATCH_INSTITUTION_TAGS] = "机构标签",
        [AUDIT_MATCH_SEX] = "性别",        [AUDIT_MATCH_AGE] = "年龄",
        [AUDIT_MATCH_DIAGNOSES] = "诊断",  [AUDIT_MATCH_OPERATIONS] = "手术",
        [AUDIT_MATCH_EMERGENCY] = "急诊",  [AUDIT_MATCH_HOSP_APPR] = "医院审批标志",
    };
    static const char *const en[AUDIT_MATCHES] = {
        [AUDIT_MATCH_KINDS] = "kind of care",
        [AUDIT_MATCH_INSUTYPES] = "insurance",
        [AUDIT_MATCH_GRADES] = "grade",
        [AUDIT_MATCH_INSTITUTION_TAGS] = "institution",
        [AUDIT_MATCH_SEX] = "sex",
        [AUDIT_MATCH_AGE] = "age",
        [AUDIT_MATCH_DIAGNOSES] = "diagnosis",
        [AUDIT_MATCH_OPERATIONS] = "operation",
        [AUDIT_MATCH_EMERGENCY] = "emergency",
        [AUDIT_MATCH_HOSP_APPR] = "hosp_appr_flag",
    };
    CHECK(what > AUDIT_MATCH_NONE && what < AUDIT_MATCHES);
    say(words, "，%s不符", ": %s does not fit", words->english ? en[what] : zh[what]);
}

static void say_figures(struct words *words, const struct audit_rule *rule,
                        const struct vola_evid *evidence)
{
    static const int scales[] = {
        [AUDIT_OF_CNT] = 4, [AUDIT_OF_AMOUNT] = 2, [AUDIT_OF_LINES] = 0, [AUDIT_OF_SUPPLY] = 2};
    static const char *const zh[] = {[AUDIT_OF_CNT] = "数量",
                                     [AUDIT_OF_AMOUNT] = "金额",
                                     [AUDIT_OF_LINES] = "次数",
                                     [AUDIT_OF_SUPPLY] = "存药天数"};
    static const char *const en[] = {[AUDIT_OF_CNT] = "quantity",
                                     [AUDIT_OF_AMOUNT] = "amount",
                                     [AUDIT_OF_LINES] = "lines",
                                     [AUDIT_OF_SUPPLY] = "days of supply"};
    const bool price = rule->kind == AUDIT_PRICE;
    const int scale = price ? 6 : scales[rule->as.limit.of];
    char found[MONEY_TEXT], limit[MONEY_TEXT];
    say(words, "，%s %s，限 %s", ": %s %s, at most %s",
        price ? (words->english ? "price" : "单价") : (words->english ? en : zh)[rule->as.limit.of],
        money_format(evidence->found, scale, -1, found),
        money_format(evidence->limit, scale, -1, limit));
}

static void say_evidence(struct words *words, const struct audit_facts *facts,
                         const struct vola_evid *evidence)
{
    char day[DATE_TEXT];
    if (evidence->line != FINDING_WHOLE)
        say(words, "，见明细 %s", "; see line %s", facts->claim->lines[evidence->line].feedetl_sn);
    if (evidence->setl_id[0])
        say(words, "，见结算 %s", "; see settlement %s", evidence->setl_id);
    if (evidence->fixmedins_code[0])
        say(words, "，机构 %s", "; at %s", evidence->fixmedins_code);
    if (evidence->date != DATE_NONE)
        say(words, "，%s", "; %s", date_format(evidence->date, day));
}

char *audit_vola_cont(const struct audit_rules *rules, const struct audit_facts *facts,
                      const struct finding *finding, bool english, char out[VOLA_CONT])
{
    const struct audit_rule *rule = &rules->rules[finding->rule];
    struct words words = {.english = english, .out = out};
    say(&words, "%s", "%s", english ? rule->rule_id : rule->rule_name);
    if (finding->line != FINDING_WHOLE)
        say(&words, "，明细 %s", ": line %s", facts->claim->lines[finding->line].feedetl_sn);
    if (rule->kind == AUDIT_ONLY)
        say_condition(&words, (enum audit_match)finding->vola_evid.what);
    if (rule->kind == AUDIT_PRICE || rule->kind == AUDIT_LIMIT)
        say_figures(&words, rule, &finding->vola_evid);
    say_evidence(&words, facts, &finding->vola_evid);
    return out;
}

const char *const finding_outcome_names[] = {[FINDING_TOLD] = "told",
                                             [FINDING_ASKED] = "asked",
                                             [FINDING_OVERRIDDEN] = "overridden",
                                             [FINDING_UNCONSENTED] = "unconsented",
                                             [FINDING_LINE_REFUSED] = "line_refused",
                                             [FINDING_CLAIM_REFUSED] = "claim_refused",
                                             [FINDING_HELD] = "held",
                                             NULL};
