/* Reads the tables row by row into an arena, then sorts members to join and to find pairs. */
#include "roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/file.h"
#include "base/money.h"
#include "base/table.h"
#include "base/utf8.h"

#define FILE_SIZE_MAX ((size_t)4 << 30)
#define ARENA_MAX ((size_t)16 << 30)
#define CODE_TEXT_MAX 3

struct roster {
    struct arena *arena;
    struct hash digests[3];         /* of members, insurances, identities */
    struct roster_member **members; /* in the order of the file */
    struct roster_member **by_psn_no;
    uint32_t count, capacity;
    uint64_t fault_count;
    bool out_of_memory;
    struct faults faults; /* of the row at hand */
    const struct roster_files *files;
};

/* Prints and forgets the faults found so far, so that every bad row of a long file is named. A
 * fault of another line than the row's is a row that never became one. */
static void flush(struct roster *roster, const struct table_row *row)
{
    for (uint32_t i = 0; i < roster->faults.count; i++) {
        const struct fault *fault = &roster->faults.list[i];
        printf("%s:%d ", fault->file, fault->line);
        if (row && fault->line == row->line)
            printf("第 %u 行 row %u ", row->number, row->number);
        printf("%s：%s / %s\n", fault->key, fault->zh, fault->en);
    }
    roster->fault_count += roster->faults.count + roster->faults.more;
    faults_clear(&roster->faults);
}

/* A text that outlives its row; "" when it is wrong (a fault) or memory is gone (latched). */
static const char *keep(struct roster *roster, const struct table_row *row, size_t column,
                        size_t max, bool required)
{
    const char *text = table_cell(row, column);
    if ((required || *text) && !table_text(row, column, max, &text))
        return "";
    char *copy = arena_copy(roster->arena, text, strlen(text));
    roster->out_of_memory |= !copy;
    return copy ? copy : "";
}

static void put(const struct table_row *row, size_t column, char *out, size_t capacity)
{
    const char *text;
    if (table_text(row, column, capacity - 1, &text))
        memcpy(out, text, strlen(text) + 1);
}

/* Bytes of a cell quoted in a fault. */
static int shown(const char *text)
{
    return (int)utf8_whole(text, strnlen(text, 30));
}

static void put_admdvs(const struct table_row *row, size_t column, char out[ID_ADMDVS + 1])
{
    const char *text = table_cell(row, column);
    if (id_is_admdvs(text))
        memcpy(out, text, ID_ADMDVS + 1);
    else
        table_fault(row, column, "“%.*s”应为六位区划", "found \"%.*s\", expected six digits",
                    shown(text), text);
}

/* An empty cell leaves *out alone. */
static void put_date(const struct table_row *row, size_t column, int32_t *out)
{
    if (table_cell(row, column)[0])
        table_date(row, column, out);
}

static void check_order(const struct table_row *row, size_t column, int32_t early, int32_t late,
                        const char *than)
{
    if (early != DATE_NONE && late < early)
        table_fault(row, column, "早于 %s", "is before %s", than);
}

static bool append_member(struct roster *roster, struct roster_member *member)
{
    if (roster->count == roster->capacity) {
        uint32_t capacity = roster->capacity ? 2 * roster->capacity : 1024;
        void *more = realloc(roster->members, capacity * sizeof(struct roster_member *));
        if (!more)
            return false;
        roster->members = more;
        roster->capacity = capacity;
    }
    roster->members[roster->count++] = member;
    return true;
}

