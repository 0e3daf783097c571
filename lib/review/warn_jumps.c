/* Bills swept of every encounter that rules tell apart. */
#include <stdlib.h>
#include <string.h>

#include "review/encounter.h"
#include "review/scenario.h"
#include "review/thresholds.h"
#include "review/warn.h"

#define KNOWN_MAX 256
#define SMALLEST 100 /* fen */
#define LARGEST INT64_C(1000000000)
#define GROWTH_PERCENT 110

/* A jump of one layer at one bill, in all encounters that have it. */
struct known {
    struct jump jump;
    struct encounter first;
    int scoped; /* whose lines the bill is made of, -1: no layer's in particular */
    int row;    /* of ratio at the first encounter, -1: none */
    unsigned encounters;
};

struct jump_search {
    struct warnings *w;
    const struct policy *policy;
    struct policy *forced; /* a copy in which situations are the encounter's */
    struct dimension dimensions[POLICY_DIMENSIONS_MAX];
    struct scenario scenario;
    struct scenario_options options;
    int scoped; /* as in struct known */
    struct thresholds thresholds;
    struct points points;
    uint32_t known_count;
    struct known known[KNOWN_MAX];
};

/* A matcher that no claim meets, and one that each does. */
static struct matcher never(void)
{
    return (struct matcher){.asked = 1u << MATCH_SEX, .sex = UINT8_MAX};
}

static void force_situations(struct jump_search *s, const struct encounter *encounter)
{
    for (uint8_t i = 0; i < s->policy->dimension_count; i++) {
        struct dimension *dimension = &s->dimensions[i];
        *dimension = s->policy->dimensions[i];
        for (uint8_t v = 0; v < dimension->value_count; v++)
            dimension->values[v].when = v == encounter->values[i] ? (struct matcher){0} : never();
        for (uint8_t k = 0; k < POLICY_KINDS_MAX; k++)
            dimension->by_kind[k] = (uint16_t)((1u << dimension->value_count) - 1);
    }
}

/* What makes a line of a bill one that a layer pays for. */
struct line_kind {
    uint8_t chrgitm_lv, med_chrgitm_type;
    bool bas_medn_flag;
    uint32_t tags;
};

static const struct line_kind plain_line = {.chrgitm_lv = 1, .med_chrgitm_type = 14};

static bool matches(const struct line_match *match, const struct line_kind *line)
{
    return match->chrgitm_lv >> line->chrgitm_lv & 1 ||
           match->med_chrgitm_type >> line->med_chrgitm_type & 1 || match->tags & line->tags ||
           (match->bas_medn && line->bas_medn_flag);
}

static bool in_scope(const struct line_scope *scope, const struct line_kind *line)
{
    return scope->all || (matches(&scope->any, line) && !matches(&scope->none, line));
}

/* A line in scope that differs from a plain one in one thing; false when there is none. */
static bool line_of(const struct line_scope *scope, struct line_kind *line)
{
    for (uint8_t i = 0; i < 32; i++) {
        *line = plain_line;
        line->tags = UINT32_C(1) << i;
        if (in_scope(scope, line))
            return true;
    }
    for (uint8_t type = 1; type < 14; type++) {
        *line = plain_line;
        line->med_chrgitm_type = type;
        if (in_scope(scope, line))
            return true;
    }
    *line = plain_line;
    line->bas_medn_flag = true;
    if (in_scope(scope, line))
        return true;
    for (uint8_t class = 2; class <= 3; class ++) {
        *line = plain_line;
        line->chrgitm_lv = class;
        if (in_scope(scope, line))
            return true;
    }
    return false;
}

static bool open_scenario(struct jump_search *s, const struct encounter *encounter,
                          const struct line_kind *line)
{
    const struct policy *policy = s->policy;
    static char insutype[8];
    scenario_defaults(&s->options);
    snprintf(insutype, sizeof insutype, "%u", policy->insutypes[encounter->insutype]);
    s->options.insutype = insutype;
    s->options.class = policy->classes[encounter->class].name;
    s->options.kind = policy->kinds[encounter->kind];
    s->options.grade = policy->grades[encounter->grade];
    s->options.numbers[NUMBER_AGE] = encounter->age;
    s->options.numbers[NUMBER_TOTAL] = SMALLEST;
    s->options.member.list[s->options.member.count++] = "cvlserv_flag=true";
    if (encounter->identity != ENCOUNTER_NOBODY)
        s->options.identities.list[s->options.identities.count++] =
            policy->identities[encounter->identity].name;
    if (line->chrgitm_lv == 2)
        s->options.numbers[NUMBER_CLASS_B] = RATIO_ONE;
    if (line->chrgitm_lv == 3)
        s->options.numbers[NUMBER_CLASS_C] = RATIO_ONE;
    if (scenario_open(&s->options, s->w->loaded, &s->scenario) != 0)
        return false;
    struct stated_line *stated = &s->scenario.policy_case.claims[0].stated[0];
    stated->med_chrgitm_type = line->med_chrgitm_type;
    stated->bas_medn_flag = line->bas_medn_flag;
    stated->tags = line->tags;
    return true;
}

