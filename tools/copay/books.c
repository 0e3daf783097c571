/* Columns are the national names, amounts yuan. The business date stands in a setl_id; where there
 * is none, that of the msgid is taken, unless a column says better. */
#include "books.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/money.h"
#include "base/table.h"

#define FILE_MAX_BYTES ((size_t)256 * 1024 * 1024)

enum column {
    SETL_ID,
    MSGID,
    PSN_NO,
    INSUTYPE,
    CLR_TYPE,
    SETL_OPTINS,
    REFD_SETL_FLAG,
    MEDFEE_SUMAMT,
    FUND_PAY_SUMAMT,
    ACCT_PAY,
    BUSINESS_DATE,
    COLUMNS
};

static const char *const names[COLUMNS] = {"?setl_id",       "?msgid",        "psn_no",
                                           "insutype",       "clr_type",      "setl_optins",
                                           "refd_setl_flag", "medfee_sumamt", "fund_pay_sumamt",
                                           "acct_pay",       "?business_date"};

struct reading {
    struct arena *arena;
    struct books *books;
};

static const char *keep(struct reading *r, const char *text)
{
    const char *copy = arena_copy(r->arena, text, strlen(text));
    CHECK(copy);
    return copy;
}

static void read_name(const struct table_row *row, enum column column, char *out, size_t capacity)
{
    const char *text;
    if (table_text(row, column, capacity - 1, &text))
        memcpy(out, text, strlen(text) + 1);
}

static void read_amount(const struct table_row *row, enum column column, int64_t *out)
{
    if (money_parse(table_cell(row, column), 2, FEN_MAX, out) != ERR_OK)
        table_fault(row, column, "不是金额", "is not an amount of yuan");
}

static int32_t date_of_names(const struct detail_row *row)
{
    char midnight[15] = "00000000000000";
    uint64_t sequence;
    int64_t time_ms;
    if (id_parse_setl(row->setl_id, &sequence) == ERR_OK) {
        memcpy(midnight, row->setl_id + ID_ADMDVS, 8);
        if (date_parse_compact(midnight, &time_ms) == ERR_OK)
            return date_of_time(time_ms);
    }
    return id_parse_msgid(row->msgid, &time_ms) == ERR_OK ? date_of_time(time_ms) : DATE_NONE;
}

static void read_date(const struct table_row *row, struct book_entry *entry)
{
    if (table_cell(row, BUSINESS_DATE)[0]) {
        (void)table_date(row, BUSINESS_DATE, &entry->date);
        return;
    }
    entry->date = date_of_names(&entry->row);
    if (entry->date == DATE_NONE)
        table_fault(row, SETL_ID, "看不出业务日期", "tells no business date");
}

static bool read_row(const struct table_row *row, void *user)
{
    struct reading *r = user;
    struct books *books = r->books;
    if (books->count == books->capacity) {
        books->capacity = books->capacity ? 2 * books->capacity : 1024;
        books->entries = realloc(books->entries, books->capacity * sizeof books->entries[0]);
        CHECK(books->entries);
    }
    struct book_entry *entry = &books->entries[books->count++];
    *entry = (struct book_entry){.date = DATE_NONE};
    read_name(row, INSUTYPE, entry->kind.insutype, sizeof entry->kind.insutype);
    read_name(row, CLR_TYPE, entry->kind.clr_type, sizeof entry->kind.clr_type);
    read_name(row, SETL_OPTINS, entry->kind.setl_optins, sizeof entry->kind.setl_optins);
    entry->row.setl_id = keep(r, table_cell(row, SETL_ID));
    entry->row.msgid = keep(r, table_cell(row, MSGID));
    entry->row.psn_no = keep(r, table_cell(row, PSN_NO));
    (void)table_flag(row, REFD_SETL_FLAG, &entry->row.refd_setl_flag);
    read_amount(row, MEDFEE_SUMAMT, &entry->row.medfee_sumamt);
    read_amount(row, FUND_PAY_SUMAMT, &entry->row.fund_pay_sumamt);
    read_amount(row, ACCT_PAY, &entry->row.acct_pay);
    read_date(row, entry);
    return true;
}

int books_compare_kinds(const struct statement_kind *a, const struct statement_kind *b)
{
    int order = strcmp(a->insutype, b->insutype);
    order = order ? order : strcmp(a->clr_type, b->clr_type);
    return order ? order : strcmp(a->setl_optins, b->setl_optins);
}

static int compare_entries(const void *a, const void *b)
{
    const struct book_entry *x = a, *y = b;
    int order = books_compare_kinds(&x->kind, &y->kind);
    return order ? order : (x->date > y->date) - (x->date < y->date);
}

struct statement_sums books_net(const struct book_entry *entries, size_t count)
{
    struct statement_sums sums = {0};
    for (size_t i = 0; i < count; i++) {
        const struct detail_row *row = &entries[i].row;
        sums.setl_cnt += row->refd_setl_flag ? -1 : 1;
        sums.medfee_sumamt += row->medfee_sumamt;
        sums.fund_pay_sumamt += row->fund_pay_sumamt;
        sums.acct_pay += row->acct_pay;
    }
    return sums;
}

bool books_read(const char *path, struct arena *arena, struct books *out)
{
    struct faults *faults = calloc(1, sizeof *faults);
    struct reading reading = {.arena = arena, .books = out};
    uint8_t *bytes = NULL;
    size_t size = 0;
    *out = (struct books){0};
    CHECK(faults);
    enum err err = file_read(path, FILE_MAX_BYTES, &bytes, &size);
    if (err == ERR_OK)
        err = table_read(path, (struct slice){bytes, size}, names, COLUMNS, read_row, &reading,
                         faults);
    bool good = err == ERR_OK && faults->count == 0;
    if (!good && faults->count == 0)
        fprintf(stderr, "copay: %s: 无法读取 / cannot be read\n", path);
    faults_report(faults, stderr);
    if (good)
        qsort(out->entries, out->count, sizeof out->entries[0], compare_entries);
    free(bytes);
    free(faults);
    return good;
}
