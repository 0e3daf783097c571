/* A smart-audit rule in words. */
#include "review/words_audit.h"
#include "base/date.h"
#include "base/money.h"

struct words {
    FILE *out;
    enum lang lang;
    const struct policy *policy;
    const struct audit_rules *rules;
};

static const char *both(const struct words *w, const char *zh, const char *en)
{
    return in_words(w->lang, zh, en);
}

static void say_codes(const struct words *w, const struct code_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        fprintf(w->out, "%s%s…", i ? both(w, "、", ", ") : "", list->codes[i]);
}

static const char *tag_name(enum lang lang, const struct policy *policy, uint8_t index)
{
    (void)lang;
    return policy->institution_tags[index];
}

static const char *item_tag_name(enum lang lang, const struct policy *policy, uint8_t index)
{
    return title_of(lang, policy, policy->lines.item_tags[index]);
}

static void say_numbers(const struct words *w, unsigned mask, const char *form)
{
    for (unsigned count = 0; mask; mask &= mask - 1, count++) {
        fputs(count ? both(w, "、", ", ") : "", w->out);
        fprintf(w->out, form[0] == '2' ? "%02d" : "%d", __builtin_ctz(mask));
    }
}

static void say_match(const struct words *w, const struct audit_where *where,
                      enum audit_match match)
{
    switch (match) {
    case AUDIT_MATCH_KINDS:
        say_names(w->out, w->lang, w->policy, where->kinds, kind_name);
        return;
    case AUDIT_MATCH_INSUTYPES:
        say_names(w->out, w->lang, w->policy, where->insutypes, insutype_name);
        return;
    case AUDIT_MATCH_GRADES:
        say_names(w->out, w->lang, w->policy, where->grades, grade_name);
        return;
    case AUDIT_MATCH_INSTITUTION_TAGS:
        say_names(w->out, w->lang, w->policy, where->institution_tags, tag_name);
        return;
    case AUDIT_MATCH_SEX:
        fputs(where->sex == 1 ? both(w, "男", "men") : both(w, "女", "women"), w->out);
        return;
    case AUDIT_MATCH_AGE:
        say_age(w->out, w->lang, where->age_min, where->age_max);
        return;
    case AUDIT_MATCH_DIAGNOSES:
        fputs(both(w, "诊断 ", "diagnoses "), w->out);
        say_codes(w, &where->diagnoses);
        return;
    case AUDIT_MATCH_OPERATIONS:
        fputs(both(w, "手术 ", "operations "), w->out);
        say_codes(w, &where->operations);
        return;
    case AUDIT_MATCH_EMERGENCY:
        fputs(where->emergency ? both(w, "急诊", "emergencies")
                               : both(w, "非急诊", "no emergencies"),
              w->out);
        return;
    case AUDIT_MATCH_HOSP_APPR:
        fputs(both(w, "医院审批标志 ", "hosp_appr_flag "), w->out);
        say_numbers(w, where->hosp_appr, "1");
        return;
    case AUDIT_MATCH_NONE:
    case AUDIT_MATCHES:
        break;
    }
    CHECK(!"a condition");
}

static void say_where(const struct words *w, const struct audit_where *where)
{
    unsigned count = 0;
    for (uint32_t left = where->asked; left; left &= left - 1) {
        next_condition(w->out, w->lang, &count);
        say_match(w, where, (enum audit_match)__builtin_ctz(left));
    }
}

static void say_items_match(const struct words *w, const struct audit_items_match *match)
{
    unsigned count = 0;
    if (match->codes.count) {
        say_next(w->out, w->lang, &count);
        say_codes(w, &match->codes);
    }
    if (match->tags) {
        say_next(w->out, w->lang, &count);
        say_names(w->out, w->lang, w->policy, match->tags, item_tag_name);
    }
    if (match->chrgitm_lv) {
        say_next(w->out, w->lang, &count);
        fputs(both(w, "等级 ", "chrgitm_lv "), w->out);
        say_numbers(w, match->chrgitm_lv, "2");
    }
    if (match->med_chrgitm_type) {
        say_next(w->out, w->lang, &count);
        fputs(both(w, "费用类别 ", "med_chrgitm_type "), w->out);
        say_numbers(w, match->med_chrgitm_type, "2");
    }
    if (match->lmt_used) {
        say_next(w->out, w->lang, &count);
        fputs(both(w, "限制使用", "limited use"), w->out);
    }
}

static void say_items(const struct words *w, uint16_t slot)
{
    static const struct audit_items_match nothing;
    const struct audit_items *items = &w->rules->slots[slot].items;
    const struct audit_items_match *none = &items->none;
    if (items->all)
        fputs(both(w, "全部项目", "all items"), w->out);
    else
        say_items_match(w, &items->any);
    if (none->codes.count == 0 && none->tags == nothing.tags && !none->chrgitm_lv &&
        !none->med_chrgitm_type && !none->lmt_used)
        return;
    fputs(both(w, "，不含 ", ", but not "), w->out);
    say_items_match(w, none);
}

