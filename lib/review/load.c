/* Reads and compiles a pack, and says what is wrong with it. */
#include "review/load.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "base/yaml.h"
#include "review/conflicts.h"

static bool has_file(const char *dir, const char *name)
{
    char path[PATH_MAX];
    struct stat st;
    int size = snprintf(path, sizeof path, "%s/%s", dir, name);
    return size > 0 && (size_t)size < sizeof path && stat(path, &st) == 0;
}

static bool has_tables(const char *path)
{
    return has_file(path, "catalogue.csv") || has_file(path, "institutions.csv");
}

/* What is listed for decision must be what the catalogue does until then. */
static enum err check_conflicts(const char *path, struct pack **pack, struct faults *faults)
{
    static struct conflicts conflicts;
    conflicts_read(path, *pack, &conflicts, faults);
    if (faults_total(faults) == 0)
        return ERR_OK;
    pack_free(*pack);
    *pack = NULL;
    return ERR_INVALID;
}

/* A region's folder, or the versions of a policy whose cases state their lines. */
static enum err load_folder(const char *path, struct pack **out, struct faults *faults)
{
    uint8_t *bundle;
    size_t size;
    bool tables = has_tables(path);
    enum err err = tables ? pack_bundle(path, &bundle, &size, faults)
                          : pack_bundle_versions(path, &bundle, &size, faults);
    if (err != ERR_OK)
        return err;
    const struct slice bytes = {bundle, size};
    err = tables ? pack_compile(bytes, out, faults) : pack_compile_versions(bytes, out, faults);
    free(bundle);
    return err == ERR_OK && tables ? check_conflicts(path, out, faults) : err;
}

static enum err load_file(const char *path, struct pack **out, struct faults *faults)
{
    uint8_t *text;
    size_t size;
    enum err err = file_read(path, YAML_TEXT_MAX, &text, &size);
    if (err != ERR_OK)
        return err;
    err = pack_compile_policy(path, (struct slice){text, size}, out, faults);
    free(text);
    return err;
}

bool load_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Prints them; an error that left none is one. */
static unsigned report(const char *path, enum err err, struct faults *faults)
{
    if (err != ERR_OK && faults->count == 0)
        faults_add(faults, path, 0, NULL, "无法读取：%s", "cannot be read: %s", err_text(err));
    faults_report(faults, stdout);
    return faults_total(faults);
}

unsigned load_pack(const char *path, struct pack **out)
{
    static struct faults faults;
    faults_clear(&faults);
    *out = NULL;
    enum err err =
        load_is_folder(path) ? load_folder(path, out, &faults) : load_file(path, out, &faults);
    return report(path, err, &faults);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* What is no case there was refused with the rest. */
bool load_lacks_cases(const char *path)
{
    char cases[PATH_MAX];
    struct dirent **entries;
    if (!load_is_folder(path) || !has_tables(path))
        return false;
    const int size = snprintf(cases, sizeof cases, "%s/" PACK_CASES, path);
    int count = size > 0 && (size_t)size < sizeof cases
                    ? scandir(cases, &entries, is_shown, alphasort)
                    : -1;
    for (int i = 0; i < count; i++)
        free(entries[i]);
    if (count >= 0)
        free(entries);
    return count <= 0;
}

unsigned load_published(const char *path, struct pack **out)
{
    static struct faults faults;
    uint8_t *bundle;
    size_t size;
    faults_clear(&faults);
    *out = NULL;
    enum err err = pack_bundle(path, &bundle, &size, &faults);
    if (err == ERR_OK) {
        err = pack_compile_published((struct slice){bundle, size}, true, out, &faults);
        free(bundle);
    }
    (void)report(path, err, &faults);
    return faults_grave(&faults);
}

bool load_is_province(const char *path)
{
    return has_file(path, PROVINCE_FILE);
}

unsigned load_province(const char *path, struct province **out)
{
    static struct faults faults;
    uint8_t *bundle = NULL;
    size_t size;
    faults_clear(&faults);
    *out = NULL;
    enum err err = province_bundle(path, &bundle, &size, &faults);
    if (err == ERR_OK)
        err = province_compile((struct slice){bundle, size}, out, &faults);
    if (err == ERR_OK)
        err = province_check_keys(*out, &faults);
    free(bundle);
    return report(path, err, &faults);
}

static enum err hold_folder(const char *path, const struct province *province,
                            struct faults *faults, struct lock_reach reach[])
{
    static struct faults told; /* by load_pack() */
    uint8_t *bundle;
    size_t size;
    if (pack_bundle_versions(path, &bundle, &size, &told) != ERR_OK)
        return ERR_OK;
    const struct slice bytes = {bundle, size};
    enum err err = province_check(province, bytes, faults);
    enum err reached = province_reach(province, bytes, reach);
    free(bundle);
    return err == ERR_OK ? reached : err;
}

static enum err hold_file(const char *path, const struct province *province, struct faults *faults,
                          struct lock_reach reach[])
{
    uint8_t *text;
    size_t size;
    if (file_read(path, YAML_TEXT_MAX, &text, &size) != ERR_OK)
        return ERR_OK;
    const struct slice bytes = {text, size};
    enum err err = province_check_version(province, path, bytes, faults);
    enum err reached = province_reach_version(province, bytes, reach);
    free(text);
    return err == ERR_OK ? reached : err;
}

unsigned load_held(const char *path, const struct pack *pack, const struct province *province,
                   struct lock_reach reach[])
{
    static struct faults faults;
    faults_clear(&faults);
    enum err err = pack ? province_check_region(province, pack_region(pack), &faults) : ERR_OK;
    if (err == ERR_OK)
        err = load_is_folder(path) ? hold_folder(path, province, &faults, reach)
                                   : hold_file(path, province, &faults, reach);
    return report(path, err, &faults);
}

/* PACK@2024-06-01; an @ before anything but a date belongs to the path. */
static int32_t split_date(char *path)
{
    int32_t date;
    char *at = strrchr(path, '@');
    if (!at || date_parse(at + 1, &date) != ERR_OK)
        return DATE_NONE;
    *at = '\0';
    return date;
}

unsigned load_version(const char *name, struct loaded *out)
{
    *out = (struct loaded){0};
    snprintf(out->path, sizeof out->path, "%s", name);
    int32_t date = split_date(out->path);
    unsigned faults = load_pack(out->path, &out->pack);
    if (faults)
        return faults;
    int32_t day = date == DATE_NONE ? date_of_time(clock_wall_ms()) : date;
    out->policy = pack_policy(out->pack, day);
    if (!out->policy && date == DATE_NONE)
        out->policy = pack_version(out->pack, (uint8_t)(pack_version_count(out->pack) - 1));
    if (out->policy) {
        out->day = day < out->policy->begndate  ? out->policy->begndate
                   : day > out->policy->enddate ? out->policy->enddate
                                                : day;
        return 0;
    }
    printf("%s: 该日没有生效的规则 / no rules are in force on that day\n", name);
    return 1;
}

void unload(struct loaded *loaded)
{
    pack_free(loaded->pack);
    loaded->pack = NULL;
}
