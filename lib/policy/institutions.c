/* institutions.csv into a table sorted by code. */
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "policy/tables.h"

enum column {
    COLUMN_CODE,
    COLUMN_NAME,
    COLUMN_TYPE,
    COLUMN_ADMDVS,
    COLUMN_BENEFIT,
    COLUMN_CAP,
    COLUMN_DEDC,
    COLUMN_KINDS,
    COLUMN_BEGNDATE,
    COLUMN_ENDDATE,
    COLUMN_TAGS,
    COLUMNS
};

static const char *const columns[COLUMNS] = {
    "fixmedins_code", "name",  "fixmedins_type", "admdvs",  "benefit_grade", "cap_grade",
    "dedc_grade",     "kinds", "begndate",       "enddate", "?tags"};

struct line {
    struct institution institution;
    int number;
};

struct reading {
    const struct policy *policy;
    struct arena *arena;
    struct line *lines;
    uint32_t count;
    size_t capacity;
    bool out_of_memory;
};

/* 431000 holds 431002: a region's code without its trailing pairs of zeros. */
static bool inside(const char *region, const char *admdvs)
{
    size_t size = strlen(region);
    while (size >= 2 && memcmp(region + size - 2, "00", 2) == 0)
        size -= 2;
    return memcmp(region, admdvs, size) == 0;
}

static uint8_t read_grade(const struct table_row *row, size_t column, const char *const names[],
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], table_cell(row, column)) == 0)
            return (uint8_t)i;
    table_fault(row, column, "级别“%s”未定义", "grade \"%s\" is not defined",
                table_cell(row, column));
    return 0;
}

static void read_code(const struct reading *r, const struct table_row *row,
                      struct institution *institution)
{
    const char *code = table_cell(row, COLUMN_CODE), *admdvs = table_cell(row, COLUMN_ADMDVS);
    int64_t type;
    if (!id_is_fixmedins(code))
        table_fault(row, COLUMN_CODE, "应为 H 或 P、六位区划、五位顺序号",
                    "expected H or P, six digits of region, five of serial");
    else
        memcpy(institution->fixmedins_code, code, sizeof institution->fixmedins_code);
    if (!id_is_admdvs(admdvs) || !inside(r->policy->region, admdvs))
        table_fault(row, COLUMN_ADMDVS, "“%.12s”不是 %s 的区划", "\"%.12s\" is no county of %s",
                    admdvs, r->policy->region);
    else
        memcpy(institution->admdvs, admdvs, sizeof institution->admdvs);
    if (!table_integer(row, COLUMN_TYPE, 1, 2, &type))
        return;
    institution->fixmedins_type = (uint8_t)type;
    if ((type == 2) != (*code == 'P'))
        table_fault(row, COLUMN_TYPE, "与机构编码的 H/P 不符", "does not match the code's H or P");
}

static bool take(const struct table_row *row, void *user)
{
    struct reading *r = user;
    const struct policy *p = r->policy;
    CHECK(r->count < r->capacity);
    struct line *line = &r->lines[r->count++];
    *line = (struct line){.number = row->line};
    struct institution *i = &line->institution;
    const char *name = "";
    i->name = table_text(row, COLUMN_NAME, TEXT_NAME_MAX, &name)
                  ? arena_copy(r->arena, name, strlen(name))
                  : "";
    r->out_of_memory |= !i->name;
    read_code(r, row, i);
    i->benefit_grade = read_grade(row, COLUMN_BENEFIT, p->grades, p->grade_count);
    i->cap_grade = read_grade(row, COLUMN_CAP, p->cap_grades, p->cap_grade_count);
    i->dedc_grade = read_grade(row, COLUMN_DEDC, p->grades, p->grade_count);
    i->kinds = names_mask(p, row, COLUMN_KINDS, policy_kind);
    if (*table_cell(row, COLUMN_KINDS) == '\0')
        table_fault(row, COLUMN_KINDS, "至少一种医疗类型", "expected at least one kind of care");
    i->tags = names_mask(p, row, COLUMN_TAGS, policy_institution_tag);
    if (i->fixmedins_type == 2 ? (i->kinds & ~p->pharmacy_kinds) : (i->kinds & p->pharmacy_kinds))
        table_fault(row, COLUMN_KINDS, "药店只能售药，医疗机构不能按药店结算",
                    "pharmacies sell, and only they do");
    table_period(row, COLUMN_BEGNDATE, COLUMN_ENDDATE, &i->begndate, &i->enddate);
    return !r->out_of_memory;
}

static int compare(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int by_code = strcmp(x->institution.fixmedins_code, y->institution.fixmedins_code);
    return by_code ? by_code : (x->number > y->number) - (x->number < y->number);
}

static void check_unique(const struct reading *r, struct faults *faults)
{
    for (uint32_t i = 1; i < r->count; i++) {
        const struct line *a = &r->lines[i - 1], *b = &r->lines[i];
        if (*b->institution.fixmedins_code &&
            strcmp(a->institution.fixmedins_code, b->institution.fixmedins_code) == 0)
            faults_add(faults, INSTITUTIONS_FILE, b->number, "fixmedins_code",
                       "%s 在第 %d 行已出现", "%s is on line %d already",
                       b->institution.fixmedins_code, a->number);
    }
}

static enum err freeze(const struct reading *r, struct institutions *out)
{
    struct institution *list = arena_alloc(r->arena, (r->count + 1) * sizeof *list);
    if (!list)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < r->count; i++)
        list[i] = r->lines[i].institution;
    *out = (struct institutions){r->count, list};
    return ERR_OK;
}

enum err institutions_compile(struct slice text, const struct policy *policy, struct arena *arena,
                              struct faults *faults, struct institutions *out)
{
    struct reading r = {.policy = policy, .arena = arena, .capacity = table_rows_most(text)};
    if (r.capacity > INSTITUTIONS_MAX) {
        faults_add(faults, INSTITUTIONS_FILE, 0, NULL, "行数过多，上限 %d",
                   "too many rows, the limit is %d", INSTITUTIONS_MAX);
        return ERR_OK;
    }
    r.lines = malloc(r.capacity * sizeof *r.lines);
    if (!r.lines)
        return ERR_NOMEM;
    enum err err = table_read(INSTITUTIONS_FILE, text, columns, COLUMNS, take, &r, faults);
    if (err == ERR_OK && !r.out_of_memory) {
        qsort(r.lines, r.count, sizeof *r.lines, compare);
        check_unique(&r, faults);
        err = freeze(&r, out);
    }
    free(r.lines);
    return err == ERR_NOMEM || r.out_of_memory ? ERR_NOMEM : ERR_OK;
}