static void say_limit(const struct words *w, const struct audit_limit *limit)
{
    static const char *const of_zh[] = {"数量", "金额", "明细", "存药天数"};
    static const char *const of_en[] = {"quantity", "amount", "lines", "days of supply"};
    static const char *const per_zh[] = {"每条明细", "每天", "每张单据", "每月", "连续"};
    static const char *const per_en[] = {"a line", "a day", "a bill", "a month", "within"};
    static const int scales[] = {4, 2, 0, 2};
    if (limit->of != AUDIT_OF_SUPPLY)
        fprintf(w->out, "%s", both(w, per_zh[limit->per], per_en[limit->per]));
    if (limit->per == AUDIT_PER_DAYS)
        say(w->out, w->lang, " %u 天", " %u days", limit->days);
    if (limit->of != AUDIT_OF_SUPPLY)
        fputs(both(w, "", ": "), w->out);
    say(w->out, w->lang, "%s至多 ", "%s at most ", both(w, of_zh[limit->of], of_en[limit->of]));
    if (limit->stay_days)
        fputs(both(w, "住院天数", "the days of the stay"), w->out);
    else
        fputs(money_format(limit->at_most, scales[limit->of], -1, (char[MONEY_TEXT]){0}), w->out);
    if (limit->per != AUDIT_PER_LINE)
        fputs(limit->each_item ? both(w, "，逐项", ", each item") : both(w, "，合并", ", together"),
              w->out);
    if (limit->history)
        fputs(both(w, "，计入此前和他处", ", with what came before, anywhere"), w->out);
}

static void say_whole(const struct words *w, const struct audit_rule *rule)
{
    static const char *const same_zh[] = {"诊断相同", "诊断类目相同", "不论诊断"};
    static const char *const same_en[] = {"same diagnosis", "same category", "any diagnosis"};
    if (rule->kind == AUDIT_OVERLAP) {
        fputs(both(w, "同时在", "at the same time "), w->out);
        say_names(w->out, w->lang, w->policy, rule->as.overlap.kinds, kind_name);
        say(w->out, w->lang, "%s%s", "%s%s",
            rule->as.overlap.elsewhere ? both(w, "（别处）", " elsewhere") : "",
            rule->as.overlap.edges ? both(w, "，首末日也算", ", first and last days too") : "");
    } else if (rule->kind == AUDIT_READMISSION) {
        say(w->out, w->lang, "出院后 %u 天内再住院%s，%s",
            "again within %u days of a discharge%s, %s", rule->as.readmission.within_days,
            rule->as.readmission.same_hospital ? both(w, "（同一机构）", " at the same hospital")
                                               : "",
            both(w, same_zh[rule->as.readmission.diagnosis],
                 same_en[rule->as.readmission.diagnosis]));
    } else {
        fputs(rule->as.standing.institution ? both(w, "机构", "an institution that is ")
                                            : both(w, "参保人", "a member who is "),
              w->out);
        if (rule->as.standing.frozen)
            fputs(both(w, "冻结", "frozen"), w->out);
        if (rule->as.standing.frozen && rule->as.standing.suspended)
            fputs(both(w, "或", " or "), w->out);
        if (rule->as.standing.suspended)
            fputs(both(w, "暂停", "suspended"), w->out);
    }
}

static void say_kind(const struct words *w, const struct audit_rule *rule)
{
    if (rule->slot != AUDIT_NO_SLOT) {
        say_items(w, rule->slot);
        fputs(both(w, "：", ": "), w->out);
    }
    switch ((enum audit_kind)rule->kind) {
    case AUDIT_ONLY:
        fputs(both(w, "限 ", "only "), w->out);
        say_where(w, &rule->as.only);
        return;
    case AUDIT_PRICE:
        say(w->out, w->lang, "单价至多 %s", "a unit at most %s",
            rule->as.price.cap
                ? both(w, "限价", "the price cap")
                : money_format(rule->as.price.at_most, 6, -1, (char[MONEY_TEXT]){0}));
        return;
    case AUDIT_LIMIT:
        say_limit(w, &rule->as.limit);
        return;
    case AUDIT_EXCLUDE:
        fputs(rule->as.exclude.per_day ? both(w, "同日不与 ", "not on one day with ")
                                       : both(w, "同单不与 ", "not on one bill with "),
              w->out);
        say_items(w, rule->as.exclude.with);
        return;
    case AUDIT_OVERLAP:
    case AUDIT_READMISSION:
    case AUDIT_STANDING:
        say_whole(w, rule);
        return;
    }
    CHECK(!"a kind of rule");
}

static const char *level_words(const struct words *w, const struct audit_rule *rule)
{
    static const char *const zh[] = {"提示", "询问", "暂缓拨付", "拒付明细", "拒付单据"};
    static const char *const en[] = {"inform", "ask", "hold", "refuse the line", "refuse the bill"};
    return both(w, zh[rule->sev_deg], en[rule->sev_deg]);
}

void say_audit_rule(FILE *out, enum lang lang, const struct policy *policy,
                    const struct audit_rules *rules, const struct audit_rule *rule)
{
    const struct words w = {out, lang, policy, rules};
    const struct policy_clause *clause = audit_clause(rules, rule->clause);
    char from[DATE_TEXT], to[DATE_TEXT];
    fputs(level_words(&w, rule), out);
    if (rule->sev_deg == AUDIT_REFUSE_LINE)
        fputs(rule->bearer == LINE_REFUSED_HOSPITAL ? both(&w, "（医院负担）", " (the hospital's)")
                                                    : both(&w, "（个人负担）", " (the patient's)"),
              out);
    fputs(both(&w, "；", "; "), out);
    if (rule->when.asked) {
        say_where(&w, &rule->when);
        fputs(both(&w, "；", "; "), out);
    }
    say_kind(&w, rule);
    if (rule->begndate > 0 || rule->enddate != DATE_MAX)
        say(out, lang, "；%s 至 %s", "; %s to %s", date_format(rule->begndate, from),
            rule->enddate == DATE_MAX ? both(&w, "另行通知", "further notice")
                                      : date_format(rule->enddate, to));
    say(out, lang, "〔%s %s〕", " [%s %s]", clause->id, provenance_name(lang, clause->provenance));
}

char *audit_rule_words(enum lang lang, const struct pack *pack, const struct audit_rule *rule)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    CHECK(out);
    say_audit_rule(out, lang, pack_version(pack, 0), pack_audit(pack), rule);
    fclose(out);
    return text;
}
