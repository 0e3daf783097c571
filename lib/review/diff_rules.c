/* Rules compared by what they say for each place, not by how their rows are written. */
#include <stdlib.h>
#include <string.h>

#include "review/diff.h"
#include "review/groups.h"
#include "review/statements.h"

#define AXIS_MAX (2 * POLICY_GRADES_MAX)
#define AXIS_ALL AXIS_MAX /* a place that is not told apart */
#define TOPICS_MAX 64

/* Grades or classes of both sides, each once. */
struct axis {
    uint8_t count;
    const char *names[AXIS_MAX], *titles[AXIS_MAX];
};

/* What a statement says for one place. */
struct cell {
    const struct statement *statement;
    const struct policy *policy;
    uint8_t grade, class;
    const char *who_else, *who_key; /* one value of each dimension */
};

struct cells {
    size_t count, capacity;
    struct cell *list;
};

/* One change, for the places where it is the same. */
struct change {
    const struct cell *before, *after; /* NULL: there was none, there is none */
    bool all_grades;
    uint32_t grades[AXIS_MAX + 1]; /* by class; with all_grades: not 0 */
};

struct comparison {
    enum lang lang;
    struct statements *sides[2];
    const struct section *sections[2]; /* NULL: the side has no such section */
    struct axis grades, classes;
    bool by_grade, by_class; /* of the topic at work */
    struct cells cells[2];
    size_t change_count, change_capacity;
    struct change *changes;
    unsigned total;
};

static void axis_add(struct axis *axis, const char *name, const char *title)
{
    for (uint8_t i = 0; i < axis->count; i++)
        if (strcmp(axis->names[i], name) == 0)
            return;
    axis->names[axis->count] = name;
    axis->titles[axis->count++] = title;
}

static uint8_t axis_find(const struct axis *axis, const char *name)
{
    uint8_t i = 0;
    while (strcmp(axis->names[i], name) != 0)
        i++;
    return i;
}

static void *grow(void *list, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return list;
    *capacity = *capacity ? 2 * *capacity : 256;
    list = realloc(list, *capacity * size);
    CHECK(list);
    return list;
}

static uint32_t all_grades(const struct policy *policy)
{
    return (UINT32_C(1) << policy->grade_count) - 1;
}

/* Whether some statement of the topic tells grades, or classes, apart. */
static void find_axes(struct comparison *c, const char *topic)
{
    c->by_grade = c->by_class = false;
    for (int side = 0; side < 2; side++) {
        const struct section *section = c->sections[side];
        for (uint32_t i = 0; section && i < section->count; i++) {
            const struct statement *st = &c->sides[side]->list[section->first + i];
            if (!st->who || strcmp(st->topic, topic) != 0)
                continue;
            c->by_grade |= (all_grades(c->sides[side]->policy) & ~st->who->grades) != 0;
            c->by_class |= (section->layer->classes & ~st->who->classes) != 0;
        }
    }
}

static void add_group(struct comparison *c, int side, const struct cell *cell)
{
    struct cells *cells = &c->cells[side];
    cells->list = grow(cells->list, cells->count, &cells->capacity, sizeof *cells->list);
    cells->list[cells->count++] = *cell;
}

/* A row that lists several values of a situation is a cell for each of them. */
static void add_cell(struct comparison *c, int side, const struct statement *st, uint8_t grade,
                     uint8_t class)
{
    struct cell cell = {st, c->sides[side]->policy, grade, class, st->who_else, st->who_key};
    if (!st->who || !st->who->in.dimensions) {
        add_group(c, side, &cell);
        return;
    }
    static struct groups groups;
    groups.count = 0;
    groups_add(&groups, st->who);
    for (uint16_t i = 0; i < groups.count; i++) {
        cell.who_else = statements_who_else(c->sides[side], &groups.list[i]);
        cell.who_key = statements_who_key(c->sides[side], &groups.list[i]);
        add_group(c, side, &cell);
    }
}

