/* Lays the statements of a layer out as a table. */
#include "grid.h"

#include <stdlib.h>
#include <string.h>

#include "review/groups.h"

#define TOPICS 2

/* Tables that are complete: each place has a row. All others are notes. */
static const char *const topics[TOPICS] = {"deductible", "ratio"};

struct column {
    int topic;
    uint32_t classes; /* for each of them it says the same */
};

struct layout {
    struct statements *s;
    const struct section *section;
    uint32_t classes, grades; /* of the layer and insurance; of the policy */
    bool by_grade;
    bool drawn[TOPICS]; /* it tells places apart */
    struct groups groups;
    uint32_t row_grades[GRID_ROWS_MAX];
    struct selector row_groups[GRID_ROWS_MAX];
    uint8_t column_count;
    struct column columns[GRID_COLUMNS_MAX];
};

const char *grid_mark(const struct policy *policy, uint16_t clause)
{
    static const char *const marks[] = {"", "†", "‡"};
    return clause ? marks[policy_clause(policy, clause)->provenance] : "";
}

static const struct statement *statement_at(const struct layout *l, uint32_t index)
{
    return &l->s->list[l->section->first + index];
}

static bool of_topic(const struct layout *l, uint32_t index, int topic)
{
    return strcmp(statement_at(l, index)->topic, topics[topic]) == 0;
}

static void find_axes(struct layout *l)
{
    for (uint32_t i = 0; i < l->section->count; i++)
        for (int t = 0; t < TOPICS; t++) {
            const struct selector *who = statement_at(l, i)->who;
            if (!of_topic(l, i, t) || !(who->classes & l->classes))
                continue;
            bool by_grade = (l->grades & ~who->grades) != 0;
            l->by_grade |= by_grade;
            l->drawn[t] |=
                by_grade || (l->classes & ~who->classes) != 0 || statement_at(l, i)->who_else[0];
        }
    for (uint32_t i = 0; i < l->section->count; i++)
        for (int t = 0; t < TOPICS; t++)
            if (of_topic(l, i, t) && l->drawn[t] && (statement_at(l, i)->who->classes & l->classes))
                groups_add(&l->groups, statement_at(l, i)->who);
}

/* What a topic says at a place; rows of a table never overlap, so there is one at most. */
static const struct statement *find(const struct layout *l, int topic, uint8_t grade, uint8_t class,
                                    const struct selector *group)
{
    for (uint32_t i = 0; i < l->section->count; i++) {
        const struct statement *st = statement_at(l, i);
        if (of_topic(l, i, topic) && (st->who->grades >> grade & 1) &&
            (st->who->classes >> class & 1) && group_within(group, st->who))
            return st;
    }
    return NULL;
}

static bool same(const struct statement *a, const struct statement *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a->text, b->text) == 0 && a->clause == b->clause;
}

static bool same_classes(const struct layout *l, int topic, uint8_t a, uint8_t b)
{
    for (uint8_t g = 0; g < l->s->policy->grade_count; g++)
        for (uint16_t i = 0; i < l->groups.count; i++)
            if (!same(find(l, topic, g, a, &l->groups.list[i]),
                      find(l, topic, g, b, &l->groups.list[i])))
                return false;
    return true;
}

/* A column per topic and group of classes for whom it says the same. */
static void find_columns(struct layout *l)
{
    for (int t = 0; t < TOPICS; t++) {
        uint32_t left = l->drawn[t] ? l->classes : 0;
        while (left) {
            uint8_t first = (uint8_t)__builtin_ctz(left);
            uint32_t group = 0;
            for (uint32_t rest = left; rest; rest &= rest - 1)
                if (same_classes(l, t, first, (uint8_t)__builtin_ctz(rest)))
                    group |= rest & -rest;
            CHECK(l->column_count < GRID_COLUMNS_MAX);
            l->columns[l->column_count++] = (struct column){t, group};
            left &= ~group;
        }
    }
}

/* The text being put together. */
struct draft {
    char *text;
    size_t size;
    FILE *out;
};

