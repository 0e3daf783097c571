/* How the lines of a bill split, and which of them a layer pays for. */
#include "base/money.h"
#include "review/statements.h"

static const char *charge_name(enum lang lang, unsigned type)
{
    static const char *const zh[] = {"",         "床位费", "诊察费",     "检查费",   "化验费",
                                     "治疗费",   "手术费", "护理费",     "卫生材料", "西药",
                                     "中药饮片", "中成药", "一般诊疗费", "挂号费",   "其他"};
    static const char *const en[] = {"",
                                     "beds",
                                     "consultations",
                                     "examinations",
                                     "laboratory",
                                     "treatment",
                                     "surgery",
                                     "nursing",
                                     "materials",
                                     "western medicines",
                                     "herbal slices",
                                     "proprietary Chinese medicines",
                                     "general consultation fee",
                                     "registration",
                                     "other"};
    CHECK(type < ARRAY_LEN(zh));
    return in_words(lang, zh[type], en[type]);
}

static const char *level_name(enum lang lang, unsigned level)
{
    static const char *const zh[] = {"", "甲类", "乙类", "丙类"};
    static const char *const en[] = {"", "class A", "class B", "class C"};
    CHECK(level < ARRAY_LEN(zh));
    return in_words(lang, zh[level], en[level]);
}

static void say_condition(FILE *out, enum lang lang, unsigned mask, unsigned *count,
                          const char *(*name)(enum lang lang, unsigned code))
{
    for (; mask; mask &= mask - 1) {
        say_next(out, lang, count);
        fputs(name(lang, (unsigned)__builtin_ctz(mask)), out);
    }
}

static const char *tag_name(enum lang lang, const struct policy *policy, uint8_t index)
{
    return title_of(lang, policy, policy->lines.item_tags[index]);
}

static void say_items(FILE *out, enum lang lang, const struct policy *policy, uint32_t tags,
                      unsigned *count)
{
    const struct item_lists *lists = policy->lines.items;
    for (uint8_t i = 0; i < lists->count; i++) {
        if (!(tags >> (ITEM_TAGS_MAX + i) & 1))
            continue;
        for (uint16_t j = 0; j < lists->lists[i].count; j++) {
            say_next(out, lang, count);
            say(out, lang, "编码 %s…", "codes %s...", lists->lists[i].prefixes[j]);
        }
    }
}

static void say_match(FILE *out, enum lang lang, const struct policy *policy,
                      const struct line_match *match)
{
    unsigned count = 0;
    say_condition(out, lang, match->chrgitm_lv, &count, level_name);
    if (match->bas_medn) {
        say_next(out, lang, &count);
        fputs(in_words(lang, "基本药物", "essential drugs"), out);
    }
    say_condition(out, lang, match->med_chrgitm_type, &count, charge_name);
    uint32_t tags = match->tags & ((UINT32_C(1) << ITEM_TAGS_MAX) - 1);
    if (tags) {
        say_next(out, lang, &count);
        say_names(out, lang, policy, tags, tag_name);
    }
    say_items(out, lang, policy, match->tags, &count);
}

static bool is_empty(const struct line_match *match)
{
    return !match->chrgitm_lv && !match->bas_medn && !match->med_chrgitm_type && !match->tags;
}

static void say_scope(FILE *out, enum lang lang, const struct policy *policy,
                      const struct line_scope *scope)
{
    bool any = scope->any.chrgitm_lv != UINT8_MAX;
    if (any) {
        fputs(in_words(lang, "仅限：", "only: "), out);
        say_match(out, lang, policy, &scope->any);
    }
    if (is_empty(&scope->none))
        return;
    fputs(any ? in_words(lang, "；不含：", "; not: ") : in_words(lang, "不含：", "not: "), out);
    say_match(out, lang, policy, &scope->none);
}

void tell_scope(struct statements *s, const struct layer *layer)
{
    const struct line_scope *scope = &layer->scope;
    if (scope->all)
        return;
    FILE *out = tell(s, "scope", in_words(s->lang, "支付范围", "pays for"), NULL, scope->clause);
    say_scope(out, s->lang, s->policy, scope);
    told(s);
}

static const char *appr_name(enum lang lang, enum hosp_appr appr)
{
    switch (appr) {
    case HOSP_APPR_AS_LISTED:
        return in_words(lang, "按目录", "as listed");
    case HOSP_APPR_OWN:
        return in_words(lang, "全自费", "wholly the patient's");
    case HOSP_APPR_HOSPITAL:
        return in_words(lang, "医院负担", "the hospital's");
    }
    CHECK(!"a split");
}

static const char *part_name(enum lang lang, enum fee_part part)
{
    switch (part) {
    case PART_INSCP:
        return in_words(lang, "范围内", "in scope");
    case PART_PRESELFPAY:
        return in_words(lang, "先自付", "first self-pay");
    case PART_OVERLMT:
        return in_words(lang, "超限价自付", "over the limit");
    case PART_FULAMT:
        return in_words(lang, "全自费", "wholly own");
    case FEE_PARTS:
        break;
    }
    CHECK(!"a part");
}

