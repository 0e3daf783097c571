/* Reads the conflicts between catalogues, and whether the catalogue has the winner's side. */
#include "review/conflicts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/table.h"

#define FILE_MAX (1024 * 1024)

enum column {
    COLUMN_CODE,
    COLUMN_NAME,
    COLUMN_COUNTY,
    COLUMN_COUNTY_LV,
    COLUMN_COUNTY_PROP,
    COLUMN_CITY_LV,
    COLUMN_CITY_PROP,
    COLUMN_IN_FORCE,
    COLUMN_BEGNDATE,
    COLUMN_ENDDATE,
    COLUMN_STATE,
    COLUMNS
};

struct reading {
    const struct pack *pack;
    struct conflicts *out;
};

static bool read_words(const struct table_row *row, size_t column, size_t max, char *out)
{
    const char *text;
    if (!table_text(row, column, max, &text))
        return false;
    memcpy(out, text, strlen(text) + 1);
    return true;
}

/* A class and, of class B alone, its first self-pay ratio, in the column after it. */
static bool read_side(const struct table_row *row, size_t column, struct conflict_side *side)
{
    uint8_t class;
    int64_t ratio = 0;
    if (!table_code(row, column, 3, &class))
        return false;
    const bool given = *table_cell(row, column + 1);
    if (given != (class == 2)) {
        table_fault(row, column + 1, "只有乙类有先自付比例，且必须有",
                    "class 02 has a first self-pay ratio, and no other class");
        return false;
    }
    if (given && !table_decimal(row, column + 1, 4, RATIO_ONE, &ratio))
        return false;
    *side = (struct conflict_side){class, (uint16_t)ratio};
    return true;
}

static bool read_winner(const struct table_row *row, bool *county)
{
    const char *text = table_cell(row, COLUMN_IN_FORCE);
    *county = strcmp(text, "county") == 0;
    if (*county || strcmp(text, "city") == 0)
        return true;
    table_fault(row, COLUMN_IN_FORCE, "应为 city 或 county", "expected city or county");
    return false;
}

static bool read_county(const struct table_row *row, const struct pack *pack, char *out)
{
    if (!read_words(row, COLUMN_COUNTY, ID_ADMDVS, out))
        return false;
    if (strlen(out) == ID_ADMDVS && strspn(out, "0123456789") == ID_ADMDVS &&
        strncmp(out, pack_region(pack), 4) == 0)
        return true;
    table_fault(row, COLUMN_COUNTY, "应为 %.4s 的县级代码", "expected a county's code of %.4s",
                pack_region(pack));
    return false;
}

static bool read_row(const struct table_row *row, const struct pack *pack, struct conflict *c)
{
    bool good = read_words(row, COLUMN_CODE, sizeof c->med_list_codg - 1, c->med_list_codg);
    good &= read_words(row, COLUMN_NAME, sizeof c->name - 1, c->name);
    good &= read_county(row, pack, c->county_code);
    bool sides = read_side(row, COLUMN_COUNTY_LV, &c->county);
    sides &= read_side(row, COLUMN_CITY_LV, &c->city);
    good &= read_winner(row, &c->county_wins);
    good &= table_period(row, COLUMN_BEGNDATE, COLUMN_ENDDATE, &c->begndate, &c->enddate);
    good &= read_words(row, COLUMN_STATE, sizeof c->state - 1, c->state);
    if (sides && memcmp(&c->county, &c->city, sizeof c->county) == 0) {
        table_fault(row, COLUMN_CITY_LV, "县市相同，不是冲突",
                    "county and city say the same: that is no conflict");
        good = false;
    }
    return good && sides;
}

static bool agrees(const struct catalogue_entry *entry, uint8_t insutypes,
                   const struct conflict_side *side)
{
    bool same = entry->chrgitm_lv == side->chrgitm_lv;
    for (uint8_t i = 0; same && side->chrgitm_lv == 2 && i < insutypes; i++)
        same = entry->selfpay_prop[i] == side->selfpay_prop;
    return same;
}

/* On every day of the conflict the catalogue must have the winner's side: the rows of a code follow
 * each other in time. */
