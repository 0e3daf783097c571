/* province.yaml read and compiled. */
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "policy/compile.h"
#include "policy/province_file.h"
#include "policy/tables.h"

#define PROVINCE_ARENA_MAX ((size_t)16 * 1024 * 1024)

static void read_code(struct province *p, const struct yaml_node *root)
{
    const char *code;
    const struct yaml_node *node = yaml_need(root, "province");
    if (!compile_digits(node, ID_ADMDVS, ID_ADMDVS, &code))
        return;
    if (strcmp(code + 2, "0000") != 0 || code[0] == '0')
        yaml_fault(node, "“%s”不是省级代码", "\"%s\" is no province's code", code);
    memcpy(p->code, code, ID_ADMDVS + 1);
}

/* from, and to, which may be left open where `open` says. */
static void read_days(const struct yaml_node *node, bool open, int32_t *begins, int32_t *ends)
{
    const struct yaml_node *to = open ? yaml_get(node, "to") : yaml_need(node, "to");
    *begins = 0;
    *ends = DATE_MAX;
    bool fine = yaml_date(yaml_need(node, "from"), begins);
    if (fine && yaml_date(to, ends) && *ends < *begins)
        yaml_fault(to, "结束日期早于开始日期", "the last day is before the first");
}

static void read_bound(struct compile *c, const struct yaml_node *node, const char **text,
                       int64_t *value)
{
    const char *found = node ? yaml_scalar(node) : NULL;
    if (!node)
        return;
    if (!found || money_parse(found, LOCK_SCALE, LOCK_BOUND_MAX, value) != ERR_OK) {
        yaml_fault(node, "应为数字", "expected a number");
        return;
    }
    *text = compile_copy(c, found);
}

/* What the key must be: exactly one way of saying it. */
static void read_value(struct compile *c, const struct yaml_node *node, struct lock *lock)
{
    const struct yaml_node *unset = yaml_get(node, "unset");
    bool optional_said = yaml_get(node, "optional") != NULL;
    lock->is = yaml_get(node, "is");
    read_bound(c, yaml_get(node, "min"), &lock->min, &lock->min_value);
    read_bound(c, yaml_get(node, "max"), &lock->max, &lock->max_value);
    bool bounded = yaml_get(node, "min") || yaml_get(node, "max");
    yaml_bool(unset, &lock->unset);
    yaml_bool(yaml_get(node, "optional"), &lock->optional);
    if ((lock->is != NULL) + bounded + (unset != NULL) != 1)
        yaml_fault(node, "须且只须写明一种：is，min、max，或 unset",
                   "say exactly one of: is; min and max; unset");
    if (lock->min && lock->max && lock->min_value > lock->max_value)
        yaml_fault(node, "下限大于上限", "the lower bound is above the upper");
    if (unset && (!lock->unset || optional_said))
        yaml_fault(node, "unset 只能为 true，且不与 optional 同用",
                   "unset is true, and stands without optional");
}

static void read_lock(struct compile *c, const struct yaml_node *node, struct lock *lock)
{
    static const char *const keys[] = {"key",      "is",   "min", "max",    "unset",
                                       "optional", "from", "to",  "clause", NULL};
    lock->key = "";
    if (!yaml_mapping(node, keys))
        return;
    const struct yaml_node *key = yaml_need(node, "key");
    if (key_path_read(key, c->arena, &lock->path, &c->out_of_memory)) {
        lock->key = compile_copy(c, yaml_scalar(key));
        lock->line = yaml_line(key);
        if (!compile_policy_key(lock->path.steps[0].key))
            yaml_fault(key, "政策文件没有“%s”这个键", "a policy has no key \"%s\"",
                       lock->path.steps[0].key);
    }
    read_days(node, true, &lock->begndate, &lock->enddate);
    lock->clause = compile_clause(c, node, true);
    read_value(c, node, lock);
}

static void read_locks(struct compile *c, const struct yaml_node *node, struct province *p)
{
    size_t count = yaml_seq(node, 0, LOCKS_MAX) ? yaml_count(node) : 0;
    p->locks = compile_alloc(c, count * sizeof *p->locks + 1);
    for (size_t i = 0; p->locks && i < count; i++)
        read_lock(c, yaml_item(node, i), &p->locks[p->lock_count++]);
}

