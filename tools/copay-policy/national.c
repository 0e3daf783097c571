/* The order of the columns is that of public client code which reads these files (the C# clients of
 * two vendors, one for Guangdong, and two Java ones, which agree): 1301 in 92 columns or, in newer
 * code, 97; 1302 in 29 or 33; 1303 in 78 or 85; 1305 in 16 or 20; 1306 in 71. No official text was
 * seen, and no real file; what the further columns at the end of 1302, 1303 and 1305 hold is not
 * known, nor is any version's name but F001_19970101000000_C, with which one client begins. 1304 is
 * handed out page by page like 1312, and no file of it was seen. */
#include "national.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "local.h"
#include "policy/catalogue.h"

static const struct national kinds[] = {
    {.infno = "1301",
     .zh = "西药中成药",
     .en = "Western and Chinese patent drugs",
     .widths = {92, 97},
     .names = {{8, "reg_name"}, {4, "drug_genname"}, {2, "drug_prodname"}},
     .essential = 71,
     .begins = 37,
     .ends = 38,
     .valid = 79,
     .ver = 84},
    {.infno = "1302",
     .zh = "中药饮片",
     .en = "decoction pieces",
     .widths = {29, 33},
     .names = {{2, "tcmherb_name"}},
     .begins = 12,
     .ends = 13,
     .valid = 14,
     .ver = 19},
    {.infno = "1303",
     .zh = "医疗机构制剂",
     .en = "institutions' own preparations",
     .widths = {78, 85},
     .names = {{2, "drug_prodname"}},
     .begins = 66,
     .ends = 67,
     .valid = 65,
     .ver = 72},
    {.infno = "1305",
     .zh = "医疗服务项目",
     .en = "services",
     .widths = {16, 20},
     .names = {{10, "servitem_name"}},
     .begins = 12,
     .ends = 13,
     .valid = 7,
     .ver = 16},
    {.infno = "1306",
     .zh = "医用耗材",
     .en = "consumables",
     .widths = {71, 71},
     .names = {{2, "mcs_name"}},
     .begins = 47,
     .ends = 48,
     .valid = 68,
     .ver = 71},
    {.infno = "1312", .zh = "医保目录", .en = "insurance catalogue", .local = LOCAL_CLASS},
    {.infno = "1318", .zh = "医保目录限价", .en = "price caps", .local = LOCAL_CAP},
    {.infno = "1319", .zh = "先自付比例", .en = "first self-pay ratios", .local = LOCAL_RATIO},
};

const struct national *national_find(const char *infno)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].infno, infno) == 0)
            return &kinds[i];
    return NULL;
}

bool version_stamp(const char *ver, int64_t *stamp)
{
    char digits[16];
    for (const char *at = ver; *at;) {
        size_t size = strspn(at, "0123456789");
        if (size == 14 || (at == ver && ver[size] == '\0' && size > 0 && size < 14)) {
            snprintf(digits, sizeof digits, "%.*s", (int)size, at);
            return money_parse(digits, 0, INT64_MAX, stamp) == ERR_OK;
        }
        at += size ? size : 1;
    }
    return false;
}

void input_note_version(struct input *input, const char *ver, int64_t stamp)
{
    if (input->ver[0] && stamp <= input->stamp)
        return;
    snprintf(input->ver, sizeof input->ver, "%s", ver);
    input->stamp = stamp;
}

bool input_code(const struct tab_line *line, size_t column, const char *name, const char **code)
{
    *code = tab_cell(line, column);
    if (catalogue_is_code(*code))
        return true;
    tab_fault(line, name, "“%.*s”不是药品、服务或耗材编码",
              "\"%.*s\" is no drug, service or consumable code", tab_shown(*code), *code);
    return false;
}

struct reader_of_lines {
    struct input *input;
    struct intake *intake;
    uint8_t number;
};

/* Either layout in any line: where empty columns at the end are missing, no single line tells which
 * one the file has. Columns too many are a TAB inside a text, which moves all that follow; so would
 * be a number between the two. */
