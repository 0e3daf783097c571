/* Collects what the tellers say. */
#include "review/statements.h"

#include <stdlib.h>
#include <string.h>

#define STATEMENTS_ARENA_MAX ((size_t)64 * 1024 * 1024)

/* The text at work. */
static char *text_at_work;
static size_t size_at_work;
static FILE *stream_at_work;

static const char *keep(struct statements *s, const char *text, size_t size)
{
    const char *copy = arena_copy(s->arena, text, size);
    CHECK(copy);
    return copy;
}

static FILE *begin(void)
{
    stream_at_work = open_memstream(&text_at_work, &size_at_work);
    CHECK(stream_at_work);
    return stream_at_work;
}

static const char *end(struct statements *s)
{
    fclose(stream_at_work);
    const char *text = keep(s, text_at_work, size_at_work);
    free(text_at_work);
    return text;
}

const char *statements_who_else(struct statements *s, const struct selector *who)
{
    say_who_else(begin(), s->lang, s->policy, who);
    return end(s);
}

/* English calls everything by its id. */
const char *statements_who_key(struct statements *s, const struct selector *who)
{
    say_who_else(begin(), LANG_EN, s->policy, who);
    return end(s);
}

FILE *tell(struct statements *s, const char *topic, const char *about, const struct selector *who,
           uint16_t clause)
{
    CHECK(s->count < STATEMENTS_MAX && s->section_count > 0);
    const char *kept = keep(s, about, strlen(about));
    s->list[s->count] = (struct statement){.topic = topic,
                                           .about = kept,
                                           .key = kept,
                                           .who = who,
                                           .who_else = who ? statements_who_else(s, who) : "",
                                           .who_key = who ? statements_who_key(s, who) : "",
                                           .clause = clause};
    return begin();
}

void tell_key(struct statements *s, const char *key)
{
    s->list[s->count].key = keep(s, key, strlen(key));
}

FILE *tell_named(struct statements *s, const char *topic, const char *about, const char *name,
                 const char *id)
{
    char text[200];
    snprintf(text, sizeof text, "%s %s", about, name);
    FILE *out = tell(s, topic, text, NULL, 0);
    tell_key(s, id);
    return out;
}

void told(struct statements *s)
{
    s->list[s->count++].text = end(s);
    s->sections[s->section_count - 1].count++;
}

void tell_text(struct statements *s, const char *topic, const char *about, uint16_t clause,
               const char *text)
{
    fputs(text, tell(s, topic, about, NULL, clause));
    told(s);
}

static void section(struct statements *s, const char *id, const char *title,
                    const struct layer *layer)
{
    CHECK(s->section_count < SECTIONS_MAX);
    s->sections[s->section_count++] =
        (struct section){.id = id, .title = title, .layer = layer, .first = s->count};
}

struct statements *statements_of(const struct policy *policy, enum lang lang)
{
    struct statements *s = calloc(1, sizeof *s);
    CHECK(s);
    *s = (struct statements){.lang = lang, .policy = policy};
    s->arena = arena_new(STATEMENTS_ARENA_MAX);
    CHECK(s->arena);
    section(s, "policy", in_words(lang, "总则", "the policy as a whole"), NULL);
    tell_policy(s);
    for (uint8_t i = 0; i < policy->layer_count; i++) {
        const struct layer *layer = &policy->layers[i];
        section(s, layer->id, in_words(lang, layer->name_zh, layer->id), layer);
        tell_layer(s, layer);
        tell_rules(s, layer);
    }
    for (uint8_t i = 0; policy->packages && i < policy->packages->count; i++) {
        const struct package *package = &policy->packages->list[i];
        section(s, package->id, in_words(lang, package->name_zh, package->id),
                &policy->layers[package->layer]);
        tell_package(s, i);
    }
    for (uint8_t i = 0; policy->allowances && i < policy->allowances->count; i++) {
        const struct allowance *allowance = &policy->allowances->list[i];
        section(s, allowance->id, in_words(lang, allowance->name_zh, allowance->id), NULL);
        tell_allowance(s, i);
    }
    return s;
}

void statements_free(struct statements *statements)
{
    if (!statements)
        return;
    arena_free(statements->arena);
    free(statements);
}