static void add_classes(struct comparison *c, int side, const struct statement *st, uint8_t grade)
{
    const struct policy *policy = c->sides[side]->policy;
    uint32_t classes = st->who ? st->who->classes & c->sections[side]->layer->classes : 0;
    if (!c->by_class || !st->who) {
        add_cell(c, side, st, grade, AXIS_ALL);
        return;
    }
    for (; classes; classes &= classes - 1)
        add_cell(c, side, st, grade,
                 axis_find(&c->classes, policy->classes[__builtin_ctz(classes)].name));
}

static void add_places(struct comparison *c, int side, const struct statement *st)
{
    const struct policy *policy = c->sides[side]->policy;
    if (!c->by_grade || !st->who) {
        add_classes(c, side, st, AXIS_ALL);
        return;
    }
    for (uint32_t grades = st->who->grades & all_grades(policy); grades; grades &= grades - 1)
        add_classes(c, side, st, axis_find(&c->grades, policy->grades[__builtin_ctz(grades)]));
}

static int compare_places(const struct cell *a, const struct cell *b)
{
    int order = strcmp(a->statement->key, b->statement->key);
    if (order == 0)
        order = strcmp(a->who_key, b->who_key);
    if (order == 0)
        order = (int)a->class - (int)b->class;
    return order ? order : (int)a->grade - (int)b->grade;
}

static int compare_cells(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;
    int order = compare_places(x, y);
    return order ? order : strcmp(x->statement->text, y->statement->text);
}

static const char *clause_id(const struct cell *cell)
{
    return policy_clause(cell->policy, cell->statement->clause)->id;
}

static bool same(const struct cell *a, const struct cell *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a->statement->text, b->statement->text) == 0 &&
           strcmp(clause_id(a), clause_id(b)) == 0;
}

static bool same_change(const struct change *change, const struct cell *before,
                        const struct cell *after, const struct cell *at)
{
    const struct cell *of = change->before ? change->before : change->after;
    return same(change->before, before) && same(change->after, after) &&
           change->all_grades == (at->grade == AXIS_ALL) &&
           strcmp(of->statement->key, at->statement->key) == 0 &&
           strcmp(of->who_key, at->who_key) == 0;
}

static void add_change(struct comparison *c, const struct cell *before, const struct cell *after)
{
    const struct cell *at = before ? before : after;
    size_t i = 0;
    while (i < c->change_count && !same_change(&c->changes[i], before, after, at))
        i++;
    if (i == c->change_count) {
        c->changes = grow(c->changes, i, &c->change_capacity, sizeof *c->changes);
        c->changes[c->change_count++] =
            (struct change){.before = before, .after = after, .all_grades = at->grade == AXIS_ALL};
    }
    c->changes[i].grades[at->class] |= at->grade == AXIS_ALL ? 1 : UINT32_C(1) << at->grade;
}

static size_t next_left(const struct cell *cells, size_t from, size_t count)
{
    while (from < count && !cells[from].statement)
        from++;
    return from;
}

/* Of one place: what both say is no change, the rest is paired in order. */
static void compare_place(struct comparison *c, struct cell *before, size_t before_count,
                          struct cell *after, size_t after_count)
{
    for (size_t i = 0; i < before_count; i++)
        for (size_t j = 0; j < after_count && before[i].statement; j++)
            if (after[j].statement && same(&before[i], &after[j]))
                before[i].statement = after[j].statement = NULL;
    size_t i = next_left(before, 0, before_count), j = next_left(after, 0, after_count);
    while (i < before_count || j < after_count) {
        add_change(c, i < before_count ? &before[i] : NULL, j < after_count ? &after[j] : NULL);
        i = next_left(before, i + 1, before_count);
        j = next_left(after, j + 1, after_count);
    }
}

/* The cells from `from` on that are of one place. */
static size_t run_of(const struct cells *cells, size_t from)
{
    size_t end = from;
    while (end < cells->count && compare_places(&cells->list[from], &cells->list[end]) == 0)
        end++;
    return end - from;
}

