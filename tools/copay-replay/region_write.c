/* Growing a region's tables. Every new row copies one of the base's (class, caps, grades, kinds of
 * care), so that shares stay as they are; only code, name and, of institutions, county are its
 * own. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "policy/pack.h"
#include "random.h"
#include "region.h"
#include "sheet.h"

#define POLICY_BYTES_MAX ((size_t)16 << 20)
#define SERIALS 1000 /* of one county and letter: 99000 to 99999 */

static FILE *create(const char *dir, const char *name)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    if (!file)
        fprintf(stderr, "copay-replay: %s: %s\n", path, strerror(errno));
    return file;
}

static bool copy_file(const char *base, const char *dir, const char *name)
{
    char path[2048];
    uint8_t *text;
    size_t size;
    snprintf(path, sizeof path, "%s/%s", base, name);
    if (file_read(path, POLICY_BYTES_MAX, &text, &size) != ERR_OK) {
        fprintf(stderr, "copay-replay: %s cannot be read\n", path);
        return false;
    }
    FILE *file = create(dir, name);
    bool written = file && fwrite(text, 1, size, file) == size;
    free(text);
    return file && fclose(file) == 0 && written;
}

/* The smart-audit rules, which the base's cases are about, if it has any. */
static bool copy_audit(const char *base, const char *dir)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/" AUDIT_FILE, base);
    return access(path, F_OK) != 0 || copy_file(base, dir, AUDIT_FILE);
}

/* No pack is published without cases, and the base's pass: its rows are all there. */
static bool copy_cases(const char *base, const char *dir)
{
    char from[2048], to[2048];
    snprintf(from, sizeof from, "%s/cases", base);
    snprintf(to, sizeof to, "%s/cases", dir);
    DIR *cases = opendir(from);
    if (!cases || (mkdir(to, 0755) != 0 && errno != EEXIST)) {
        fprintf(stderr, "copay-replay: %s: %s\n", cases ? to : from, strerror(errno));
        if (cases)
            closedir(cases);
        return false;
    }
    bool copied = true;
    for (struct dirent *e = readdir(cases); copied && e; e = readdir(cases))
        if (e->d_name[0] != '.')
            copied = copy_file(from, to, e->d_name);
    closedir(cases);
    return copied;
}

static void put_row(FILE *file, const struct sheet *sheet, uint32_t row, int code_column,
                    const char *code, const char *name)
{
    int name_column = sheet_column(sheet, "name");
    for (uint32_t i = 0; i < sheet->columns; i++) {
        const char *text = sheet_cell(sheet, row, (int)i);
        text = code && (int)i == code_column ? code : text;
        text = name && (int)i == name_column ? name : text;
        sheet_put(file, text, i + 1 == sheet->columns);
    }
}

static void put_base(FILE *file, const struct sheet *sheet)
{
    for (uint32_t i = 0; i < sheet->columns; i++)
        sheet_put(file, sheet->names[i], i + 1 == sheet->columns);
    for (uint32_t i = 0; i < sheet->rows; i++)
        put_row(file, sheet, i, -1, NULL, NULL);
}

/* A code of the same kind and length: its first character, 99 and a number. */
static void item_code(const char *like, uint32_t number, char out[32])
{
    size_t size = strlen(like), head = like[0] == '0' ? 3 : 1;
    snprintf(out, 32, "%.*s99%0*" PRIu32, (int)head, like, (int)(size - head - 2), number);
}

static bool grow_items(const char *base, const char *dir, uint64_t seed, uint32_t items)
{
    char path[2048], code[32], name[400];
    struct sheet sheet;
    struct random r = random_on(seed, 1);
    snprintf(path, sizeof path, "%s/catalogue.csv", base);
    if (!sheet_read(path, &sheet))
        return false;
    FILE *file = create(dir, "catalogue.csv");
    int column = sheet_column(&sheet, "med_list_codg");
    if (file)
        put_base(file, &sheet);
    for (uint32_t i = sheet.rows; file && sheet.rows > 0 && i < items; i++) {
        uint32_t row = (uint32_t)random_below(&r, sheet.rows);
        item_code(sheet_cell(&sheet, row, column), i, code);
        snprintf(name, sizeof name, "%.100s（示例%" PRIu32 "）",
                 sheet_cell(&sheet, row, sheet_column(&sheet, "name")), i);
        put_row(file, &sheet, row, column, code, name);
    }
    sheet_free(&sheet);
    return file && fclose(file) == 0;
}

static bool taken(const struct sheet *sheet, int column, const char *code)
{
    for (uint32_t i = 0; i < sheet->rows; i++)
        if (strcmp(sheet_cell(sheet, i, column), code) == 0)
            return true;
    return false;
}

static bool grow_places(const char *base, const char *dir, uint64_t seed, uint32_t places)
{
    char path[2048], code[20], name[64];
    struct sheet sheet;
    struct random r = random_on(seed, 2);
    snprintf(path, sizeof path, "%s/institutions.csv", base);
    if (!sheet_read(path, &sheet))
        return false;
    FILE *file = create(dir, "institutions.csv");
    int column = sheet_column(&sheet, "fixmedins_code"), county = sheet_column(&sheet, "admdvs");
    uint32_t *next = calloc((size_t)sheet.rows + 1, sizeof *next);
    if (file)
        put_base(file, &sheet);
    /* Each of the base's rows begets its share, numbered from 99 999 down. */
    for (uint32_t i = sheet.rows; next && file && sheet.rows > 0 && i < places;) {
        uint32_t row = (uint32_t)random_below(&r, sheet.rows);
        const char *like = sheet_cell(&sheet, row, column);
        const char *admdvs = sheet_cell(&sheet, row, county);
        uint32_t first = 0;
        for (uint32_t k = 0; k < sheet.rows && first == 0; k++)
            if (sheet_cell(&sheet, k, column)[0] == like[0] &&
                strcmp(sheet_cell(&sheet, k, county), admdvs) == 0)
                first = k + 1;
        uint32_t *number = &next[first - 1];
        if (++*number >= SERIALS) {
            fprintf(stderr, "copay-replay: %" PRIu32 " institutions are too many\n", places);
            break;
        }
        snprintf(code, sizeof code, "%c%.6s%05d", like[0], admdvs, 100000 - (int)*number);
        if (taken(&sheet, column, code))
            continue;
        snprintf(name, sizeof name, like[0] == 'P' ? "示范药店%04" PRIu32 : "示范医院%04" PRIu32,
                 i);
        put_row(file, &sheet, row, column, code, name);
        i++;
    }
    bool written = next != NULL;
    free(next);
    sheet_free(&sheet);
    return file && fclose(file) == 0 && written;
}

bool region_write(const char *base, const char *dir, uint64_t seed, uint32_t items, uint32_t places)
{
    return copy_file(base, dir, "policy.yaml") && copy_audit(base, dir) && copy_cases(base, dir) &&
           grow_items(base, dir, seed, items) && grow_places(base, dir, seed, places);
}
