/* catalogue.csv into a catalogue: cells, checks, order, hash table. The order of the file's rows
 * and columns does not matter. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pages.h"
#include "policy/catalogue_key.h"
#include "policy/catalogue_more.h"

enum column {
    COLUMN_CODE,
    COLUMN_NAME,
    COLUMN_CLASS,
    COLUMN_TYPE,
    COLUMN_ESSENTIAL,
    COLUMN_LIMITED,
    COLUMN_INPATIENT,
    COLUMN_SEX,
    COLUMN_AGE_MIN,
    COLUMN_AGE_MAX,
    COLUMN_BEGNDATE,
    COLUMN_ENDDATE,
    COLUMNS_FIXED /* then selfpay_prop_<insutype>, pric_uplmt_<cap grade>, and optional ones */
};

#define COLUMNS_MAX                                                                                \
    (COLUMNS_FIXED + CATALOGUE_INSUTYPES_MAX + CATALOGUE_CAP_GRADES_MAX + MORE_COLUMNS_MAX)
_Static_assert(COLUMNS_MAX <= TABLE_COLUMNS_MAX, "every column is read");

/* A lookup mostly ends in the slot where it begins: every further one is a cache line more. */
#define SLOTS_PER_ENTRY 3

struct line {
    struct catalogue_entry entry;
    int number;    /* of the file, for faults */
    uint32_t more; /* number in the list; 0: none */
};

struct reading {
    const struct policy *policy;
    struct arena *arena;
    struct faults *faults;
    struct line *lines;
    uint32_t count;
    size_t capacity;
    struct more_list more;
    size_t more_columns; /* the number of the first of them */
    bool out_of_memory;
};

/* Drugs X, Z (Western, Chinese patent) and T (pieces) have 20 or 23 characters, services 15 digits,
 * consumables C and 19 to 26 more (interface.md, section 5). */
bool catalogue_is_code(const char *code)
{
    size_t size = strlen(code);
    _Static_assert(27 < CATALOGUE_CODE, "the longest code and its NUL");
    if (code[strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] != '\0')
        return false;
    if (code[0] >= '0' && code[0] <= '9')
        return size == 15 && code[strspn(code, "0123456789")] == '\0';
    if (code[0] == 'C')
        return size >= 20 && size <= 27;
    return (code[0] == 'X' || code[0] == 'Z' || code[0] == 'T') && (size == 20 || size == 23);
}

static void read_what(const struct table_row *row, struct catalogue_entry *e)
{
    const char *text;
    if (table_text(row, COLUMN_CODE, TEXT_CODE_MAX, &text)) {
        if (!catalogue_is_code(text))
            table_fault(row, COLUMN_CODE, "“%s”不是药品、服务或耗材编码",
                        "\"%s\" is no drug, service or consumable code", text);
        else
            memcpy(e->med_list_codg, text, strlen(text));
    }
    (void)table_text(row, COLUMN_NAME, TEXT_NAME_MAX, &text);
    table_code(row, COLUMN_CLASS, 3, &e->chrgitm_lv);
    table_code(row, COLUMN_TYPE, 14, &e->med_chrgitm_type);
    table_flag(row, COLUMN_ESSENTIAL, &e->bas_medn_flag);
}

static uint8_t read_age(const struct table_row *row, size_t column, uint8_t open)
{
    int64_t age;
    if (*table_cell(row, column) == '\0' || !table_integer(row, column, 0, 200, &age))
        return open;
    return (uint8_t)age;
}

static void read_limits(const struct table_row *row, struct catalogue_entry *e)
{
    int64_t sex;
    table_flag(row, COLUMN_LIMITED, &e->lmt_used_flag);
    table_flag(row, COLUMN_INPATIENT, &e->inpatient_only);
    if (table_integer(row, COLUMN_SEX, 0, 2, &sex))
        e->sex_limit = (uint8_t)sex;
    e->age_min = read_age(row, COLUMN_AGE_MIN, 0);
    e->age_max = read_age(row, COLUMN_AGE_MAX, CATALOGUE_AGE_OPEN);
    if (e->age_min > e->age_max)
        table_fault(row, COLUMN_AGE_MAX, "小于 age_min", "below age_min");
    table_period(row, COLUMN_BEGNDATE, COLUMN_ENDDATE, &e->begndate, &e->enddate);
}

