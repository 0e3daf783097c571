/* Facts in order, each said once. */
#include "facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static const struct {
    const char *zh, *en;
} reasons[SKIP_REASONS] = {
    [SKIP_REGION] = {"不是本统筹区的行", "another region's"},
    [SKIP_KIND] = {"不是先自付或个人承担超限的限价", "no first self-pay, or no cap whose excess is "
                                                     "the patient's"},
    [SKIP_OLDER] = {"另有该行的较新版本", "a later version of the row is there"},
    [SKIP_TWICE] = {"重复的行", "said twice"},
    [SKIP_VOID] = {"已作废，该项目另有有效行", "taken back, another row of the item is valid"},
    [SKIP_NO_LOCAL] = {"不在医保目录（1312）中，或已作废",
                       "not in the insurance catalogue (1312), or taken back there"},
    [SKIP_NO_NATIONAL] = {"不在国家目录文件中，或已作废",
                          "in no national file, or taken back there"},
};

const char *skip_zh(enum skip why)
{
    return reasons[why].zh;
}

const char *skip_en(enum skip why)
{
    return reasons[why].en;
}

void skip_row(struct skips *skips, enum skip why, const char *file, int line, const char *key,
              const char *what)
{
    char zh[200], en[200];
    snprintf(zh, sizeof zh, "跳过 %.60s：%s", what, reasons[why].zh);
    snprintf(en, sizeof en, "skipped %.60s: %s", what, reasons[why].en);
    skips->counts[why]++;
    faults_put(&skips->list, file, line, key, zh, en);
}

void skip_fact(struct skips *skips, enum skip why, const struct fact *fact)
{
    if (!fact->again)
        skip_row(skips, why, fact->file, fact->line, NULL, fact->code);
}

void facts_add(struct facts *facts, struct fact fact)
{
    if (facts->count == facts->capacity) {
        facts->capacity = facts->capacity ? 2 * facts->capacity : 4096;
        facts->list = realloc(facts->list, facts->capacity * sizeof *facts->list);
        CHECK(facts->list);
    }
    facts->list[facts->count++] = fact;
}

static int compare(const void *a, const void *b)
{
    const struct fact *x = a, *y = b;
    int order = strcmp(x->code, y->code);
    if (order)
        return order;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    if (x->begins != y->begins)
        return x->begins < y->begins ? -1 : 1;
    if (x->stamp != y->stamp)
        return x->stamp < y->stamp ? -1 : 1;
    if (x->input != y->input)
        return x->input < y->input ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool say_the_same(const struct fact *a, const struct fact *b)
{
    return a->begins == b->begins && a->ends == b->ends && a->valid == b->valid &&
           a->limited == b->limited && same_text(a->text, b->text) &&
           same_text(a->essential, b->essential) && strcmp(a->chrgitm_lv, b->chrgitm_lv) == 0 &&
           strcmp(a->type, b->type) == 0;
}

/* Of rows with one first day those of the version that was written last; two of one version may
 * still contradict each other. Returns how many stay. */
static size_t drop_older(struct fact *group, size_t count, struct skips *skips)
{
    size_t kept = 0;
    for (size_t i = 0, end = 0; i < count; i++) {
        const struct fact *f = &group[i];
        while (end < count && group[end].begins == f->begins)
            end++;
        /* The rows are in order of their stamps, so the last of a day is among the latest. */
        if (f->stamp < group[end - 1].stamp)
            skip_fact(skips, SKIP_OLDER, f);
        else
            group[kept++] = *f;
    }
    return kept;
}

/* The facts of one subject of one item. Returns how many of them stay, at the beginning. */
static size_t settle_group(struct fact *group, size_t count, struct skips *skips,
                           struct faults *faults)
{
    size_t kept = 0;
    bool any_valid = false;
    count = drop_older(group, count, skips);
    for (size_t i = 0; i < count; i++)
        any_valid |= group[i].valid;
    for (size_t i = 0; i < count; i++) {
        struct fact *f = &group[i], *before = kept ? &group[kept - 1] : NULL;
        if (before && say_the_same(before, f)) {
            skip_fact(skips, SKIP_TWICE, f);
            continue;
        }
        if (!f->valid && any_valid) {
            skip_fact(skips, SKIP_VOID, f);
            continue;
        }
        if (f->valid && before && f->begins <= before->ends)
            faults_add(faults, f->file, f->line, "begndate",
                       "%s 的有效期与 %s 第 %d 行重叠，内容不同",
                       "%s: its days are those of %s line %d too, which says something else",
                       f->code, before->file, before->line);
        group[kept++] = *f;
    }
    return kept;
}

void facts_sort(struct facts *facts, struct skips *skips, struct faults *faults)
{
    size_t kept = 0;
    if (facts->count)
        qsort(facts->list, facts->count, sizeof *facts->list, compare);
    for (size_t i = 0, end; i < facts->count; i = end) {
        const struct fact *first = &facts->list[i];
        end = i;
        while (end < facts->count && facts->list[end].subject == first->subject &&
               strcmp(facts->list[end].code, first->code) == 0)
            end++;
        size_t stay = settle_group(&facts->list[i], end - i, skips, faults);
        memmove(&facts->list[kept], &facts->list[i], stay * sizeof *facts->list);
        kept += stay;
    }
    facts->count = kept;
}

void facts_free(struct facts *facts)
{
    free(facts->list);
}
