/* Bills swept at every place that rules tell apart. */
#include <stdlib.h>
#include <string.h>

#include "place.h"
#include "scenario.h"
#include "sweep.h"
#include "warn.h"

#define POINTS_MAX 4096
#define KNOWN_MAX 256
/* Between amounts that the rules name, the bill grows by a tenth. */
#define GROWTH_PERCENT 110
#define SMALLEST 100 /* fen */

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
    uint32_t point_count;
    int64_t points[POINTS_MAX];
    uint32_t known_count;
    struct known known[KNOWN_MAX];
};

static void add_point(struct jump_search *s, int64_t fen)
{
    if (fen >= SMALLEST && fen <= FEN_MAX / 1000 && s->point_count < POINTS_MAX)
        s->points[s->point_count++] = fen;
}

/* An amount at which something may happen, on the bill or above a deductible. */
static void add_amount(struct jump_search *s, int64_t fen, int64_t deductible)
{
    if (fen == INT64_MAX || fen <= 0)
        return;
    for (int64_t by = -1; by <= 1; by++) {
        add_point(s, fen + by);
        if (deductible > 0)
            add_point(s, fen + deductible + by);
    }
}

static int compare_points(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void add_layer(struct jump_search *s, const struct place *place, const struct layer *layer)
{
    int64_t deductible = 0;
    for (uint8_t i = 0; i < layer->deductible_count; i++)
        if (place_selects(place, &layer->deductibles[i].who)) {
            deductible = layer->deductibles[i].nth_fen[0];
            add_amount(s, deductible, 0);
        }
    int row = place_ratio(place, layer);
    for (uint8_t i = 0; row >= 0 && i < layer->ratios[row].band_count; i++)
        add_amount(s, layer->ratios[row].bands[i].upto_fen, deductible);
    for (uint8_t i = 0; i < layer->cap_count; i++)
        if (place_selects(place, &layer->caps[i].who))
            add_amount(s, layer->caps[i].amount_fen, deductible);
}

/* Bills to try: around each amount of the rules, and all over up to twice the largest. */
static void find_points(struct jump_search *s, const struct place *place)
{
    const struct policy *policy = s->policy;
    s->point_count = 0;
    for (uint8_t l = 0; l < policy->layer_count; l++)
        if (place_meets(place, policy, &policy->layers[l]))
            add_layer(s, place, &policy->layers[l]);
    for (uint8_t i = 0; policy->packages && i < policy->packages->rule_count; i++)
        add_amount(s, policy->packages->rules[i].price_fen, 0);
    int64_t most = 10000000;
    for (uint32_t i = 0; i < s->point_count; i++)
        most = s->points[i] > most ? s->points[i] : most;
    for (int64_t fen = SMALLEST; fen <= 2 * most; fen = fen * GROWTH_PERCENT / 100)
        add_point(s, fen);
    qsort(s->points, s->point_count, sizeof *s->points, compare_points);
}

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

static bool search(void *context, const struct place *place)
{
    struct jump_search *s = context;
    struct sweep_point before = {0}, after;
    static struct jumps jumps;
    jumps.count = jumps.more = 0;
    if (open_scenario(s, place)) {
        force_situations(s, place);
        find_points(s, place);
        for (uint32_t i = 0; i < s->point_count; i++) {
            if (i > 0 && s->points[i] == before.at)
                continue;
            if (!settle(s, s->points[i], &after))
                break;
            if (before.at > 0)
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