static void compare_topic(struct comparison *c, const char *topic)
{
    find_axes(c, topic);
    for (int side = 0; side < 2; side++) {
        const struct section *section = c->sections[side];
        c->cells[side].count = 0;
        for (uint32_t i = 0; section && i < section->count; i++) {
            const struct statement *st = &c->sides[side]->list[section->first + i];
            if (strcmp(st->topic, topic) == 0)
                add_places(c, side, st);
        }
        if (c->cells[side].count)
            qsort(c->cells[side].list, c->cells[side].count, sizeof(struct cell), compare_cells);
    }
    struct cells *a = &c->cells[0], *b = &c->cells[1];
    c->change_count = 0;
    for (size_t i = 0, j = 0; i < a->count || j < b->count;) {
        int order = i == a->count   ? 1
                    : j == b->count ? -1
                                    : compare_places(&a->list[i], &b->list[j]);
        size_t before = order <= 0 ? run_of(a, i) : 0, after = order >= 0 ? run_of(b, j) : 0;
        compare_place(c, a->list + i, before, b->list + j, after);
        i += before;
        j += after;
    }
}

static void print_axis(const struct comparison *c, const struct axis *axis, uint32_t mask,
                       const char *separator)
{
    unsigned count = 0;
    fputs(separator, stdout);
    for (uint8_t i = 0; i < axis->count; i++) {
        if (!(mask >> i & 1))
            continue;
        say_next(stdout, c->lang, &count);
        fputs(axis->titles[i], stdout);
    }
}

static uint32_t classes_of_layer(const struct comparison *c)
{
    int side = c->sections[1] ? 1 : 0;
    const struct policy *policy = c->sides[side]->policy;
    uint32_t mask = 0;
    for (uint32_t left = c->sections[side]->layer->classes; left; left &= left - 1)
        mask |= 1u << axis_find(&c->classes, policy->classes[__builtin_ctz(left)].name);
    return mask;
}

static void print_places(const struct comparison *c, const struct change *change, uint32_t grades,
                         uint32_t classes)
{
    const char *who_else = (change->before ? change->before : change->after)->who_else;
    const char *open = in_words(c->lang, "（", " ("), *next = in_words(c->lang, "；", "; ");
    bool opened = false;
    if (!change->all_grades && grades != (uint32_t)((UINT64_C(1) << c->grades.count) - 1)) {
        print_axis(c, &c->grades, grades, open);
        opened = true;
    }
    if (classes && classes != classes_of_layer(c)) {
        print_axis(c, &c->classes, classes, opened ? next : open);
        opened = true;
    }
    if (who_else[0]) {
        printf("%s%s", opened ? next : open, who_else);
        opened = true;
    }
    if (opened)
        fputs(in_words(c->lang, "）", ")"), stdout);
}

static void print_basis(const struct comparison *c, const struct change *change)
{
    const char *before = change->before ? clause_id(change->before) : "";
    const char *after = change->after ? clause_id(change->after) : "";
    if (change->before && change->after && strcmp(before, after) != 0)
        say(stdout, c->lang, "  〔%s → %s〕", "  [%s → %s]", before, after);
    else if (before[0] || after[0])
        say(stdout, c->lang, "  〔%s〕", "  [%s]", before[0] ? before : after);
    putchar('\n');
}

static void print_change(struct comparison *c, const struct change *change, uint32_t grades,
                         uint32_t classes)
{
    const struct statement *before = change->before ? change->before->statement : NULL;
    const struct statement *after = change->after ? change->after->statement : NULL;
    const struct statement *st = before ? before : after;
    printf("    %s%s",
           before && after ? ""
           : before        ? in_words(c->lang, "取消 ", "no more ")
                           : in_words(c->lang, "新增 ", "new "),
           st->about);
    print_places(c, change, grades, classes);
    fputs(in_words(c->lang, "：", ": "), stdout);
    if (before && after && strcmp(before->text, after->text) != 0)
        printf("%s → %s", before->text, after->text);
    else
        fputs(st->text, stdout);
    print_basis(c, change);
    c->total++;
}

/* Classes for which the grades are the same are told together. */
static void print_grouped(struct comparison *c, struct change *change)
{
    if (change->grades[AXIS_ALL])
        print_change(c, change, change->grades[AXIS_ALL], 0);
    for (uint8_t i = 0; i < c->classes.count; i++) {
        uint32_t classes = 0, grades = change->grades[i];
        for (uint8_t j = i; grades && j < c->classes.count; j++)
            if (change->grades[j] == grades) {
                classes |= UINT32_C(1) << j;
                change->grades[j] = 0;
            }
        if (classes)
            print_change(c, change, grades, classes);
    }
}