static bool read_member(const struct table_row *row, void *user)
{
    enum { PSN_NO, PSN_CERT_TYPE, CERTNO, PSN_NAME, GEND, NATY, BRDY, DEATH_DATE };
    struct roster *roster = user;
    struct roster_member *member = arena_alloc(roster->arena, sizeof *member);
    int64_t gend = 0;
    if (!member || !append_member(roster, member)) {
        roster->out_of_memory = true;
        return false;
    }
    member->row = row->number;
    member->psn_no = keep(roster, row, PSN_NO, TEXT_ID_MAX, true);
    member->psn_cert_type = keep(roster, row, PSN_CERT_TYPE, CODE_TEXT_MAX, true);
    member->certno = keep(roster, row, CERTNO, TEXT_CODE_MAX, true);
    member->psn_name = keep(roster, row, PSN_NAME, TEXT_NAME_MAX, true);
    member->naty = keep(roster, row, NATY, CODE_TEXT_MAX, false);
    table_integer(row, GEND, 1, 2, &gend);
    member->gend = (uint8_t)gend;
    member->brdy = member->death_date = DATE_NONE;
    table_date(row, BRDY, &member->brdy);
    put_date(row, DEATH_DATE, &member->death_date);
    if (member->death_date != DATE_NONE)
        check_order(row, DEATH_DATE, member->brdy, member->death_date, "brdy");
    flush(roster, row);
    return !roster->out_of_memory;
}

