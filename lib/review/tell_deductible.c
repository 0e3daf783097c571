/* A deductible in words: over what it runs, which stays it counts, its rows. */
#include <string.h>

#include "base/money.h"
#include "review/statements.h"

static void say_nth(FILE *out, const struct statements *s, const struct nth_rule *nth)
{
    fputs(nth->of == NTH_SAME_GRADE
              ? in_words(s->lang, "同级别医疗机构按次序计", "by the nth at the same grade")
              : in_words(s->lang, "各级医疗机构合并计次", "by the nth at any grade"),
          out);
    if (nth->values == 0)
        return;
    struct situation_set in = {.dimensions = (uint8_t)(1u << nth->dimension)};
    in.values[nth->dimension] = nth->values;
    fputs(in_words(s->lang, "，只计", ", counting only "), out);
    say_situations(out, s->lang, s->policy, &in);
}

static void say_merge(FILE *out, enum lang lang, const struct merge_rule *merge)
{
    static const char *const transfers[TRANSFERS][2] = {
        [TRANSFER_UP] = {"上转", "moved up"},
        [TRANSFER_DOWN] = {"下转", "moved down"},
        [TRANSFER_SAME] = {"平级转院", "moved at the same grade"},
        [TRANSFER_SAME_HOSPITAL] = {"原医院续住", "back at the same hospital"}};
    static const char *const pays[][2] = {
        [MERGE_DIFFERENCE] = {"补差额", "the difference"},
        [MERGE_NONE] = {"不再计起付标准", "no deductible"},
        [MERGE_FULL] = {"照计，不另计次", "its own, not counted"}};
    unsigned count = 0;
    for (int i = 0; i < TRANSFERS; i++) {
        if (!(merge->transfers >> i & 1))
            continue;
        say_next(out, lang, &count);
        fputs(in_words(lang, transfers[i][0], transfers[i][1]), out);
    }
    say(out, lang, "，%u 日内：%s", ", within %u days: %s", merge->within_days,
        in_words(lang, pays[merge->pays][0], pays[merge->pays][1]));
}

/* How amounts come to be due; what changes here changes every row. */
static void tell_accrual(struct statements *s, const struct layer *layer)
{
    FILE *out = tell(s, "deductible_rule",
                     in_words(s->lang, "起付标准的计算", "deductible accrues"), NULL, 0);
    fputs(per_name(s->lang, layer->accrual), out);
    if (layer->accrual == PER_PERIOD)
        say(out, s->lang, "（%u 天）", " (%u days)",
            s->policy->period_days[__builtin_ctz(layer->kinds)]);
    if (layer->accrual == PER_STAY || layer->accrual == PER_PERIOD) {
        fputs(in_words(s->lang, "，", ", "), out);
        say_nth(out, s, &layer->nth);
    }
    if (layer->accrual == PER_STAY) {
        fputs(layer->carries
                  ? in_words(s->lang, "，未用完的结转下次", ", what is not consumed carries over")
                  : in_words(s->lang, "，未用完的不结转", ", what is not consumed is lost"),
              out);
    }
    if (layer->tops_up)
        fputs(in_words(s->lang, "，转往高级别补差额", ", a higher grade pays the difference"), out);
    told(s);
    for (uint8_t i = 0; i < layer->merge_count; i++) {
        say_merge(tell(s, "deductible_merge", in_words(s->lang, "合并住院", "stays that are one"),
                       NULL, layer->merges[i].clause),
                  s->lang, &layer->merges[i]);
        told(s);
    }
    if (layer->dedc_ceiling_fen != INT64_MAX) {
        say(tell(s, "deductible_ceiling",
                 in_words(s->lang, "年度累计起付标准上限", "deductibles of a year, at most"), NULL,
                 layer->dedc_ceiling_clause),
            s->lang, "%s 元", "%s yuan", SHORT_YUAN(layer->dedc_ceiling_fen));
        told(s);
    }
}

static bool same_nth(const struct nth_rule *a, const struct nth_rule *b)
{
    return a->of == b->of && a->dimension == b->dimension && a->values == b->values;
}

/* By how much each amount of a long list is below the one before, the last one at most; 0: not. */
static int64_t step_down(const struct deductible_rule *rule)
{
    const int64_t *fen = rule->nth_fen, step = fen[0] - fen[1];
    const uint8_t last = (uint8_t)(rule->nth_count - 1);
    if (rule->nth_count < 5 || step <= 0 || fen[last - 1] - fen[last] > step)
        return 0;
    for (uint8_t i = 1; i < last; i++)
        if (fen[i - 1] - fen[i] != step)
            return 0;
    return step;
}

static void say_amounts(FILE *out, enum lang lang, const struct deductible_rule *rule)
{
    const int64_t step = step_down(rule);
    const uint8_t last = (uint8_t)(rule->nth_count - 1);
    say(out, lang, "%s 元", "%s yuan", SHORT_YUAN(rule->nth_fen[0]));
    if (step > 0)
        say(out, lang, "，以后每次低 %s 元", ", each further one %s yuan lower", SHORT_YUAN(step));
    for (uint8_t i = 1; step == 0 && i < last; i++)
        say(out, lang, "，第 %d 次 %s 元", ", the %d. %s yuan", i + 1,
            SHORT_YUAN(rule->nth_fen[i]));
    if (last > 0)
        say(out, lang, "，第 %d 次起 %s 元", ", from the %d. %s yuan", last + 1,
            SHORT_YUAN(rule->nth_fen[last]));
}

static void tell_row(struct statements *s, const struct layer *layer,
                     const struct deductible_rule *rule)
{
    FILE *out = tell(s, "deductible", in_words(s->lang, "起付标准", "deductible"), &rule->who,
                     rule->clause);
    say_amounts(out, s->lang, rule);
    if (!same_nth(&rule->nth, &layer->nth)) {
        fputs(in_words(s->lang, "；", "; "), out);
        say_nth(out, s, &rule->nth);
    }
    told(s);
}

void tell_deductible(struct statements *s, const struct layer *layer)
{
    if (layer->accrual == PER_NONE)
        return;
    tell_accrual(s, layer);
    for (uint8_t i = 0; i < layer->deductible_count; i++)
        tell_row(s, layer, &layer->deductibles[i]);
}