static void read_freezes(struct compile *c, const struct yaml_node *node, struct province *p)
{
    static const char *const keys[] = {"from", "to", "clause", NULL};
    size_t count = yaml_seq(node, 0, FREEZES_MAX) ? yaml_count(node) : 0;
    p->freezes = compile_alloc(c, count * sizeof *p->freezes + 1);
    for (size_t i = 0; p->freezes && i < count; i++) {
        struct freeze *freeze = &p->freezes[p->freeze_count++];
        if (!yaml_mapping(yaml_item(node, i), keys))
            continue;
        read_days(yaml_item(node, i), false, &freeze->begndate, &freeze->enddate);
        freeze->clause = compile_clause(c, yaml_item(node, i), true);
    }
}

static void compile_root(struct compile *c, const struct yaml_node *root, struct province *p)
{
    static const char *const keys[] = {"language", "province", "name", "clauses",
                                       "locks",    "freezes",  NULL};
    if (!yaml_mapping(root, keys))
        return;
    compile_language(c, root);
    read_code(p, root);
    p->name = "";
    compile_title(c, yaml_need(root, "name"), &p->name);
    compile_clauses(c, yaml_need(root, "clauses"));
    if (c->out_of_memory)
        return;
    read_locks(c, yaml_need(root, "locks"), p);
    read_freezes(c, yaml_need(root, "freezes"), p);
}

static enum err compile_text(struct province *p, struct slice bundle, struct faults *faults)
{
    struct slice text;
    if (!bundle_file(bundle, PROVINCE_FILE, &text)) {
        faults_put(faults, PROVINCE_FILE, 0, NULL, "包中缺少该文件", "the bundle lacks this file");
        return ERR_INVALID;
    }
    if (bundle.size > PROVINCE_BYTES_MAX) {
        faults_add(faults, PROVINCE_FILE, 0, NULL, "超过 %d 字节", "it is over %d bytes",
                   PROVINCE_BYTES_MAX);
        return ERR_INVALID;
    }
    enum err err = yaml_parse(PROVINCE_FILE, text, faults, &p->yaml);
    if (!p->yaml)
        return err == ERR_NOMEM ? err : ERR_INVALID;
    struct compile c = {.arena = p->arena, .policy = p->policy};
    compile_root(&c, yaml_root(p->yaml), p);
    return c.out_of_memory ? ERR_NOMEM : ERR_OK;
}

static enum err compile(struct slice bundle, bool published, struct province **out,
                        struct faults *faults)
{
    const uint32_t total = faults_total(faults), grave = faults_grave(faults);
    *out = NULL;
    struct province *p = calloc(1, sizeof *p);
    if (!p)
        return ERR_NOMEM;
    p->arena = arena_new(PROVINCE_ARENA_MAX);
    p->policy = p->arena ? arena_alloc(p->arena, sizeof *p->policy) : NULL;
    enum err err = p->policy ? compile_text(p, bundle, faults) : ERR_NOMEM;
    if (err == ERR_OK && (published ? faults_grave(faults) > grave : faults_total(faults) > total))
        err = ERR_INVALID;
    faults_sort(faults);
    if (err == ERR_OK)
        *out = p;
    else
        province_free(p);
    return err;
}

enum err province_compile(struct slice bundle, struct province **out, struct faults *faults)
{
    return compile(bundle, false, out, faults);
}

enum err province_compile_published(struct slice bundle, struct province **out,
                                    struct faults *faults)
{
    return compile(bundle, true, out, faults);
}

void province_free(struct province *province)
{
    if (!province)
        return;
    yaml_free(province->yaml);
    arena_free(province->arena);
    free(province);
}

const char *province_code(const struct province *province)
{
    return province->code;
}

const char *province_name(const struct province *province)
{
    return province->name;
}

enum err province_check_region(const struct province *province, const char *region,
                               struct faults *faults)
{
    if (strncmp(province->code, region, 2) == 0)
        return ERR_OK;
    faults_add(faults, PROVINCE_FILE, 0, "province", "统筹区 %s 不属于 %s",
               "region %s is none of %s", region, province->code);
    return ERR_INVALID;
}

const struct policy_clause *province_clause(const struct province *province, uint16_t clause)
{
    return policy_clause(province->policy, clause);
}

uint16_t province_freeze_count(const struct province *province)
{
    return province->freeze_count;
}

const struct freeze *province_freeze_at(const struct province *province, uint16_t index)
{
    CHECK(index < province->freeze_count);
    return &province->freezes[index];
}

const struct freeze *province_freeze(const struct province *province, int32_t date)
{
    for (uint16_t i = 0; i < province->freeze_count; i++) {
        const struct freeze *freeze = &province->freezes[i];
        if (date >= freeze->begndate && date <= freeze->enddate)
            return freeze;
    }
    return NULL;
}
