/* For whom and in which situations. */
#include "review/words.h"

void next_condition(FILE *out, enum lang lang, unsigned *count)
{
    if ((*count)++)
        fputs(in_words(lang, "，", "; "), out);
}

void say_age(FILE *out, enum lang lang, int16_t from, int16_t to)
{
    if (from > 0 && to < INT16_MAX)
        say(out, lang, "%d 至 %d 岁", "aged %d to %d", from, to);
    else if (from > 0)
        say(out, lang, "%d 岁及以上", "aged %d and over", from);
    else
        say(out, lang, "%d 岁及以下", "aged %d and under", to);
}

const char *value_name(enum lang lang, const struct dimension *dimension, uint8_t value)
{
    const struct dimension_value *v = &dimension->values[value];
    return in_words(lang, v->name_zh, v->name);
}

void say_situations(FILE *out, enum lang lang, const struct policy *policy,
                    const struct situation_set *in)
{
    unsigned count = 0;
    for (uint8_t i = 0; i < policy->dimension_count; i++) {
        if (!(in->dimensions >> i & 1))
            continue;
        next_condition(out, lang, &count);
        unsigned values = 0;
        for (uint8_t j = 0; j < policy->dimensions[i].value_count; j++) {
            if (!(in->values[i] >> j & 1))
                continue;
            say_next(out, lang, &values);
            fputs(value_name(lang, &policy->dimensions[i], j), out);
        }
    }
}

void say_who_else(FILE *out, enum lang lang, const struct policy *policy,
                  const struct selector *who)
{
    unsigned count = 0;
    if (who->identities != SELECTOR_ANY) {
        next_condition(out, lang, &count);
        say_names(out, lang, policy, who->identities, identity_name);
    }
    if (who->without) {
        next_condition(out, lang, &count);
        fputs(in_words(lang, "除", "all but "), out);
        say_names(out, lang, policy, who->without, identity_name);
        fputs(in_words(lang, "外", ""), out);
    }
    if (who->age_min > 0 || who->age_max < INT16_MAX) {
        next_condition(out, lang, &count);
        say_age(out, lang, who->age_min, who->age_max);
    }
    if (who->in.dimensions) {
        next_condition(out, lang, &count);
        say_situations(out, lang, policy, &who->in);
    }
}
