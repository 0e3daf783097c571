/* Reading a region's folder for what bills need. */
#include "region.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "sheet.h"

#define POLICY_BYTES_MAX ((size_t)16 << 20)

static bool read_policy(const char *dir, struct region *region)
{
    char path[2048];
    uint8_t *text;
    size_t size;
    struct faults faults = {0};
    snprintf(path, sizeof path, "%s/policy.yaml", dir);
    enum err err = file_read(path, POLICY_BYTES_MAX, &text, &size);
    if (err != ERR_OK) {
        fprintf(stderr, "copay-replay: %s: %s\n", path, err_text(err));
        return false;
    }
    err = pack_compile_policy(path, (struct slice){text, size}, &region->pack, &faults);
    free(text);
    faults_report(&faults, stderr);
    if (err != ERR_OK)
        return false;
    region->policy = pack_policy(region->pack, date_of_time(clock_wall_ms()));
    if (!region->policy)
        fprintf(stderr, "copay-replay: %s: no rule version is in force today\n", path);
    return region->policy;
}

static bool in_force(const struct sheet *sheet, uint32_t row)
{
    int32_t from = DATE_NONE, to = DATE_MAX, today = date_of_time(clock_wall_ms());
    const char *begins = sheet_cell(sheet, row, sheet_column(sheet, "begndate"));
    const char *ends = sheet_cell(sheet, row, sheet_column(sheet, "enddate"));
    if (*begins && date_parse(begins, &from) != ERR_OK)
        return false;
    if (*ends && date_parse(ends, &to) != ERR_OK)
        return false;
    /* A stay of a week must lie inside it, too. */
    return from <= today - 31 && to >= today;
}

static bool read_items(const char *dir, struct region *region)
{
    char path[2048];
    struct sheet sheet;
    snprintf(path, sizeof path, "%s/catalogue.csv", dir);
    if (!sheet_read(path, &sheet))
        return false;
    int code = sheet_column(&sheet, "med_list_codg");
    int limited = sheet_column(&sheet, "lmt_used_flag");
    region->items = calloc((size_t)sheet.rows + 1, sizeof *region->items);
    for (uint32_t i = 0; region->items && i < sheet.rows; i++) {
        if (!in_force(&sheet, i))
            continue;
        struct item *item = &region->items[region->item_count++];
        snprintf(item->med_list_codg, sizeof item->med_list_codg, "%s",
                 sheet_cell(&sheet, i, code));
        item->limited = *sheet_cell(&sheet, i, limited) == '1';
    }
    sheet_free(&sheet);
    if (region->item_count == 0)
        fprintf(stderr, "copay-replay: %s holds no item in force\n", path);
    return region->item_count > 0;
}

static uint32_t kinds_mask(const struct policy *policy, const char *text)
{
    uint32_t mask = 0;
    char copy[512], *rest = copy;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *name; (name = strsep(&rest, ";"));) {
        int kind = policy_kind(policy, name);
        mask |= kind < 0 ? 0 : UINT32_C(1) << kind;
    }
    return mask;
}

static bool read_places(const char *dir, struct region *region)
{
    char path[2048];
    struct sheet sheet;
    snprintf(path, sizeof path, "%s/institutions.csv", dir);
    if (!sheet_read(path, &sheet))
        return false;
    int code = sheet_column(&sheet, "fixmedins_code"), kinds = sheet_column(&sheet, "kinds");
    int county = sheet_column(&sheet, "admdvs");
    region->places = calloc((size_t)sheet.rows + 1, sizeof *region->places);
    for (uint32_t i = 0; region->places && i < sheet.rows; i++) {
        if (!in_force(&sheet, i))
            continue;
        struct place *place = &region->places[region->place_count++];
        snprintf(place->fixmedins_code, sizeof place->fixmedins_code, "%s",
                 sheet_cell(&sheet, i, code));
        snprintf(place->admdvs, sizeof place->admdvs, "%s", sheet_cell(&sheet, i, county));
        place->kinds = kinds_mask(region->policy, sheet_cell(&sheet, i, kinds));
    }
    sheet_free(&sheet);
    if (region->place_count == 0)
        fprintf(stderr, "copay-replay: %s holds no institution in force\n", path);
    return region->place_count > 0;
}

bool region_read(const char *dir, struct region *region)
{
    *region = (struct region){0};
    if (read_policy(dir, region) && read_items(dir, region) && read_places(dir, region))
        return true;
    region_free(region);
    return false;
}

void region_free(struct region *region)
{
    pack_free(region->pack);
    free(region->items);
    free(region->places);
    *region = (struct region){0};
}
