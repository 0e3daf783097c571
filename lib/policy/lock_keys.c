/* Whether a lock's path is made of the policy language's words. The readers of the language are the
 * only list of them: they are given a policy that holds nothing but the path, and watched for which
 * keys they take at each of its places. Pure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/compile.h"
#include "policy/province.h"
#include "policy/province_file.h"

#define PROBE_ARENA_MAX ((size_t)16 * 1024 * 1024)
/* Of a path, or of its beginning and a condition's dotted key. */
#define PROBE_WORDS (KEY_PATH_MAX / 2 + 1)

struct probe {
    uint8_t count;
    const char *words[PROBE_WORDS];
    bool items[PROBE_WORDS];                   /* the word's value is a list */
    const struct yaml_node *maps[PROBE_WORDS]; /* in which the word stands */
    bool asked[PROBE_WORDS], known[PROBE_WORDS];
    char zh[YAML_UNKNOWN_TEXT], en[YAML_UNKNOWN_TEXT]; /* of the first that is not known */
};

static void add_word(struct probe *probe, const char *word, bool items)
{
    CHECK(probe->count < PROBE_WORDS);
    probe->words[probe->count] = word;
    probe->items[probe->count++] = items;
}

static void add_steps(struct probe *probe, const struct key_path *path, uint8_t count)
{
    for (uint8_t i = 0; i < count; i++)
        add_word(probe, path->steps[i].key, path->steps[i].items);
}

/* The keys of a condition stand in `copy`, which is cut in place. */
static void add_dotted(struct probe *probe, char copy[KEY_PATH_MAX + 1])
{
    char *rest = copy, *word;
    while ((word = strsep(&rest, ".")) != NULL)
        add_word(probe, word, false);
}

static void watch(void *context, const struct yaml_node *map, const char *const keys[])
{
    struct probe *probe = context;
    uint8_t at = 0;
    while (at < probe->count && probe->maps[at] != map)
        at++;
    if (at == probe->count)
        return;
    bool known = keys == NULL;
    for (size_t i = 0; keys && keys[i]; i++)
        known |= strcmp(keys[i], probe->words[at]) == 0;
    probe->asked[at] = true;
    probe->known[at] |= known;
    if (!known && (at == 0 || probe->known[at - 1]))
        yaml_unknown(probe->words[at], keys, probe->zh, probe->en);
}

/* What must stand in the mapping of a key (of the document: "") before its reader looks at others.
 */
static const struct {
    const char *of, *key, *value;
} companions[] = {
    {"", "layers", "[{}]"},
    {"dates", "stay_across_years", "split"},
    {"dates", "cover_change", "split"},
    {"deductible", "per", "stay"},
    {"yuan", "first", "1.00"},
};

static void write_companions(const struct probe *probe, uint8_t at, FILE *out)
{
    const char *of = at > 0 ? probe->words[at - 1] : "";
    for (size_t i = 0; i < ARRAY_LEN(companions); i++)
        if (strcmp(companions[i].of, of) == 0 && strcmp(companions[i].key, probe->words[at]) != 0)
            fprintf(out, "%s: %s, ", companions[i].key, companions[i].value);
}

/* {layers: [{ratio: {table: [{grades: x}, {}]}}, {}]}: the last of a list may be without keys that
 * the others have. */
static void write_policy(const struct probe *probe, FILE *out)
{
    for (uint8_t i = 0; i < probe->count; i++) {
        fputs("{", out);
        write_companions(probe, i, out);
        fprintf(out, "\"%s\": %s", probe->words[i], probe->items[i] ? "[" : "");
    }
    fputs("x", out);
    for (uint8_t i = probe->count; i-- > 0;)
        fprintf(out, "%s}", probe->items[i] ? ", {}]" : "");
}

static void find_maps(struct probe *probe, const struct yaml_node *node)
{
    for (uint8_t i = 0; i < probe->count; i++) {
        probe->maps[i] = node;
        node = yaml_get(node, probe->words[i]);
        node = probe->items[i] ? yaml_item(node, 0) : node;
    }
}

static enum err read_policy(struct probe *probe, struct yaml *yaml)
{
    struct arena *arena = arena_new(PROBE_ARENA_MAX);
    struct compile c = {.arena = arena};
    c.policy = arena ? arena_alloc(arena, sizeof *c.policy) : NULL;
    if (c.policy) {
        find_maps(probe, yaml_root(yaml));
        yaml_watch(yaml, watch, probe);
        compile_policy(&c, yaml_root(yaml));
    }
    const enum err err = c.policy && !c.out_of_memory ? ERR_OK : ERR_NOMEM;
    arena_free(arena);
    return err;
}