static int compare_psn_no(const void *a, const void *b)
{
    const struct roster_member *x = *(struct roster_member *const *)a;
    const struct roster_member *y = *(struct roster_member *const *)b;
    int order = strcmp(x->psn_no, y->psn_no);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

static int compare_certificate(const void *a, const void *b)
{
    const struct roster_member *x = *(struct roster_member *const *)a;
    const struct roster_member *y = *(struct roster_member *const *)b;
    int order = strcasecmp(x->certno, y->certno); /* the last place may be x or X */
    if (order == 0)
        order = strcmp(x->psn_cert_type, y->psn_cert_type);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

/* The member a row of another table belongs to, or a fault. */
static struct roster_member *owner(struct roster *roster, const struct table_row *row)
{
    const char *psn_no = table_cell(row, 0);
    uint32_t low = 0, high = roster->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(roster->by_psn_no[middle]->psn_no, psn_no);
        if (order == 0)
            return roster->by_psn_no[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    table_fault(row, 0, "人员表中没有“%.*s”", "\"%.*s\" is not in the members file", shown(psn_no),
                psn_no);
    return NULL;
}

/* balc opens the personal account, which belongs to the employees' insurance. */
static void read_balc(const struct table_row *row, size_t column, uint16_t insutype,
                      struct roster_member *member)
{
    if (!table_cell(row, column)[0])
        return;
    if (insutype != 310)
        table_fault(row, column, "只有 310 有个人账户", "only 310 has a personal account");
    else if (member && member->balc_given)
        table_fault(row, column, "余额重复", "the opening balance occurs twice");
    else if (member)
        member->balc_given = table_decimal(row, column, 2, FEN_MAX, &member->balc);
}

static bool read_insurance(const struct table_row *row, void *user)
{
    enum { PSN_NO, INSUTYPE, PSN_TYPE, STAS, COUNTY, FROM, POOL, PAUSED, EXPIRES, CIVIL, BALC };
    struct roster *roster = user;
    struct roster_member *member = owner(roster, row);
    struct roster_insurance *item = arena_alloc(roster->arena, sizeof *item);
    int64_t insutype = 0, stas = 0;
    bool civil_servant = false;
    if (!item) {
        roster->out_of_memory = true;
        return false;
    }
    struct insurance *in = &item->insurance;
    in->psn_insu_date = in->paus_insu_date = DATE_NONE;
    in->expi_date = DATE_MAX;
    table_integer(row, INSUTYPE, 100, 999, &insutype);
    put(row, PSN_TYPE, in->psn_type, sizeof in->psn_type);
    table_integer(row, STAS, 0, 9, &stas);
    put_admdvs(row, COUNTY, in->insuplc_admdvs);
    table_date(row, FROM, &in->psn_insu_date);
    in->pool_begndate = in->psn_insu_date;
    put_date(row, POOL, &in->pool_begndate);
    check_order(row, POOL, in->psn_insu_date, in->pool_begndate, "psn_insu_date");
    put_date(row, PAUSED, &in->paus_insu_date);
    put_date(row, EXPIRES, &in->expi_date);
    check_order(row, EXPIRES, in->psn_insu_date, in->expi_date, "psn_insu_date");
    if (table_cell(row, CIVIL)[0])
        table_flag(row, CIVIL, &civil_servant);
    in->insutype = (uint16_t)insutype;
    in->psn_insu_stas = (uint8_t)stas;
    in->cvlserv_flag = civil_servant;
    read_balc(row, BALC, in->insutype, member);
    if (member && member->insurance_count == INSURANCES_MAX)
        table_fault(row, PSN_NO, "参保记录超过 %d 条", "more than %d insurances", INSURANCES_MAX);
    else if (member) {
        *(member->last_insurance ? &member->last_insurance->next : &member->insurances) = item;
        member->last_insurance = item;
        member->insurance_count++;
    }
    flush(roster, row);
    return true;
}

static bool read_identity(const struct table_row *row, void *user)
{
    enum { PSN_NO, TYPE, LEVEL, COUNTY, FROM, TO };
    struct roster *roster = user;
    struct roster_member *member = owner(roster, row);
    struct roster_identity *item = arena_alloc(roster->arena, sizeof *item);
    if (!item) {
        roster->out_of_memory = true;
        return false;
    }
    struct identity *identity = &item->identity;
    put(row, TYPE, identity->psn_idet_type, sizeof identity->psn_idet_type);
    if (table_cell(row, LEVEL)[0])
        put(row, LEVEL, identity->psn_type_lv, sizeof identity->psn_type_lv);
    put_admdvs(row, COUNTY, identity->admdvs);
    identity->begntime = DATE_NONE;
    identity->endtime = DATE_MAX;
    table_date(row, FROM, &identity->begntime);
    put_date(row, TO, &identity->endtime);
    check_order(row, TO, identity->begntime, identity->endtime, "begntime");
    if (member && member->identity_count == IDENTITIES_MAX)
        table_fault(row, PSN_NO, "身份记录超过 %d 条", "more than %d identities", IDENTITIES_MAX);
    else if (member) {
        *(member->last_identity ? &member->last_identity->next : &member->identities) = item;
        member->last_identity = item;
        member->identity_count++;
    }
    flush(roster, row);
    return true;
}

static void pair(struct roster *roster, const struct roster_member *a,
                 const struct roster_member *b, const char *column, const char *value)
{
    printf("%s 第 %u 行 row %u %s：“%s”与第 %u 行（%s）重复 / \"%s\" is also in row %u (%s)\n",
           roster->files->members, b->row, b->row, column, value, a->row, a->psn_no, value, a->row,
           a->psn_no);
    roster->fault_count++;
}

/* Rows that name one person, or one identity number: both rows are named. */
static void check_pairs(struct roster *roster)
{
    struct roster_member **list = roster->by_psn_no;
    qsort(list, roster->count, sizeof *list, compare_certificate);
    for (uint32_t i = 1; i < roster->count; i++)
        if (list[i]->certno[0] && strcasecmp(list[i]->certno, list[i - 1]->certno) == 0 &&
            strcmp(list[i]->psn_cert_type, list[i - 1]->psn_cert_type) == 0)
            pair(roster, list[i - 1], list[i], "certno", list[i]->certno);
    qsort(list, roster->count, sizeof *list, compare_psn_no);
    for (uint32_t i = 1; i < roster->count; i++)
        if (list[i]->psn_no[0] && strcmp(list[i]->psn_no, list[i - 1]->psn_no) == 0)
            pair(roster, list[i - 1], list[i], "psn_no", list[i]->psn_no);
}

static void check_insured(struct roster *roster)
{
    for (uint32_t i = 0; i < roster->count; i++) {
        const struct roster_member *member = roster->members[i];
        if (member->insurance_count > 0)
            continue;
        printf("%s 第 %u 行 row %u psn_no：没有参保记录 / no insurance in %s\n",
               roster->files->members, member->row, member->row, roster->files->insurances);
        roster->fault_count++;
    }
}

static enum err read_table(struct roster *roster, const char *path, const char *const columns[],
                           size_t count, table_row_fn *fn, struct hash *digest)
{
    uint8_t *text;
    size_t size;
    enum err err = file_read(path, FILE_SIZE_MAX, &text, &size);
    if (err != ERR_OK) {
        faults_add(&roster->faults, path, 0, "", "无法读取：%s", "cannot be read: %s",
                   err_text(err));
        flush(roster, NULL);
        return ERR_OK;
    }
    *digest = hash_sha256(text, size);
    err = table_read(path, (struct slice){text, size}, columns, count, fn, roster, &roster->faults);
    flush(roster, NULL);
    free(text);
    return roster->out_of_memory ? ERR_NOMEM : err == ERR_NOMEM ? err : ERR_OK;
}

static enum err sort_members(struct roster *roster)
{
    roster->by_psn_no = malloc((roster->count + 1) * sizeof(struct roster_member *));
    if (!roster->by_psn_no)
        return ERR_NOMEM;
    if (roster->count)
        memcpy(roster->by_psn_no, roster->members, roster->count * sizeof(struct roster_member *));
    check_pairs(roster);
    return ERR_OK;
}

static enum err read_tables(struct roster *roster)
{
    static const char *const members[] = {"psn_no", "psn_cert_type", "certno", "psn_name",
                                          "gend",   "naty",          "brdy",   "death_date"};
    static const char *const insurances[] = {
        "psn_no",         "insutype",      "psn_type",      "psn_insu_stas",
        "insuplc_admdvs", "psn_insu_date", "pool_begndate", "paus_insu_date",
        "expi_date",      "cvlserv_flag",  "balc"};
    static const char *const identities[] = {"psn_no", "psn_idet_type", "psn_type_lv",
                                             "admdvs", "begntime",      "endtime"};
    const struct roster_files *files = roster->files;
    enum err err = read_table(roster, files->members, members, ARRAY_LEN(members), read_member,
                              &roster->digests[0]);
    if (err == ERR_OK)
        err = sort_members(roster);
    if (err == ERR_OK)
        err = read_table(roster, files->insurances, insurances, ARRAY_LEN(insurances),
                         read_insurance, &roster->digests[1]);
    if (err == ERR_OK)
        err = read_table(roster, files->identities, identities, ARRAY_LEN(identities),
                         read_identity, &roster->digests[2]);
    if (err == ERR_OK)
        check_insured(roster);
    return err;
}

enum err roster_read(const struct roster_files *files, struct roster **out, uint64_t *fault_count)
{
    struct roster *roster = calloc(1, sizeof *roster);
    if (!roster)
        return ERR_NOMEM;
    roster->files = files;
    roster->arena = arena_new(ARENA_MAX);
    enum err err = roster->arena ? read_tables(roster) : ERR_NOMEM;
    if (err != ERR_OK) {
        roster_free(roster);
        return err;
    }
    *fault_count = roster->fault_count;
    *out = roster;
    return ERR_OK;
}

void roster_free(struct roster *roster)
{
    if (!roster)
        return;
    arena_free(roster->arena);
    free(roster->members);
    free(roster->by_psn_no);
    free(roster);
}

struct hash roster_digest(const struct roster *roster)
{
    return hash_sha256(roster->digests, sizeof roster->digests);
}

uint32_t roster_count(const struct roster *roster)
{
    return roster->count;
}

const struct roster_member *roster_member(const struct roster *roster, uint32_t i)
{
    CHECK(i < roster->count);
    return roster->members[i];
}