static bool settle(void *context, int64_t at, struct sweep_point *point)
{
    struct jump_search *s = context;
    struct trial *trial = &s->scenario.trial;
    *point = (struct sweep_point){.at = at};
    scenario_set_total(&s->scenario, &s->options, at);
    trial_begin(trial, &s->scenario.policy_case, s->scenario.scratch);
    trial->unaudited = true;
    if (trial_claim(trial, &s->scenario.policy_case.claims[0], s->forced) != ERR_OK)
        return false;
    sweep_read(s->policy, trial->result, point);
    return true;
}

static void keep(struct jump_search *s, const struct encounter *encounter, const struct jump *jump)
{
    for (uint32_t i = 0; i < s->known_count; i++) {
        struct known *known = &s->known[i];
        if (known->jump.layer == jump->layer && known->jump.kind == jump->kind &&
            known->jump.after.at == jump->after.at) {
            known->encounters++;
            return;
        }
    }
    if (s->known_count == KNOWN_MAX)
        return;
    int row = jump->layer < POLICY_LAYERS_MAX
                  ? encounter_ratio(encounter, &s->policy->layers[jump->layer])
                  : -1;
    s->known[s->known_count++] = (struct known){*jump, *encounter, s->scoped, row, 1};
}

/* Around the amounts that rules name, and in growing steps all over. */
static void find_points(struct jump_search *s, const struct encounter *encounter)
{
    s->points.count = 0;
    thresholds_of(s->policy, encounter, &s->thresholds);
    thresholds_reach(&s->thresholds, settle, s, LARGEST, &s->points);
    for (int64_t fen = SMALLEST; fen <= LARGEST; fen = fen * GROWTH_PERCENT / 100)
        points_add(&s->points, fen);
    points_sort(&s->points);
}

static void search_with(struct jump_search *s, const struct encounter *encounter,
                        const struct line_kind *line)
{
    struct sweep_point before = {0}, after;
    static struct jumps jumps;
    jumps.count = jumps.more = 0;
    if (open_scenario(s, encounter, line)) {
        force_situations(s, encounter);
        find_points(s, encounter);
        for (uint32_t i = 0; i < s->points.count && settle(s, s->points.list[i], &after); i++) {
            if (i > 0)
                sweep_between(settle, s, &before, &after, &jumps);
            before = after;
        }
    }
    scenario_close(&s->scenario);
    for (uint32_t i = 0; i < jumps.count; i++)
        keep(s, encounter, &jumps.list[i]);
}

/* With a plain line, and for each layer that pays for some lines only with one of those. */
static bool search(void *context, const struct encounter *encounter)
{
    struct jump_search *s = context;
    struct line_kind line;
    s->scoped = -1;
    search_with(s, encounter, &plain_line);
    for (uint8_t i = 0; i < s->policy->layer_count; i++) {
        const struct layer *layer = &s->policy->layers[i];
        if (!encounter_meets(encounter, s->policy, layer) || in_scope(&layer->scope, &plain_line) ||
            !line_of(&layer->scope, &line))
            continue;
        s->scoped = i;
        search_with(s, encounter, &line);
    }
    return true;
}

static void report(struct jump_search *s, const struct known *known)
{
    char text[2][1000];
    for (int lang = LANG_ZH; lang <= LANG_EN; lang++) {
        FILE *out = fmemopen(text[lang], sizeof text[lang], "w");
        CHECK(out);
        sweep_print(out, (enum lang)lang, s->policy, &known->jump);
        fputs(in_words((enum lang)lang, "；", "; "), out);
        encounter_say(out, (enum lang)lang, s->policy, &known->first);
        if (known->scoped >= 0)
            say(out, (enum lang)lang, "，费用均属%s的支付范围", ", all of it in the scope of %s",
                layer_name((enum lang)lang, s->policy, s->policy->layers[known->scoped].id));
        if (known->encounters > 1)
            say(out, (enum lang)lang, " 等 %u 种情形", " and %u more",
                known->encounters - (lang == LANG_EN));
        fclose(out);
    }
    bool by_layer = known->jump.layer < POLICY_LAYERS_MAX;
    warn(s->w,
         by_layer ? source_line(&s->w->source, known->jump.layer, "ratio", known->row)
                  : source_key_line(&s->w->source, "layers"),
         by_layer ? s->policy->layers[known->jump.layer].id : "layers", "%s%.0s", "%.0s%s",
         text[LANG_ZH], text[LANG_EN]);
}

void warn_jumps(struct warnings *w)
{
    struct jump_search *s = calloc(1, sizeof *s);
    CHECK(s);
    s->w = w;
    s->policy = w->loaded->policy;
    s->forced = malloc(sizeof *s->forced);
    CHECK(s->forced);
    *s->forced = *s->policy;
    s->forced->dimensions = s->dimensions;
    encounter_each(s->policy, search, s);
    for (uint32_t i = 0; i < s->known_count; i++)
        report(s, &s->known[i]);
    free(s->forced);
    free(s);
}