static bool check_catalogue(const struct table_row *row, const struct pack *pack,
                            const struct conflict *c)
{
    const struct conflict_side *winner = c->county_wins ? &c->county : &c->city;
    const uint8_t insutypes = pack_version(pack, 0)->insutype_count;
    for (int32_t day = c->begndate; day <= c->enddate;) {
        const struct catalogue_entry *entry;
        char text[DATE_TEXT];
        if (catalogue_find(pack_catalogue(pack), c->med_list_codg, day, &entry) !=
            CATALOGUE_FOUND) {
            table_fault(row, COLUMN_CODE, "catalogue.csv 在 %s 没有该项目",
                        "catalogue.csv has no such item on %s", date_format(day, text));
            return false;
        }
        if (!agrees(entry, insutypes, winner)) {
            table_fault(row, COLUMN_IN_FORCE, "catalogue.csv 在 %s 不是这一方的等级和比例",
                        "catalogue.csv has another class or ratio on %s than this side",
                        date_format(day, text));
            return false;
        }
        if (entry->enddate == DATE_MAX)
            return true;
        day = entry->enddate + 1;
    }
    return true;
}

static bool take(const struct table_row *row, void *user)
{
    struct reading *r = user;
    struct conflicts *out = r->out;
    if (out->count == CONFLICTS_MAX) {
        table_fault(row, COLUMN_CODE, "行数过多，上限 %d", "too many rows, the limit is %d",
                    CONFLICTS_MAX);
        return false;
    }
    struct conflict *c = &out->list[out->count];
    *c = (struct conflict){0};
    if (read_row(row, r->pack, c) && check_catalogue(row, r->pack, c))
        out->count++;
    return true;
}

void conflicts_read(const char *dir, const struct pack *pack, struct conflicts *out,
                    struct faults *faults)
{
    static const char *const columns[COLUMNS] = {"med_list_codg",
                                                 "name",
                                                 "county",
                                                 "county_chrgitm_lv",
                                                 "county_selfpay_prop",
                                                 "city_chrgitm_lv",
                                                 "city_selfpay_prop",
                                                 "in_force",
                                                 "begndate",
                                                 "enddate",
                                                 "state"};
    struct reading r = {pack, out};
    char path[4096];
    uint8_t *data = NULL;
    size_t size = 0;
    out->count = 0;
    enum err err = ERR_LIMIT;
    if (snprintf(path, sizeof path, "%s/" CONFLICTS_FILE, dir) < (int)sizeof path)
        err = file_read(path, FILE_MAX, &data, &size);
    if (err == ERR_NOTFOUND)
        return;
    uint32_t before = faults_total(faults);
    if (err == ERR_OK)
        err = table_read(CONFLICTS_FILE, (struct slice){data, size}, columns, COLUMNS, take, &r,
                         faults);
    free(data);
    if (err != ERR_OK && faults_total(faults) == before)
        faults_add(faults, CONFLICTS_FILE, 0, NULL, "无法读取：%s", "cannot be read: %s",
                   err_text(err));
}

static void say_side(FILE *out, enum lang lang, const struct conflict_side *side)
{
    static const char *const zh[] = {"甲类", "乙类", "丙类"};
    static const char *const en[] = {"class A", "class B", "class C"};
    fputs(in_words(lang, zh[side->chrgitm_lv - 1], en[side->chrgitm_lv - 1]), out);
    if (side->chrgitm_lv == 2)
        say(out, lang, "先自付 %s%%", ", %s%% first self-pay", PERCENT(side->selfpay_prop));
}

void conflict_say(FILE *out, enum lang lang, const struct conflict *c)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    say(out, lang, "%s ", "%s ", c->county_code);
    say_side(out, lang, &c->county);
    fputs(in_words(lang, "，市 ", "; city "), out);
    say_side(out, lang, &c->city);
    say(out, lang, "；%s 至 %s ", "; from %s to %s ", date_format(c->begndate, from),
        c->enddate == DATE_MAX ? in_words(lang, "另行通知", "further notice")
                               : date_format(c->enddate, to));
    fputs(c->county_wins ? in_words(lang, "按县", "the county's holds")
                         : in_words(lang, "按市", "the city's holds"),
          out);
    say(out, lang, "，%s", ", %s", c->state);
}