static FILE *draft_open(struct draft *draft)
{
    draft->out = open_memstream(&draft->text, &draft->size);
    CHECK(draft->out);
    return draft->out;
}

static const char *draft_keep(struct draft *draft, struct statements *s)
{
    fclose(draft->out);
    const char *text = arena_copy(s->arena, draft->text, draft->size);
    CHECK(text);
    free(draft->text);
    return text;
}

static const char *column_title(struct layout *l, const struct column *column)
{
    struct draft draft;
    const char *about = "";
    for (uint32_t i = 0; i < l->section->count; i++)
        if (of_topic(l, i, column->topic))
            about = statement_at(l, i)->about;
    FILE *out = draft_open(&draft);
    fputs(about, out);
    if (column->classes != l->classes) {
        fputs(in_words(l->s->lang, "（", " ("), out);
        say_names(out, l->s->lang, l->s->policy, column->classes, class_name);
        fputs(in_words(l->s->lang, "）", ")"), out);
    }
    return draft_keep(&draft, l->s);
}

static void fill_cells(const struct layout *l, uint8_t grade, const struct selector *group,
                       struct grid_row *row)
{
    for (uint8_t i = 0; i < l->column_count; i++) {
        const struct column *column = &l->columns[i];
        const struct statement *st =
            find(l, column->topic, grade, (uint8_t)__builtin_ctz(column->classes), group);
        row->cells[i] = st ? (struct grid_cell){st->text, st->clause} : (struct grid_cell){"", 0};
    }
}

static bool same_cells(const struct layout *l, const struct grid_row *a, const struct grid_row *b)
{
    for (uint8_t i = 0; i < l->column_count; i++)
        if (strcmp(a->cells[i].text, b->cells[i].text) != 0 ||
            a->cells[i].clause != b->cells[i].clause)
            return false;
    return true;
}

static bool same_groups(const struct layout *l, const struct selector *a, const struct selector *b)
{
    struct grid_row x, y;
    for (uint8_t g = 0; g < l->s->policy->grade_count; g++) {
        fill_cells(l, g, a, &x);
        fill_cells(l, g, b, &y);
        if (!same_cells(l, &x, &y))
            return false;
    }
    return true;
}

/* Values of a situation for which all columns say the same are told together. */
static void merge_groups(struct layout *l)
{
    for (uint16_t i = 0; i < l->groups.count; i++)
        for (uint16_t j = (uint16_t)(i + 1); j < l->groups.count;) {
            struct selector *a = &l->groups.list[i], *b = &l->groups.list[j];
            if (same_groups(l, a, b) && group_join(a, b))
                groups_remove(&l->groups, j);
            else
                j++;
        }
}

/* A group that others tell apart further has no row where that is needed to fill it. */
static bool worth_a_row(const struct layout *l, const struct grid_row *row,
                        const struct selector *group)
{
    bool full = true, any = false, refined = false;
    for (uint8_t i = 0; i < l->column_count; i++) {
        full &= row->cells[i].text[0] != '\0';
        any |= row->cells[i].text[0] != '\0';
    }
    for (uint16_t i = 0; i < l->groups.count; i++)
        refined |= &l->groups.list[i] != group && group_within(&l->groups.list[i], group);
    return refined ? full : any;
}

static const char *row_label(struct layout *l, uint32_t grades, const struct selector *group)
{
    struct draft draft;
    FILE *out = draft_open(&draft);
    if (l->by_grade && grades != l->grades)
        say_names(out, l->s->lang, l->s->policy, grades, grade_name);
    else
        fputs(in_words(l->s->lang, "各级", "all grades"), out);
    if (group_asks(group)) {
        fputs(in_words(l->s->lang, "；", "; "), out);
        say_who_else(out, l->s->lang, l->s->policy, group);
    }
    return draft_keep(&draft, l->s);
}

/* Whether a row for more people says the same of these. */
static bool is_told(const struct layout *l, const struct grid *grid, uint32_t grades,
                    const struct selector *group, const struct grid_row *row)
{
    for (uint16_t i = 0; i < grid->row_count; i++)
        if (!(grades & ~l->row_grades[i]) && group_within(group, &l->row_groups[i]) &&
            same_cells(l, row, &grid->rows[i]))
            return true;
    return false;
}