/* Of a path that is deeper than any document may be, nothing is known afterwards. */
static enum err run(struct probe *probe)
{
    struct faults *told = calloc(1, sizeof *told); /* of all that the policy lacks */
    char *text = NULL;
    size_t size = 0;
    FILE *out = told ? open_memstream(&text, &size) : NULL;
    if (out)
        write_policy(probe, out);
    struct yaml *yaml = NULL;
    enum err err = out && fclose(out) == 0
                       ? yaml_parse("", (struct slice){(const uint8_t *)text, size}, told, &yaml)
                       : ERR_NOMEM;
    if (err == ERR_OK)
        err = read_policy(probe, yaml);
    yaml_free(yaml);
    free(text);
    free(told);
    return err == ERR_NOMEM ? err : ERR_OK;
}

static void refuse(const struct probe *probe, uint8_t at, int line, const char *key,
                   struct faults *faults)
{
    char zh[YAML_UNKNOWN_TEXT + KEY_PATH_MAX], en[YAML_UNKNOWN_TEXT + KEY_PATH_MAX];
    snprintf(zh, sizeof zh, "“%s”：%s", probe->words[at], probe->zh);
    snprintf(en, sizeof en, "\"%s\": %s", probe->words[at], probe->en);
    if (probe->asked[at])
        faults_put(faults, PROVINCE_FILE, line, key, zh, en);
    else if (at == 0) /* the policy could not even be written */
        faults_put(faults, PROVINCE_FILE, line, key, "路径过深，或有空的键",
                   "the path is too deep, or has an empty key");
    else
        faults_add(faults, PROVINCE_FILE, line, key,
                   "政策语言中，%s%s 之下没有“%s”：列表的键后须写 []，其他的键后不写",
                   "in a policy %s%s has no \"%s\": [] follows the key of a list and no other",
                   probe->words[at - 1], probe->items[at - 1] ? "[]" : "", probe->words[at]);
}

/* The first word that cannot be right. Under one that is known, a place that no reader asks about
 * is not of the kind that the path takes it for. */
static enum err judge(struct probe *probe, const struct lock *lock, uint16_t index,
                      struct faults *faults)
{
    char key[32];
    uint8_t at = 0;
    enum err err = run(probe);
    snprintf(key, sizeof key, "locks[%u].key", index);
    while (at < probe->count && probe->known[at])
        at++;
    if (err == ERR_OK && at < probe->count)
        refuse(probe, at, lock->line, key, faults);
    return err;
}

static enum err judge_conditions(const struct lock *lock, uint16_t index, uint8_t step,
                                 struct faults *faults)
{
    const struct key_step *conditions = &lock->path.steps[step];
    enum err err = ERR_OK;
    for (uint8_t i = 0; i < conditions->condition_count && err == ERR_OK; i++) {
        char copy[KEY_PATH_MAX + 1];
        struct probe probe = {0};
        snprintf(copy, sizeof copy, "%s", conditions->conditions[i].key);
        add_steps(&probe, &lock->path, (uint8_t)(step + 1));
        add_dotted(&probe, copy);
        err = judge(&probe, lock, index, faults);
    }
    return err;
}

/* A word that is wrong in the path is told once, not again for its conditions. */
static enum err judge_lock(const struct lock *lock, uint16_t index, struct faults *faults)
{
    const uint32_t before = faults_total(faults);
    struct probe probe = {0};
    add_steps(&probe, &lock->path, lock->path.count);
    enum err err = judge(&probe, lock, index, faults);
    for (uint8_t i = 0; i < lock->path.count && err == ERR_OK; i++)
        if (faults_total(faults) == before)
            err = judge_conditions(lock, index, i, faults);
    return err;
}

enum err province_check_keys(const struct province *province, struct faults *faults)
{
    const uint32_t before = faults_total(faults);
    enum err err = ERR_OK;
    for (uint16_t i = 0; i < province->lock_count && err == ERR_OK; i++)
        err = judge_lock(&province->locks[i], i, faults);
    if (err != ERR_OK)
        return err;
    faults_sort(faults);
    return faults_total(faults) > before ? ERR_INVALID : ERR_OK;
}
