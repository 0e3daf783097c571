/* What holds for the policy as a whole: dates, people, kinds of care, situations, account. */
#include "base/date.h"
#include "review/statements.h"

static const char *day_name(enum lang lang, uint8_t day)
{
    switch ((enum policy_day)day) {
    case DAY_SETTLEMENT:
        return in_words(lang, "结算日", "settlement");
    case DAY_ADMISSION:
        return in_words(lang, "入院日", "admission");
    case DAY_DISCHARGE:
        return in_words(lang, "出院日", "discharge");
    case DAY_ENROLMENT:
        return in_words(lang, "参保日", "enrolment");
    case DAY_PART: /* no pack says it */
        break;
    }
    CHECK(!"a day");
}

static const char *crossing_name(enum lang lang, uint8_t crossing)
{
    switch ((enum crossing)crossing) {
    case CROSSING_WHOLE:
        return in_words(lang, "整次结算", "settled whole");
    case CROSSING_MID_SETTLE:
        return in_words(lang, "须先中途结算", "settled up to that day first");
    case CROSSING_SPLIT:
        return in_words(lang, "按费用日期分段结算", "split by the day of the fee");
    }
    CHECK(!"a crossing");
}

static const char *split_name(enum lang lang, bool once)
{
    return once ? in_words(lang, "只一次", "once") : in_words(lang, "各段分别", "in each part");
}

static void tell_dates(struct statements *s)
{
    const struct policy_dates *dates = &s->policy->dates;
    const struct {
        const char *topic, *zh, *en;
        uint8_t day;
    } rows[] = {
        {"rule_version", "规则版本按", "rule version by", dates->rule_version},
        {"benefit_year", "待遇年度按", "benefit year by", dates->benefit_year},
        {"cover", "参保关系按", "cover by", dates->cover},
        {"person_class", "人员类别和年龄按", "class and age by", dates->person_class},
        {"identity", "身份按", "identity by", dates->identity},
    };
    char from[DATE_TEXT], to[DATE_TEXT];
    tell_text(s, "region", in_words(s->lang, "统筹区", "region"), 0, s->policy->region);
    tell_text(s, "name", in_words(s->lang, "名称", "name"), 0, s->policy->name);
    FILE *out = tell(s, "effective", in_words(s->lang, "有效期", "effective"), NULL, 0);
    say(out, s->lang, "自 %s 至 %s", "from %s to %s", date_format(s->policy->begndate, from),
        s->policy->enddate == DATE_MAX ? in_words(s->lang, "另行通知", "further notice")
                                       : date_format(s->policy->enddate, to));
    told(s);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        tell_text(s, rows[i].topic, in_words(s->lang, rows[i].zh, rows[i].en), 0,
                  day_name(s->lang, rows[i].day));
    tell_text(s, "across_years", in_words(s->lang, "跨年度住院", "a stay across years"), 0,
              crossing_name(s->lang, dates->across_years));
    tell_text(s, "cover_change", in_words(s->lang, "住院中参保变化", "a change of cover in a stay"),
              0, crossing_name(s->lang, dates->cover_change));
    if (dates_split(dates)) {
        say(tell(s, "split", in_words(s->lang, "分段结算的住院", "a split stay"), NULL, 0), s->lang,
            "起付标准%s，住院次数%s", "deductible %s, counted %s",
            split_name(s->lang, dates->split_dedc_once),
            split_name(s->lang, dates->split_nth_once));
        told(s);
    }
    if (dates->year_begins > 101) {
        say(tell(s, "year_begins", in_words(s->lang, "待遇年度首日", "a benefit year begins on"),
                 NULL, 0),
            s->lang, "%d 月 %d 日", "month %d, day %d", dates->year_begins / 100,
            dates->year_begins % 100);
        told(s);
    }
}

