/* Which files are versions, and whether exactly one of them holds on each day. What one table has
 * for all of them (indexes of grades, kinds, insurances; the name of a benefit year) must be the
 * same in each. */
#include "policy/versions.h"

#include <stdlib.h>
#include <string.h>

#include "policy/compile_dates.h"
#include "policy/pack.h"
#include "policy/tables.h"

#define STEM "policy"
#define SUFFIX ".yaml"

static bool looks_like_one(const char *name, size_t length)
{
    const size_t stem = strlen(STEM), suffix = strlen(SUFFIX);
    return length >= stem + suffix && memcmp(name, STEM, stem) == 0 &&
           memcmp(name + length - suffix, SUFFIX, suffix) == 0;
}

bool pack_version_file(const char *name)
{
    static const char accepted[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t length = strlen(name);
    if (length > VERSION_FILE_MAX || !looks_like_one(name, length))
        return false;
    const char *rest = name + strlen(STEM);
    size_t size = length - strlen(STEM SUFFIX);
    return size == 0 || (rest[0] == '-' && size > 1 && strspn(rest, accepted) == size);
}

bool version_is_misnamed(const char *name)
{
    return looks_like_one(name, strlen(name)) && !pack_version_file(name);
}

static int compare_begins(const void *a, const void *b)
{
    const struct policy *x = ((const struct version *)a)->policy;
    const struct policy *y = ((const struct version *)b)->policy;
    return x->begndate < y->begndate ? -1 : x->begndate > y->begndate;
}

void versions_sort(struct versions *versions)
{
    qsort(versions->list, versions->count, sizeof versions->list[0], compare_begins);
}

void versions_check(const struct versions *versions, struct faults *faults)
{
    for (uint8_t i = 1; i < versions->count; i++) {
        const struct version *before = &versions->list[i - 1], *version = &versions->list[i];
        char from[DATE_TEXT], to[DATE_TEXT];
        int32_t begins = version->policy->begndate, ended = before->policy->enddate;
        if (begins <= ended)
            faults_add(faults, version->file, version->effective_line, "effective",
                       "与 %s 重叠：自 %s 起两者都有效", "overlaps %s: both hold from %s on",
                       before->file, date_format(begins, from));
        if (begins > ended + 1) {
            const uint32_t total = faults_total(faults);
            faults_add(faults, version->file, version->effective_line, "effective",
                       "%s 至 %s 没有有效的规则（其前为 %s）",
                       "no rules hold from %s to %s (before it: %s)", date_format(ended + 1, from),
                       date_format(begins - 1, to), before->file);
            faults_object(faults, total);
        }
    }
}

static bool same_classes(const struct policy *a, const struct policy *b)
{
    bool same = a->class_count == b->class_count;
    for (uint8_t i = 0; same && i < a->class_count; i++)
        same = strcmp(a->classes[i].name, b->classes[i].name) == 0;
    return same;
}

void versions_check_catalogue(const struct versions *versions, const struct catalogue *catalogue,
                              struct faults *faults)
{
    for (uint8_t i = 0; i < versions->count; i++) {
        const struct version *version = &versions->list[i];
        const struct line_rules *lines = &version->policy->lines;
        if (catalogue->has_pay_standard && !lines->pay_standard.given)
            faults_put(faults, version->file, 0, "lines.pay_standard",
                       "目录有支付标准，须写明超出部分计入哪一项",
                       "the catalogue has payment standards: say what becomes of more");
        if (catalogue->has_item_dedc && !lines->item_dedc.given)
            faults_put(faults, version->file, 0, "lines.item_dedc",
                       "目录有单项起付金额，须写明先自付比例按什么计算",
                       "the catalogue has deductibles of items: say what the ratio is of");
        if (catalogue->by_class && !same_classes(version->policy, versions->list[0].policy))
            faults_add(faults, version->file, 0, "person_classes",
                       "目录按人员类别列先自付比例，须与 %s 相同",
                       "the catalogue has ratios by class: they must be those of %s",
                       versions->list[0].file);
    }
}

static bool same_names(const char *const a[], uint8_t a_count, const char *const b[],
                       uint8_t b_count)
{
    bool same = a_count == b_count;
    for (uint8_t i = 0; same && i < a_count; i++)
        same = strcmp(a[i], b[i]) == 0;
    return same;
}

/* Optional names that a table uses by their numbers. */
static void need_tags(const struct yaml_node *root, const char *key, bool same, const char *file)
{
    if (!same)
        yaml_fault(yaml_get(root, key) ? yaml_get(root, key) : root,
                   "%s 与 %s 不同；同一个包的各版本此项须相同",
                   "%s differs from %s; it must be the same in all versions of a pack", key, file);
}

static void need_alike(const struct yaml_node *root, const char *key, const char *inner, bool same,
                       const char *file)
{
    const struct yaml_node *node = yaml_get(root, key);
    if (inner && yaml_get(node, inner))
        node = yaml_get(node, inner);
    if (!same && node)
        yaml_fault(node, "与 %s 不同；同一个包的各版本此项须相同",
                   "differs from %s; it must be the same in all versions of a pack", file);
}

void compile_alike(const struct compile *c, const struct yaml_node *root)
{
    const struct policy *p = c->policy, *q = c->first;
    const char *file = c->first_file;
    if (!q)
        return;
    need_alike(root, "region", NULL, strcmp(p->region, q->region) == 0, file);
    need_alike(root, "dates", "rule_version", p->dates.rule_version == q->dates.rule_version, file);
    need_alike(root, "dates", "year_begins", p->dates.year_begins == q->dates.year_begins, file);
    need_alike(root, "insutypes", NULL,
               p->insutype_count == q->insutype_count &&
                   memcmp(p->insutypes, q->insutypes, sizeof p->insutypes) == 0,
               file);
    need_alike(root, "grades", NULL,
               same_names(p->grades, p->grade_count, q->grades, q->grade_count), file);
    need_alike(root, "cap_grades", NULL,
               same_names(p->cap_grades, p->cap_grade_count, q->cap_grades, q->cap_grade_count),
               file);
    need_alike(root, "kinds", NULL, same_names(p->kinds, p->kind_count, q->kinds, q->kind_count),
               file);
    need_tags(root, "institution_tags",
              same_names(p->institution_tags, p->institution_tag_count, q->institution_tags,
                         q->institution_tag_count),
              file);
    need_tags(root, "item_tags",
              same_names(p->lines.item_tags, p->lines.item_tag_count, q->lines.item_tags,
                         q->lines.item_tag_count),
              file);
}
