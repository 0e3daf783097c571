/* Bills swept at every place that rules tell apart. */
#include <stdlib.h>
#include <string.h>

#include "place.h"
#include "scenario.h"
#include "thresholds.h"
#include "warn.h"

#define KNOWN_MAX 256
#define SMALLEST 100 /* fen */
#define LARGEST INT64_C(1000000000)
#define GROWTH_PERCENT 110

/* A jump of one layer at one bill, at all places where it is. */
struct known {
    struct jump jump;
    struct place first;
    int row; /* of ratio at the first place, -1: none */
    unsigned places;
};

struct jump_search {
    struct warnings *w;
    const struct policy *policy;
    struct policy *forced; /* a copy in which situations are the place's */
    struct dimension dimensions[POLICY_DIMENSIONS_MAX];
    struct scenario scenario;
    struct scenario_options options;
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

static void force_situations(struct jump_search *s, const struct place *place)
{
    for (uint8_t i = 0; i < s->policy->dimension_count; i++) {
        struct dimension *dimension = &s->dimensions[i];
        *dimension = s->policy->dimensions[i];
        for (uint8_t v = 0; v < dimension->value_count; v++)
            dimension->values[v].when = v == place->values[i] ? (struct matcher){0} : never();
        for (uint8_t k = 0; k < POLICY_KINDS_MAX; k++)
            dimension->by_kind[k] = (uint16_t)((1u << dimension->value_count) - 1);
    }
}

static bool open_scenario(struct jump_search *s, const struct place *place)
{
    const struct policy *policy = s->policy;
    static char insutype[8];
    scenario_defaults(&s->options);
    snprintf(insutype, sizeof insutype, "%u", policy->insutypes[place->insutype]);
    s->options.insutype = insutype;
    s->options.class = policy->classes[place->class].name;
    s->options.kind = policy->kinds[place->kind];
    s->options.grade = policy->grades[place->grade];
    s->options.numbers[NUMBER_AGE] = place->age;
    s->options.numbers[NUMBER_TOTAL] = SMALLEST;
    s->options.member.list[s->options.member.count++] = "cvlserv_flag=true";
    if (place->identity != PLACE_NOBODY)
        s->options.identities.list[s->options.identities.count++] =
            policy->identities[place->identity].name;
    return scenario_open(&s->options, s->w->loaded, &s->scenario) == 0;
}

static bool settle(void *context, int64_t at, struct sweep_point *point)
{
    struct jump_search *s = context;
    struct trial *trial = &s->scenario.trial;
    *point = (struct sweep_point){.at = at};
    scenario_set_total(&s->scenario, &s->options, at);
    trial_begin(trial, &s->scenario.policy_case, s->scenario.scratch);
    if (trial_claim(trial, &s->scenario.policy_case.claims[0], s->forced) != ERR_OK)
        return false;
    sweep_read(s->policy, trial->result, point);
    return true;
}

static void keep(struct jump_search *s, const struct place *place, const struct jump *jump)
{
    for (uint32_t i = 0; i < s->known_count; i++) {
        struct known *known = &s->known[i];
        if (known->jump.layer == jump->layer && known->jump.kind == jump->kind &&
            known->jump.after.at == jump->after.at) {
            known->places++;
            return;
        }
    }
    if (s->known_count == KNOWN_MAX)
        return;
    int row =
        jump->layer < POLICY_LAYERS_MAX ? place_ratio(place, &s->policy->layers[jump->layer]) : -1;
    s->known[s->known_count++] = (struct known){*jump, *place, row, 1};
}

/* Around the amounts that rules name, and in growing steps all over. */
static void find_points(struct jump_search *s, const struct place *place)
{
    s->points.count = 0;
    thresholds_of(s->policy, place, &s->thresholds);
    thresholds_reach(&s->thresholds, settle, s, LARGEST, &s->points);
    for (int64_t fen = SMALLEST; fen <= LARGEST; fen = fen * GROWTH_PERCENT / 100)
        points_add(&s->points, fen);
    points_sort(&s->points);
}

static bool search(void *context, const struct place *place)
{
    struct jump_search *s = context;
    struct sweep_point before = {0}, after;
    static struct jumps jumps;
    jumps.count = jumps.more = 0;
    if (open_scenario(s, place)) {
        force_situations(s, place);
        find_points(s, place);
        for (uint32_t i = 0; i < s->points.count && settle(s, s->points.list[i], &after); i++) {
            if (i > 0)
                sweep_between(settle, s, &before, &after, &jumps);
            before = after;
        }
    }
    scenario_close(&s->scenario);
    for (uint32_t i = 0; i < jumps.count; i++)
        keep(s, place, &jumps.list[i]);
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
        place_say(out, (enum lang)lang, s->policy, &known->first);
        if (known->places > 1)
            say(out, (enum lang)lang, " 等 %u 种情形", " and %u more",
                known->places - (lang == LANG_EN));
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
    place_each(s->policy, search, s);
    for (uint32_t i = 0; i < s->known_count; i++)
        report(s, &s->known[i]);
    free(s->forced);
    free(s);
}