/* What there is, in the pack's order; of grades the order is which one is higher. */
static void tell_list(struct statements *s, const char *topic, const char *about,
                      const char *const names[], uint8_t count)
{
    unsigned said = 0;
    if (!count)
        return;
    FILE *out = tell(s, topic, about, NULL, 0);
    for (uint8_t i = 0; i < count; i++) {
        say_next(out, s->lang, &said);
        fputs(title_of(s->lang, s->policy, names[i]), out);
    }
    told(s);
}

static void tell_lists(struct statements *s)
{
    const struct policy *p = s->policy;
    unsigned said = 0;
    FILE *out = tell(s, "insutypes", in_words(s->lang, "险种", "insurances"), NULL, 0);
    for (uint8_t i = 0; i < p->insutype_count; i++) {
        say_next(out, s->lang, &said);
        fprintf(out, "%u %s", p->insutypes[i], insutype_name(s->lang, p, i));
    }
    told(s);
    tell_list(s, "grades", in_words(s->lang, "医疗机构级别，由低到高", "grades, the lowest first"),
              p->grades, p->grade_count);
    tell_list(s, "cap_grades", in_words(s->lang, "限价级别", "grades of price caps"), p->cap_grades,
              p->cap_grade_count);
    tell_list(s, "item_tags", in_words(s->lang, "项目标签", "tags of items"), p->lines.item_tags,
              p->lines.item_tag_count);
    tell_list(s, "institution_tags", in_words(s->lang, "机构标签", "tags of institutions"),
              p->institution_tags, p->institution_tag_count);
}

static void tell_people(struct statements *s)
{
    const struct policy *p = s->policy;
    for (uint8_t i = 0; i < p->class_count; i++) {
        const struct policy_class *class = &p->classes[i];
        FILE *out = tell_named(s, "class", in_words(s->lang, "人员类别", "person class"),
                               class_name(s->lang, p, i), class->name);
        fprintf(out, "%s", insutype_name(s->lang, p, class->insutype));
        for (uint8_t j = 0; j < class->prefix_count; j++)
            fprintf(out, " %s", class->prefixes[j]);
        told(s);
    }
    for (uint8_t i = 0; i < p->identity_count; i++) {
        const struct policy_identity *identity = &p->identities[i];
        FILE *out = tell_named(s, "identity_code", in_words(s->lang, "身份", "identity"),
                               identity_name(s->lang, p, i), identity->name);
        say(out, s->lang, "第 %u 位，代码", "rank %u, codes", identity->rank);
        for (uint8_t j = 0; j < identity->code_count; j++)
            fprintf(out, " %s", identity->codes[j]);
        told(s);
    }
    if (p->identity_count)
        tell_text(s, "identities", in_words(s->lang, "多重身份", "several identities"), 0,
                  p->identities_stacked ? in_words(s->lang, "叠加享受", "all count")
                                        : in_words(s->lang, "从优不重复", "the best one counts"));
}

/* The statement that is being told is by this clause. */
static void under(struct statements *s, uint16_t clause)
{
    s->list[s->count].clause = clause;
}

static void tell_kind(struct statements *s, uint8_t kind)
{
    const struct policy *p = s->policy;
    bool stay = p->inpatient_kinds >> kind & 1, pharmacy = p->pharmacy_kinds >> kind & 1;
    FILE *out = tell_named(s, "kind", in_words(s->lang, "医疗类型", "kind of care"),
                           kind_name(s->lang, p, kind), p->kinds[kind]);
    under(s, p->before_clauses[kind]);
    fputs(stay ? in_words(s->lang, "计一次住院", "a stay")
               : in_words(s->lang, "计一次就诊", "a visit"),
          out);
    if (pharmacy)
        fputs(in_words(s->lang, "，药店购药", ", sold by pharmacies"), out);
    if (p->before_days[kind] > 0)
        say(out, s->lang, "，可并入入院前 %u 日内费用",
            ", with the fees of %u days before admission", p->before_days[kind]);
    told(s);
}