static void tell_classes(struct statements *s)
{
    static const struct {
        const char *id, *zh, *en, *text_zh, *text_en;
    } rows[] = {
        {"price_cap", "限价", "price caps", "超过部分自付", "what is above is the patient's"},
        {"class_a", "甲类", "class A", "全额纳入", "wholly in scope"},
        {"class_b", "乙类", "class B", "先自付后纳入", "in scope after first self-pay"},
        {"class_c", "丙类", "class C", "全自费", "wholly the patient's"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        tell_text(s, rows[i].id, in_words(s->lang, rows[i].zh, rows[i].en),
                  s->policy->lines.clauses[i], in_words(s->lang, rows[i].text_zh, rows[i].text_en));
}

static void tell_hospital(struct statements *s)
{
    const struct hospital_part *hospital = &s->policy->lines.hospital;
    if (hospital->clause)
        tell_text(s, "hospital",
                  in_words(s->lang, "医院负担的明细", "lines that the hospital bears"),
                  hospital->clause, hospital->fund_pay_type);
}

static void tell_columns(struct statements *s)
{
    const struct line_rules *lines = &s->policy->lines;
    if (lines->pay_standard.given)
        tell_text(s, "pay_standard",
                  in_words(s->lang, "超过支付标准的部分", "above a payment standard"),
                  lines->pay_standard.clause, part_name(s->lang, lines->pay_standard.above));
    if (lines->item_dedc.given)
        tell_text(
            s, "item_dedc", in_words(s->lang, "单项起付金额", "an item's deductible"),
            lines->item_dedc.clause,
            lines->item_dedc.of_whole
                ? in_words(s->lang, "先自付比例按全额计算", "the ratio is of the whole amount")
                : in_words(s->lang, "先自付比例按余额计算", "the ratio is of what is left"));
}

static void say_whom(FILE *out, const struct statements *s, const struct selector *who,
                     const char *rest)
{
    const uint32_t grades = (UINT32_C(1) << s->policy->grade_count) - 1;
    const uint32_t classes = (UINT32_C(1) << s->policy->class_count) - 1;
    unsigned count = 0;
    if (grades & ~who->grades) {
        next_condition(out, s->lang, &count);
        say_names(out, s->lang, s->policy, who->grades & grades, grade_name);
    }
    if (classes & ~who->classes) {
        next_condition(out, s->lang, &count);
        say_names(out, s->lang, s->policy, who->classes & classes, class_name);
    }
    if (rest[0]) {
        next_condition(out, s->lang, &count);
        fputs(rest, out);
    }
    fputs(count ? in_words(s->lang, "：", ": ") : "", out);
}

static void say_amount(FILE *out, enum lang lang, const struct ceiling *ceiling,
                       const struct ceiling_rule *rule)
{
    const char *yuan = SHORT_YUAN(rule->fen);
    switch (ceiling->per) {
    case CEILING_STAY:
        say(out, lang, "每次 %s 元", "%s yuan a stay", yuan);
        break;
    case CEILING_STAY_DAY:
        say(out, lang, "按住院天数合计，每天 %s 元", "%s yuan for each day of the stay, in sum",
            yuan);
        break;
    case CEILING_FEE_DAY:
        say(out, lang, "按费用发生日，每天 %s 元", "%s yuan for each day of fees", yuan);
        break;
    }
    if (rule->special_days)
        say(out, lang, "，至多 %u 天 %s 元", ", up to %u days %s yuan", rule->special_days,
            SHORT_YUAN(rule->special_fen));
}

static void tell_ceiling(struct statements *s, const struct ceiling *ceiling)
{
    for (uint8_t i = 0; i < ceiling->rule_count; i++) {
        const struct ceiling_rule *rule = &ceiling->rules[i];
        const char *rest = statements_who_else(s, &rule->who);
        FILE *out = tell(s, "ceiling", in_words(s->lang, ceiling->name_zh, ceiling->id), NULL,
                         rule->clause);
        tell_key(s, ceiling->id);
        say_names(out, s->lang, s->policy, ceiling->insutypes, insutype_name);
        fputs(in_words(s->lang, "，", ", "), out);
        say_names(out, s->lang, s->policy, ceiling->kinds, kind_name);
        fputs(in_words(s->lang, "：", ": "), out);
        say_whom(out, s, &rule->who, rest);
        say_amount(out, s->lang, ceiling, rule);
        fputs(in_words(s->lang, "，", ", "), out);
        say_scope(out, s->lang, s->policy, &ceiling->scope);
        say(out, s->lang, "；超过部分%s", "; what is above is %s",
            part_name(s->lang, ceiling->above));
        told(s);
    }
}

void tell_lines(struct statements *s)
{
    static const char *const flags[] = {"0", "1", "2"};
    const struct line_rules *lines = &s->policy->lines;
    tell_classes(s);
    for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
        fputs(appr_name(s->lang, lines->hosp_appr[i]),
              tell_named(s, "hosp_appr_flag", in_words(s->lang, "限制使用标志", "limited-use flag"),
                         flags[i], flags[i]));
        told(s);
    }
    tell_text(s, "refused_line", in_words(s->lang, "审核扣款的明细", "a line that audit refuses"),
              0,
              lines->refused_by_hospital ? in_words(s->lang, "医院负担", "the hospital's")
                                         : in_words(s->lang, "个人负担", "the patient's"));
    tell_hospital(s);
    tell_columns(s);
    for (uint8_t i = 0; i < lines->ceiling_count; i++)
        tell_ceiling(s, &lines->ceilings[i]);
}