static size_t list_topics(const struct comparison *c, const char *topics[TOPICS_MAX])
{
    size_t count = 0;
    for (int side = 1; side >= 0; side--) {
        const struct section *section = c->sections[side];
        for (uint32_t i = 0; section && i < section->count; i++) {
            const char *topic = c->sides[side]->list[section->first + i].topic;
            size_t j = 0;
            while (j < count && strcmp(topics[j], topic) != 0)
                j++;
            if (j == count) {
                CHECK(count < TOPICS_MAX);
                topics[count++] = topic;
            }
        }
    }
    return count;
}

static void compare_sections(struct comparison *c, const struct section *before,
                             const struct section *after)
{
    const struct section *section = after ? after : before;
    const char *topics[TOPICS_MAX];
    bool titled = false;
    c->sections[0] = before;
    c->sections[1] = after;
    size_t topic_count = list_topics(c, topics);
    for (size_t i = 0; i < topic_count; i++) {
        compare_topic(c, topics[i]);
        if (c->change_count && !titled)
            say(stdout, c->lang, "  %s%s（%s）\n", "  %s%s (%s)\n",
                before && after ? ""
                : before        ? in_words(c->lang, "取消 ", "no more ")
                                : in_words(c->lang, "新增 ", "new "),
                section->title, section->id);
        titled |= c->change_count > 0;
        for (size_t j = 0; j < c->change_count; j++)
            print_grouped(c, &c->changes[j]);
    }
}

static const struct section *section_find(const struct statements *s, const char *id)
{
    for (uint32_t i = 0; i < s->section_count; i++)
        if (strcmp(s->sections[i].id, id) == 0)
            return &s->sections[i];
    return NULL;
}

unsigned diff_rules(enum lang lang, const struct policy *before, const struct policy *after)
{
    struct comparison c = {.lang = lang};
    struct statements *a = statements_of(before, lang), *b = statements_of(after, lang);
    c.sides[0] = a;
    c.sides[1] = b;
    for (int side = 1; side >= 0; side--) {
        const struct policy *policy = c.sides[side]->policy;
        for (uint8_t i = 0; i < policy->grade_count; i++)
            axis_add(&c.grades, policy->grades[i], grade_name(lang, policy, i));
        for (uint8_t i = 0; i < policy->class_count; i++)
            axis_add(&c.classes, policy->classes[i].name, class_name(lang, policy, i));
    }
    for (uint32_t i = 0; i < b->section_count; i++)
        compare_sections(&c, section_find(a, b->sections[i].id), &b->sections[i]);
    for (uint32_t i = 0; i < a->section_count; i++)
        if (!section_find(b, a->sections[i].id))
            compare_sections(&c, &a->sections[i], NULL);
    free(c.changes);
    free(c.cells[0].list);
    free(c.cells[1].list);
    statements_free(a);
    statements_free(b);
    return c.total;
}

unsigned diff_clauses(enum lang lang, const struct policy *before, const struct policy *after)
{
    unsigned changes = 0;
    for (uint16_t i = 1; i < after->clause_count; i++) {
        const struct policy_clause *now = policy_clause(after, i);
        const struct policy_clause *was = policy_clause_find(before, now->id);
        if (!was || (strcmp(was->text, now->text) == 0 && was->provenance == now->provenance))
            continue;
        if (changes++ == 0)
            puts(in_words(lang, "  条款", "  clauses"));
        printf("    %s", now->id);
        if (strcmp(was->text, now->text) != 0)
            say(stdout, lang, "：%s → %s", ": %s → %s", was->text, now->text);
        if (was->provenance != now->provenance)
            say(stdout, lang, "；出处 %s → %s", "; provenance %s → %s",
                provenance_name(lang, was->provenance), provenance_name(lang, now->provenance));
        putchar('\n');
    }
    return changes;
}