static bool check_width(const struct national *kind, const struct tab_line *line)
{
    const unsigned narrow = kind->widths[0], wide = kind->widths[1];
    if (line->count > wide) {
        tab_fault(line, NULL, "本行有 %zu 列，应为 %u 列：文本中可能有制表符",
                  "found %zu columns, expected %u: is a TAB inside a text?", line->count, wide);
        return false;
    }
    if (line->count > narrow && line->count < wide) {
        tab_fault(line, NULL,
                  "本行有 %zu 列，应至多 %u 列，或为 %u 列：文本中可能有制表符，或行不完整",
                  "found %zu columns, expected at most %u, or %u: is a TAB inside a text, or the "
                  "line cut?",
                  line->count, narrow, wide);
        return false;
    }
    if (line->count >= kind->ver)
        return true;
    if (line->last)
        tab_fault(line, NULL, "文件在本行中断：只有 %zu 列，应至少 %u 列",
                  "the file ends in the middle of this line: %zu columns, expected at least %u",
                  line->count, (unsigned)kind->ver);
    else
        tab_fault(line, NULL, "本行有 %zu 列，应至少 %u 列",
                  "found %zu columns, expected at least %u", line->count, (unsigned)kind->ver);
    return false;
}

static bool read_name(const struct national *kind, const struct tab_line *line, const char **name)
{
    for (size_t i = 0; i < 3 && kind->names[i].column; i++) {
        *name = tab_cell(line, kind->names[i].column);
        if (**name)
            break;
    }
    size_t size = strlen(*name);
    if (size >= 1 && size <= TEXT_NAME_MAX)
        return true;
    tab_fault(line, kind->names[0].key, "长 %zu 字节，应为 1 至 %d 字节",
              "found %zu bytes, expected 1 to %d", size, TEXT_NAME_MAX);
    return false;
}

/* A row without a version's name is read all the same: another will have one. */
static bool read_version(struct reader_of_lines *r, const struct tab_line *line, int64_t *stamp)
{
    const char *ver = tab_cell(line, r->input->kind->ver);
    if (*ver == '\0')
        return true;
    if (strlen(ver) > TEXT_CODE_MAX || !version_stamp(ver, stamp)) {
        tab_fault(line, "ver_name",
                  "“%.*s”有误，应为含 14 位时间的版本名称，如 F001_20260101000000_C",
                  "found \"%.*s\", expected a version with a time of 14 digits, such as "
                  "F001_20260101000000_C",
                  tab_shown(ver), ver);
        return false;
    }
    input_note_version(r->input, ver, *stamp);
    return true;
}

static const char *essential_of(const struct reader_of_lines *r, const struct tab_line *line)
{
    uint8_t column = r->input->kind->essential;
    const char *mark = column ? tab_cell(line, column) : "";
    if (*mark == '\0')
        return NULL;
    return reading_lists(&r->intake->readings->bas_medn_flag, mark) ? "1" : "0";
}

static void take_item(const struct tab_line *line, void *user)
{
    struct reader_of_lines *r = user;
    const struct national *kind = r->input->kind;
    struct fact fact = {.file = r->input->path,
                        .line = line->number,
                        .subject = FACT_NATIONAL,
                        .input = r->number,
                        .essential = essential_of(r, line)};
    if (!check_width(kind, line))
        return;
    bool fine = input_code(line, 1, "med_list_codg", &fact.code);
    fine &= read_name(kind, line, &fact.text);
    fine &= tab_flag(line, kind->valid, "vali_flag", &fact.valid);
    fine &= tab_period(line, kind->begins, kind->ends, &fact.begins, &fact.ends);
    fine &= read_version(r, line, &fact.stamp);
    if (fine)
        facts_add(r->intake->facts, fact);
}

void national_read(struct input *input, uint8_t number, struct intake *intake)
{
    struct reader_of_lines r = {.input = input, .intake = intake, .number = number};
    uint32_t before = faults_total(intake->faults);
    if (input->kind->local != LOCAL_NONE) {
        local_read(input, number, intake);
    } else {
        input->lines =
            tab_read(input->path, input->text, input->size, take_item, &r, intake->faults);
    }
    if (faults_total(intake->faults) > before)
        return;
    if (input->lines == 0)
        faults_put(intake->faults, input->path, 0, NULL, "文件没有内容", "the file holds no row");
    else if (input->ver[0] == '\0')
        faults_put(intake->faults, input->path, 0, NULL, "没有一行有版本",
                   "no row names a version");
}