/* Grades for which all columns say the same share a row. */
static void add_rows(struct layout *l, const struct selector *group, struct grid *grid)
{
    const struct policy *policy = l->s->policy;
    uint32_t left = l->by_grade ? l->grades : 1;
    while (left) {
        CHECK(grid->row_count < GRID_ROWS_MAX);
        struct grid_row *row = &grid->rows[grid->row_count], other;
        uint32_t alike = 0;
        fill_cells(l, (uint8_t)__builtin_ctz(left), group, row);
        for (uint8_t g = 0; g < policy->grade_count; g++) {
            if (!(left >> g & 1))
                continue;
            fill_cells(l, g, group, &other);
            if (same_cells(l, row, &other))
                alike |= UINT32_C(1) << g;
        }
        left &= ~alike;
        if (!worth_a_row(l, row, group) || is_told(l, grid, alike, group, row))
            continue;
        l->row_grades[grid->row_count] = alike;
        l->row_groups[grid->row_count] = *group;
        row->label = row_label(l, l->by_grade ? alike : l->grades, group);
        grid->row_count++;
    }
}

static void add_note(struct layout *l, const struct statement *st, struct grid *grid)
{
    const struct selector *who = st->who;
    bool grades = who && (l->grades & ~who->grades), classes = who && (l->classes & ~who->classes);
    struct draft draft;
    unsigned count = 0;
    if (who && !(who->classes & l->classes))
        return;
    FILE *out = draft_open(&draft);
    fputs(st->about, out);
    if (grades || classes || st->who_else[0])
        fputs(in_words(l->s->lang, "（", " ("), out);
    if (grades) {
        next_condition(out, l->s->lang, &count);
        say_names(out, l->s->lang, l->s->policy, who->grades & l->grades, grade_name);
    }
    if (classes) {
        next_condition(out, l->s->lang, &count);
        say_names(out, l->s->lang, l->s->policy, who->classes & l->classes, class_name);
    }
    if (st->who_else[0]) {
        next_condition(out, l->s->lang, &count);
        fputs(st->who_else, out);
    }
    if (grades || classes || st->who_else[0])
        fputs(in_words(l->s->lang, "）", ")"), out);
    CHECK(grid->note_count < GRID_NOTES_MAX);
    grid->notes[grid->note_count++] =
        (struct grid_note){draft_keep(&draft, l->s), st->text, st->clause};
}

/* What the heading says already, or only the bill's reader asks. */
static bool is_noted(const struct layout *l, uint32_t index)
{
    static const char *const silent[] = {"fund", "when", "counts_dedc", "accumulates"};
    for (int t = 0; t < TOPICS; t++)
        if (of_topic(l, index, t) && l->drawn[t])
            return false;
    for (size_t i = 0; i < ARRAY_LEN(silent); i++)
        if (strcmp(statement_at(l, index)->topic, silent[i]) == 0)
            return false;
    return true;
}

void grid_of(struct statements *s, const struct section *section, uint8_t insutype,
             struct grid *grid)
{
    const struct policy *policy = s->policy;
    static struct layout l;
    l = (struct layout){.s = s, .section = section, .grades = (1u << policy->grade_count) - 1};
    for (uint8_t i = 0; i < policy->class_count; i++)
        if (policy->classes[i].insutype == insutype)
            l.classes |= section->layer->classes & UINT32_C(1) << i;
    grid->section = section;
    grid->column_count = 0;
    grid->row_count = grid->note_count = 0;
    find_axes(&l);
    find_columns(&l);
    grid->column_count = l.column_count;
    for (uint8_t i = 0; i < l.column_count; i++)
        grid->columns[i] = column_title(&l, &l.columns[i]);
    merge_groups(&l);
    for (uint16_t i = 0; l.column_count && i < l.groups.count; i++)
        add_rows(&l, &l.groups.list[i], grid);
    for (uint32_t i = 0; i < section->count; i++)
        if (is_noted(&l, i))
            add_note(&l, statement_at(&l, i), grid);
}