/* Class A has no first self-pay, class B must state one, class C is wholly own. */
static void read_selfpay(const struct reading *r, const struct table_row *row,
                         struct catalogue_entry *e)
{
    for (size_t i = 0; i < r->policy->insutype_count; i++) {
        size_t column = COLUMNS_FIXED + i;
        int64_t ratio = e->chrgitm_lv == 3 ? RATIO_ONE : 0;
        bool stated = *table_cell(row, column) != '\0';
        if ((stated || e->chrgitm_lv == 2) && !table_decimal(row, column, 4, RATIO_ONE, &ratio))
            continue;
        if (e->chrgitm_lv == 1 && ratio != 0)
            table_fault(row, column, "甲类没有先行自付", "class 01 has no first self-pay");
        if (e->chrgitm_lv == 3 && ratio != RATIO_ONE)
            table_fault(row, column, "丙类全部自费，应为 1 或空",
                        "class 03 is wholly own: 1 or empty");
        e->selfpay_prop[i] = (uint16_t)ratio;
    }
}

/* Caps that do not differ, mostly none at all, stand in the entry itself. */
static void read_caps(struct reading *r, const struct table_row *row, struct catalogue_entry *e)
{
    const size_t count = r->policy->cap_grade_count;
    int64_t caps[CATALOGUE_CAP_GRADES_MAX];
    for (size_t i = 0; i < count; i++) {
        size_t column = COLUMNS_FIXED + r->policy->insutype_count + i;
        caps[i] = -1;
        if (*table_cell(row, column))
            table_decimal(row, column, 6, CATALOGUE_PRICE_MAX, &caps[i]);
        e->caps_by_grade |= caps[i] != caps[0];
    }
    e->pric_uplmt_amt.at_all = caps[0];
    if (!e->caps_by_grade)
        return;
    int64_t *kept = arena_alloc(r->arena, count * sizeof *kept);
    r->out_of_memory |= !kept;
    e->pric_uplmt_amt.by_grade = kept;
    if (kept)
        memcpy(kept, caps, count * sizeof *kept);
}

static bool take(const struct table_row *row, void *user)
{
    struct reading *r = user;
    CHECK(r->count < r->capacity);
    struct line *line = &r->lines[r->count++];
    *line = (struct line){.number = row->line};
    read_what(row, &line->entry);
    read_limits(row, &line->entry);
    read_selfpay(r, row, &line->entry);
    read_caps(r, row, &line->entry);
    r->out_of_memory |=
        !more_read(r->policy, row, r->more_columns, &line->entry, &r->more, &line->more);
    return !r->out_of_memory;
}

