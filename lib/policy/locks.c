/* Locks held against the text of a pack. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "policy/province_file.h"
#include "policy/tables.h"

#define FOUND_TEXT 48

uint16_t province_lock_count(const struct province *province)
{
    return province->lock_count;
}

const struct lock *province_lock(const struct province *province, uint16_t index)
{
    CHECK(index < province->lock_count);
    return &province->locks[index];
}

const char *lock_key(const struct lock *lock)
{
    return lock->key;
}

int32_t lock_begins(const struct lock *lock)
{
    return lock->begndate;
}

int32_t lock_ends(const struct lock *lock)
{
    return lock->enddate;
}

uint16_t lock_clause(const struct lock *lock)
{
    return lock->clause;
}

void lock_words(const struct lock *lock, bool chinese, char out[LOCK_WORDS])
{
    if (lock->unset)
        snprintf(out, LOCK_WORDS, "%s", chinese ? "不得设定" : "not set");
    else if (lock->is)
        yaml_show(lock->is, out, LOCK_WORDS);
    else if (lock->min && lock->max)
        snprintf(out, LOCK_WORDS, chinese ? "%.40s 至 %.40s" : "%.40s to %.40s", lock->min,
                 lock->max);
    else if (lock->min)
        snprintf(out, LOCK_WORDS, chinese ? "不低于 %.40s" : "at least %.40s", lock->min);
    else
        snprintf(out, LOCK_WORDS, chinese ? "不高于 %.40s" : "at most %.40s", lock->max);
}

/* One version of the pack under one lock. */
struct trial {
    const struct province *province;
    const struct lock *lock;
    const char *file;
    struct faults *faults;
};

static void refuse(const struct trial *t, const struct yaml_node *node,
                   const struct yaml_node *near)
{
    const struct policy_clause *clause = province_clause(t->province, t->lock->clause);
    char found[FOUND_TEXT], zh[LOCK_WORDS], en[LOCK_WORDS], zh_text[512], en_text[256];
    yaml_show(node, found, sizeof found);
    lock_words(t->lock, true, zh);
    lock_words(t->lock, false, en);
    snprintf(zh_text, sizeof zh_text, "%s%s，应为 %s（%s 省级条款 %s，%s：%s）",
             node ? "找到 " : "未设定", found, zh, t->province->code, clause->id,
             provenance_zh(clause->provenance), clause->text);
    snprintf(en_text, sizeof en_text, "found %s, expected %s (province %s, clause %s, %s)",
             node ? found : "nothing", en, t->province->code, clause->id,
             provenance_key(clause->provenance));
    faults_put(t->faults, t->file, yaml_line(near), t->lock->key, zh_text, en_text);
}

static bool within(const struct lock *lock, const struct yaml_node *node)
{
    const char *text = yaml_scalar(node);
    int64_t value;
    bool inside = true;
    for (size_t i = 0; yaml_kind(node) == YAML_SEQUENCE && i < yaml_count(node); i++)
        inside = inside && within(lock, yaml_item(node, i));
    if (yaml_kind(node) == YAML_SEQUENCE)
        return inside && yaml_count(node) > 0;
    return text && money_parse(text, LOCK_SCALE, LOCK_BOUND_MAX, &value) == ERR_OK &&
           (!lock->min || value >= lock->min_value) && (!lock->max || value <= lock->max_value);
}

static void try_place(void *context, const struct yaml_node *node, const struct yaml_node *near,
                      bool place)
{
    const struct trial *t = context;
    (void)place;
    const struct lock *lock = t->lock;
    bool kept;
    if (!node)
        kept = lock->unset || lock->optional;
    else if (lock->is)
        kept = yaml_same(lock->is, node);
    else
        kept = !lock->unset && within(lock, node);
    if (!kept)
        refuse(t, node, near);
}

/* The days of a version; false: it does not say, which the compiler refuses. */
static bool days_of(const struct yaml_node *root, int32_t *begins, int32_t *ends)
{
    const struct yaml_node *effective = yaml_get(root, "effective");
    const struct yaml_node *to = yaml_get(effective, "to");
    *ends = DATE_MAX;
    return yaml_date(yaml_get(effective, "from"), begins) && (!to || yaml_date(to, ends));
}

static bool speaks_to(const struct lock *lock, const struct yaml_node *root)
{
    int32_t begins, ends;
    return days_of(root, &begins, &ends) && lock->begndate <= ends && begins <= lock->enddate;
}

/* What is not well-formed is the compiler's to tell: *out is NULL then. `told` is for what is wrong
 * otherwise, which it tells too. */
static enum err parse(const char *file, struct slice text, struct faults *told, struct yaml **out)
{
    *out = NULL;
    enum err err = told ? yaml_parse(file, text, told, out) : ERR_NOMEM;
    if (err != ERR_OK) {
        yaml_free(*out);
        *out = NULL;
    }
    return err == ERR_NOMEM ? err : ERR_OK;
}

enum err province_check_version(const struct province *province, const char *file,
                                struct slice text, struct faults *faults)
{
    uint32_t before = faults_total(faults);
    struct faults *told = calloc(1, sizeof *told);
    struct yaml *yaml;
    enum err err = parse(file, text, told, &yaml);
    for (uint16_t i = 0; yaml && i < province->lock_count; i++) {
        const struct lock *lock = &province->locks[i];
        struct trial trial = {province, lock, file, faults};
        if (speaks_to(lock, yaml_root(yaml)))
            key_path_walk(&lock->path, yaml_root(yaml), try_place, &trial);
    }
    yaml_free(yaml);
    free(told);
    if (err != ERR_OK)
        return err;
    return faults_total(faults) > before ? ERR_INVALID : ERR_OK;
}

enum err province_check(const struct province *province, struct slice bundle, struct faults *faults)
{
    uint32_t before = faults_total(faults);
    char name[BUNDLE_NAME];
    struct slice text;
    size_t at = 0;
    while (bundle_next(bundle, &at, name, &text)) {
        if (!pack_version_file(name))
            continue;
        if (province_check_version(province, name, text, faults) == ERR_NOMEM)
            return ERR_NOMEM;
    }
    faults_sort(faults);
    return faults_total(faults) > before ? ERR_INVALID : ERR_OK;
}

static void count_place(void *context, const struct yaml_node *node, const struct yaml_node *near,
                        bool place)
{
    struct lock_reach *reach = context;
    (void)node;
    (void)near;
    reach->places += place;
}

enum err province_reach_version(const struct province *province, struct slice text,
                                struct lock_reach reach[])
{
    struct faults *told = calloc(1, sizeof *told);
    struct yaml *yaml;
    enum err err = parse("", text, told, &yaml);
    for (uint16_t i = 0; yaml && i < province->lock_count; i++) {
        const struct lock *lock = &province->locks[i];
        if (!speaks_to(lock, yaml_root(yaml)))
            continue;
        reach[i].versions++;
        key_path_walk(&lock->path, yaml_root(yaml), count_place, &reach[i]);
    }
    yaml_free(yaml);
    free(told);
    return err;
}

enum err province_reach(const struct province *province, struct slice bundle,
                        struct lock_reach reach[])
{
    char name[BUNDLE_NAME];
    struct slice text;
    size_t at = 0;
    enum err err = ERR_OK;
    while (err == ERR_OK && bundle_next(bundle, &at, name, &text))
        if (pack_version_file(name))
            err = province_reach_version(province, text, reach);
    return err;
}
