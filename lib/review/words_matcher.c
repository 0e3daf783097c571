/* What a situation asks of a claim, in words. */
#include <stddef.h>

#include "review/words.h"

static void say_codes(FILE *out, enum lang lang, const struct code_list *list)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        say_next(out, lang, &count);
        fputs(list->codes[i], out);
    }
}

static const char *distance_name(enum lang lang, unsigned distance)
{
    static const char *const zh[] = {"县内", "市内县外", "省内市外", "省外"};
    static const char *const en[] = {"in the county", "elsewhere in the city",
                                     "elsewhere in the province", "outside the province"};
    return in_words(lang, zh[distance], en[distance]);
}

static const char *transfer_name(enum lang lang, unsigned transfer)
{
    static const char *const zh[] = {"转往上级", "转往下级", "同级转院"};
    static const char *const en[] = {"transfer to a higher grade", "transfer to a lower grade",
                                     "transfer at the same grade"};
    return in_words(lang, zh[transfer], en[transfer]);
}

static const char *filing_name(enum lang lang, const struct policy *policy, uint8_t index)
{
    return in_words(lang, policy->filings[index].name_zh, policy->filings[index].name);
}

static const char *tag_name(enum lang lang, const struct policy *policy, uint8_t index)
{
    (void)lang;
    return policy->institution_tags[index];
}

static void say_bits(FILE *out, enum lang lang, unsigned mask,
                     const char *(*name)(enum lang lang, unsigned bit))
{
    unsigned count = 0;
    for (; mask; mask &= mask - 1) {
        say_next(out, lang, &count);
        fputs(name(lang, (unsigned)__builtin_ctz(mask)), out);
    }
}

static void say_med_types(FILE *out, const struct policy *policy, enum lang lang, uint64_t mask)
{
    unsigned count = 0;
    for (; mask; mask &= mask - 1) {
        say_next(out, lang, &count);
        fputs(policy->med_types[__builtin_ctzll(mask)].name_zh, out);
    }
}

static void say_flag(FILE *out, enum lang lang, bool yes, const char *zh, const char *en)
{
    if (!yes)
        fputs(in_words(lang, "非", "no "), out);
    fputs(in_words(lang, zh, en), out);
}

static void say_count(FILE *out, enum lang lang, struct count_span span, const char *zh,
                      const char *en)
{
    const char *what = in_words(lang, zh, en);
    if (span.from == span.to)
        fprintf(out, "%s %u", what, span.from);
    else if (span.to == CHILDREN_MAX)
        say(out, lang, "%s %u 及以上", "%s %u or more", what, span.from);
    else
        say(out, lang, "%s %u 至 %u", "%s %u to %u", what, span.from, span.to);
}

/* Codes, spans and yes or no; false: what is asked is a mask, see say_masks(). */
static bool say_facts(FILE *out, enum lang lang, const struct matcher *m, enum match match)
{
    static const struct {
        enum match match;
        size_t list; /* offset */
        const char *zh, *en;
    } lists[] = {
        {MATCH_DISEASES, offsetof(struct matcher, diseases), "疾病", "diseases"},
        {MATCH_OPERATIONS, offsetof(struct matcher, operations), "手术", "operations"},
        {MATCH_INSTITUTIONS, offsetof(struct matcher, institutions), "机构", "institutions"},
        {MATCH_DELIVERY, offsetof(struct matcher, delivery), "生育类别", "deliveries"},
        {MATCH_BIRCTRL, offsetof(struct matcher, birctrl), "计划生育手术", "birth control"},
        {MATCH_CVLSERV_LV, offsetof(struct matcher, cvlserv_lv), "公务员等级", "ranks"},
    };
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (lists[i].match == match) {
            fprintf(out, "%s ", in_words(lang, lists[i].zh, lists[i].en));
            say_codes(out, lang, (const struct code_list *)((const char *)m + lists[i].list));
            return true;
        }
    if (match == MATCH_SEX)
        fputs(m->sex == 1 ? in_words(lang, "男", "male") : in_words(lang, "女", "female"), out);
    else if (match == MATCH_AGE)
        say_age(out, lang, m->age_min, m->age_max);
    else if (match == MATCH_FETUS_CNT)
        say_count(out, lang, m->fetus_cnt, "胎儿数", "children born");
    else if (match == MATCH_FETTS)
        say_count(out, lang, m->fetts, "胎次", "birth order");
    else if (match == MATCH_BREAK_DAYS)
        say(out, lang, "断保超过 %d 天", "a break in cover of more than %d days", m->break_days);
    else if (match == MATCH_EMERGENCY)
        say_flag(out, lang, m->emergency, "急诊", "emergency");
    else if (match == MATCH_TRAUMA)
        say_flag(out, lang, m->trauma, "外伤", "trauma");
    else if (match == MATCH_NEWBORN)
        say_flag(out, lang, m->newborn, "新生儿", "newborn");
    else
        return false;
    return true;
}

static void say_masks(FILE *out, enum lang lang, const struct policy *policy,
                      const struct matcher *m, enum match match)
{
    const struct {
        enum match match;
        uint32_t mask;
        name_of name;
        const char *zh, *en;
    } masks[] = {
        {MATCH_KINDS, m->kinds, kind_name, "", ""},
        {MATCH_INSUTYPES, m->insutypes, insutype_name, "", ""},
        {MATCH_CLASSES, m->classes, class_name, "", ""},
        {MATCH_FILING, m->filings, filing_name, "", ""},
        {MATCH_GRADES, m->grades, grade_name, "", ""},
        {MATCH_INSTITUTION_TAGS, m->institution_tags, tag_name, "机构标签 ",
         "institutions tagged "},
        {MATCH_PRESCRIBER_GRADES, m->prescriber_grades, grade_name, "处方机构 ", "prescribed at "},
    };
    for (size_t i = 0; i < ARRAY_LEN(masks); i++)
        if (masks[i].match == match) {
            fputs(in_words(lang, masks[i].zh, masks[i].en), out);
            say_names(out, lang, policy, masks[i].mask, masks[i].name);
            return;
        }
    if (match == MATCH_MED_TYPES) {
        say_med_types(out, policy, lang, m->med_types);
    } else if (match == MATCH_DISTANCE) {
        say_bits(out, lang, m->distances, distance_name);
    } else {
        CHECK(match == MATCH_TRANSFER);
        say_bits(out, lang, m->transfers, transfer_name);
        say(out, lang, "（出院后 %d 日内）", " (within %d days)", m->transfer_days);
    }
}
_Static_assert(MATCHES == MATCH_BREAK_DAYS + 1, "each match has its words above");

void say_matcher(FILE *out, enum lang lang, const struct policy *policy,
                 const struct matcher *matcher)
{
    unsigned count = 0;
    for (int match = 0; match < MATCHES; match++) {
        if (!(matcher->asked >> match & 1))
            continue;
        next_condition(out, lang, &count);
        if (!say_facts(out, lang, matcher, (enum match)match))
            say_masks(out, lang, policy, matcher, (enum match)match);
    }
    if (!count)
        fputs(in_words(lang, "其余", "all others"), out);
}