static int compare(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int by_code = strcmp(x->entry.med_list_codg, y->entry.med_list_codg);
    if (by_code)
        return by_code;
    if (x->entry.begndate != y->entry.begndate)
        return x->entry.begndate < y->entry.begndate ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static void check_times(const struct reading *r)
{
    uint32_t rows = 1;
    for (uint32_t i = 1; i < r->count; i++) {
        const struct line *a = &r->lines[i - 1], *b = &r->lines[i];
        bool same =
            *b->entry.med_list_codg && strcmp(a->entry.med_list_codg, b->entry.med_list_codg) == 0;
        rows = same ? rows + 1 : 1;
        if (rows == CATALOGUE_VERSIONS_MAX + 1)
            faults_add(r->faults, CATALOGUE_FILE, b->number, "med_list_codg",
                       "%s 的行数过多，上限 %d", "%s has too many rows, the limit is %d",
                       b->entry.med_list_codg, CATALOGUE_VERSIONS_MAX);
        if (same && b->entry.begndate <= a->entry.enddate)
            faults_add(r->faults, CATALOGUE_FILE, b->number, "begndate",
                       "%s 的有效期与第 %d 行重叠", "%s is in force on days of line %d too",
                       b->entry.med_list_codg, a->number);
    }
}

/* Large, and asked all over: on pages of their usual size a lookup would wait for the page tables
 * too. */
static void *table_new(struct arena *arena, size_t size)
{
    size_t align = size < PAGES_HUGE ? CATALOGUE_ALIGN : PAGES_HUGE;
    uint8_t *p = arena_alloc_raw(arena, size + align - 1);
    if (!p)
        return NULL;
    p += -(uintptr_t)p % align;
    pages_huge(p, size);
    return memset(p, 0, size);
}

/* The lines are in order of code and time, and the last of a code comes first on its path. */
static void fill(const struct reading *r, struct catalogue_entry *slots, uint32_t slot_count)
{
    for (uint32_t i = r->count; i-- > 0;) {
        struct catalogue_key key;
        if (!catalogue_key(r->lines[i].entry.med_list_codg, &key))
            continue;
        uint32_t slot = catalogue_home(&key, slot_count);
        while (slots[slot].med_list_codg[0] != '\0')
            slot = catalogue_next(slot, slot_count);
        slots[slot] = r->lines[i].entry;
    }
}

static enum err number_more(const struct reading *r, struct catalogue *out)
{
    uint16_t *numbers;
    enum err err = more_freeze(&r->more, r->arena, out, &numbers);
    if (err == ERR_LIMIT)
        faults_add(r->faults, CATALOGUE_FILE, 0, NULL, "可选列的不同取值组合超过 %d 种",
                   "the optional columns say more than %d different things", UINT16_MAX);
    for (uint32_t i = 0; err == ERR_OK && i < r->count; i++)
        r->lines[i].entry.more = r->lines[i].more ? numbers[r->lines[i].more - 1] : 0;
    free(numbers);
    return err == ERR_LIMIT ? ERR_OK : err;
}

static enum err freeze(const struct reading *r, struct catalogue *out)
{
    enum err err = number_more(r, out);
    if (err != ERR_OK)
        return err;
    uint32_t slot_count = r->count * SLOTS_PER_ENTRY + 1;
    struct catalogue_entry *slots = table_new(r->arena, slot_count * sizeof *slots);
    if (!slots)
        return ERR_NOMEM;
    fill(r, slots, slot_count);
    out->count = r->count;
    out->slot_count = slot_count;
    out->slots = slots;
    return ERR_OK;
}

size_t catalogue_columns(const struct policy *policy, const char *columns[], char texts[][32])
{
    static const char *const fixed[COLUMNS_FIXED] = {
        "med_list_codg", "name",          "chrgitm_lv",     "med_chrgitm_type",
        "bas_medn_flag", "lmt_used_flag", "inpatient_only", "sex_limit",
        "age_min",       "age_max",       "begndate",       "enddate"};
    size_t n = 0;
    for (; n < COLUMNS_FIXED; n++)
        columns[n] = fixed[n];
    for (size_t i = 0; i < policy->insutype_count; i++, n++) {
        snprintf(texts[n], sizeof texts[n], "selfpay_prop_%03u", policy->insutypes[i]);
        columns[n] = texts[n];
    }
    for (size_t i = 0; i < policy->cap_grade_count; i++, n++) {
        snprintf(texts[n], sizeof texts[n], "pric_uplmt_%s", policy->cap_grades[i]);
        columns[n] = texts[n];
    }
    return n;
}

enum err catalogue_compile(struct slice text, const struct policy *policy, struct arena *arena,
                           struct faults *faults, struct catalogue *out)
{
    const char *columns[COLUMNS_MAX];
    char texts[COLUMNS_MAX][32];
    struct reading r = {
        .policy = policy, .arena = arena, .faults = faults, .capacity = table_rows_most(text)};
    if (r.capacity > CATALOGUE_ROWS_MAX) {
        faults_add(faults, CATALOGUE_FILE, 0, NULL, "行数过多，上限 %d",
                   "too many rows, the limit is %d", CATALOGUE_ROWS_MAX);
        return ERR_OK;
    }
    r.lines = malloc(r.capacity * sizeof *r.lines);
    if (!r.lines)
        return ERR_NOMEM;
    r.more_columns = catalogue_columns(policy, columns, texts);
    size_t count =
        r.more_columns + more_columns(policy, columns + r.more_columns, texts + r.more_columns);
    enum err err = table_read(CATALOGUE_FILE, text, columns, count, take, &r, faults);
    if (err == ERR_OK && !r.out_of_memory) {
        qsort(r.lines, r.count, sizeof *r.lines, compare);
        check_times(&r);
        if (faults_grave(faults) == 0)
            err = freeze(&r, out);
    }
    free(r.lines);
    more_free(&r.more);
    return err == ERR_NOMEM || r.out_of_memory ? ERR_NOMEM : ERR_OK;
}
