/* How the lines of a bill split, and which of them a layer pays for. */
#include "statements.h"

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

void tell_scope(struct statements *s, const struct layer *layer)
{
    const struct line_scope *scope = &layer->scope;
    if (scope->all)
        return;
    unsigned count = 0;
    FILE *out = tell(s, "scope", in_words(s->lang, "支付范围", "pays for"), NULL, scope->clause);
    fputs(in_words(s->lang, "仅限：", "only: "), out);
    say_condition(out, s->lang, scope->chrgitm_lv, &count, level_name);
    if (scope->bas_medn) {
        say_next(out, s->lang, &count);
        fputs(in_words(s->lang, "基本药物", "essential drugs"), out);
    }
    say_condition(out, s->lang, scope->med_chrgitm_type, &count, charge_name);
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

void tell_lines(struct statements *s)
{
    static const char *const flags[] = {"0", "1", "2"};
    const struct line_rules *lines = &s->policy->lines;
    for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
        fputs(appr_name(s->lang, lines->hosp_appr[i]),
              tell_named(s, "hosp_appr_flag", in_words(s->lang, "限制使用标志", "limited-use flag"),
                         flags[i]));
        told(s);
    }
    tell_text(s, "refused_line", in_words(s->lang, "审核扣款的明细", "a line that audit refuses"),
              0,
              lines->refused_by_hospital ? in_words(s->lang, "医院负担", "the hospital's")
                                         : in_words(s->lang, "个人负担", "the patient's"));
}