static void tell_care(struct statements *s)
{
    const struct policy *p = s->policy;
    for (uint8_t i = 0; i < p->kind_count; i++)
        tell_kind(s, i);
    for (uint16_t i = 0; i < p->med_type_count; i++) {
        const struct policy_med_type *type = &p->med_types[i];
        FILE *out = tell_named(s, "med_type", in_words(s->lang, "医疗类别", "med_type"),
                               type->med_type, type->med_type);
        say(out, s->lang, "%s，按%s，清算类别 %s，清算方式 %s",
            "%s, as %s, clr_type %s, clr_way %s", type->name_zh, kind_name(s->lang, p, type->kind),
            type->clr_type, type->clr_way);
        if (type->trauma)
            fputs(in_words(s->lang, "，须声明外伤原因", ", needs the trauma declaration"), out);
        told(s);
    }
}

static void tell_situations(struct statements *s)
{
    const struct policy *p = s->policy;
    for (uint8_t i = 0; i < p->filing_count; i++) {
        const struct policy_filing *filing = &p->filings[i];
        FILE *out = tell_named(s, "filing", in_words(s->lang, "备案", "filing"),
                               in_words(s->lang, filing->name_zh, filing->name), filing->name);
        under(s, filing->clause);
        fputs(in_words(s->lang, "代码", "codes"), out);
        for (uint8_t j = 0; j < filing->code_count; j++)
            fprintf(out, " %s", filing->codes[j]);
        if (filing->days)
            say(out, s->lang, "，%d 日内有效", ", valid for %d days", filing->days);
        told(s);
    }
    for (uint8_t i = 0; i < p->dimension_count; i++)
        for (uint8_t j = 0; j < p->dimensions[i].value_count; j++) {
            const struct dimension *dimension = &p->dimensions[i];
            const struct dimension_value *value = &dimension->values[j];
            FILE *out =
                tell_named(s, "situation", in_words(s->lang, dimension->name_zh, dimension->name),
                           in_words(s->lang, value->name_zh, value->name), value->id);
            under(s, value->clause);
            say_matcher(out, s->lang, p, &value->when);
            told(s);
        }
}

void say_parts(FILE *out, enum lang lang, const uint8_t parts[], uint8_t part_count)
{
    static const char *const zh[] = {"政策范围内费用", "先行自付", "超限价", "全自费"};
    static const char *const en[] = {"in-scope money", "first self-pay", "money over price caps",
                                     "wholly own money"};
    unsigned count = 0;
    for (uint8_t i = 0; i < part_count; i++) {
        say_next(out, lang, &count);
        fputs(in_words(lang, zh[parts[i]], en[parts[i]]), out);
    }
}

static void tell_account(struct statements *s)
{
    const struct policy_account *account = &s->policy->account;
    if (!account->own.pay_count)
        return;
    FILE *out = tell(s, "account", in_words(s->lang, "个人账户", "personal account"), NULL,
                     account->own.clause);
    fprintf(out, "%s ", account->own.fund_pay_type);
    say_names(out, s->lang, s->policy, account->insutypes, insutype_name);
    fputs(in_words(s->lang, "，", ", "), out);
    say_names(out, s->lang, s->policy, account->kinds, kind_name);
    fputs(in_words(s->lang, "：支付", ": pays "), out);
    say_parts(out, s->lang, account->own.pays, account->own.pay_count);
    fputs(account->first ? in_words(s->lang, "，先于基金", ", before the funds")
                         : in_words(s->lang, "，后于基金", ", after the funds"),
          out);
    told(s);
    if (!account->family.pay_count)
        return;
    out = tell(s, "family", in_words(s->lang, "家庭共济", "relatives' accounts"), NULL,
               account->family.clause);
    fprintf(out, "%s ", account->family.fund_pay_type);
    fputs(in_words(s->lang, "支付", "pay "), out);
    say_parts(out, s->lang, account->family.pays, account->family.pay_count);
    told(s);
}

void tell_policy(struct statements *s)
{
    tell_dates(s);
    tell_titles(s);
    tell_lists(s);
    tell_people(s);
    tell_waiting(s);
    tell_transition(s);
    tell_care(s);
    tell_situations(s);
    tell_account(s);
    tell_lines(s);
    tell_rounding(s);
}
