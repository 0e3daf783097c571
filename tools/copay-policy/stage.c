/* A temporary folder that is a pack. */
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "policy/sources.h"

#define CATALOGUE "catalogue.csv"
#define FILE_MAX ((size_t)256 * 1024 * 1024)

static unsigned failed(const char *path, const char *why)
{
    printf("%s: 写入失败：%s / cannot be written: %s\n", path, why, why);
    return 1;
}

static bool path_of(char path[PATH_MAX], const char *folder, const char *file)
{
    int size = snprintf(path, PATH_MAX, "%s/%s", folder, file);
    return size > 0 && size < PATH_MAX;
}

static bool make_folder(struct stage *stage)
{
    *stage = (struct stage){0};
    enum err err =
        file_temporary_folder("copay-policy-import", stage->folder, sizeof stage->folder);
    if (err == ERR_OK)
        return true;
    failed(stage->folder, err == ERR_IO ? strerror(errno) : err_text(err));
    stage->folder[0] = '\0';
    return false;
}

static unsigned link_file(const struct stage *stage, const char *pack, const char *file)
{
    char from[PATH_MAX], real[PATH_MAX], to[PATH_MAX];
    if (!path_of(from, pack, file) || !path_of(to, stage->folder, file))
        return failed(file, "too long");
    if (!realpath(from, real))
        return failed(from, strerror(errno));
    return symlink(real, to) == 0 ? 0 : failed(to, strerror(errno));
}

/* The rules and tables of the pack but those that are made here. */
static bool is_linked(const char *name)
{
    const char *end = strrchr(name, '.');
    return end && name[0] != '.' && (strcmp(end, ".yaml") == 0 || strcmp(end, ".csv") == 0) &&
           strcmp(name, CATALOGUE) != 0 && strcmp(name, SOURCES_FILE) != 0;
}

static unsigned link_files(const struct stage *stage, const char *pack)
{
    unsigned faults = 0;
    DIR *folder = opendir(pack);
    if (!folder)
        return failed(pack, strerror(errno));
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (is_linked(entry->d_name))
            faults += link_file(stage, pack, entry->d_name);
    closedir(folder);
    return faults;
}

static unsigned write_sheet(const struct stage *stage, struct sheet *sheet)
{
    char path[PATH_MAX];
    FILE *out = path_of(path, stage->folder, CATALOGUE) ? fopen(path, "w") : NULL;
    if (!out)
        return failed(path, strerror(errno));
    sheet_write(sheet, out);
    bool wrote = ferror(out) == 0;
    return fclose(out) == 0 && wrote ? 0 : failed(path, strerror(errno));
}

static unsigned write_sources(const struct stage *stage, const char *text)
{
    char path[PATH_MAX];
    if (!text)
        return 0;
    enum err err = path_of(path, stage->folder, SOURCES_FILE)
                       ? file_write(path, true, 0644, text, strlen(text))
                       : ERR_LIMIT;
    return err == ERR_OK ? 0 : failed(path, err_text(err));
}

unsigned stage_open(struct stage *stage, const char *pack, struct sheet *catalogue,
                    const char *sources)
{
    if (!make_folder(stage))
        return 1;
    unsigned faults =
        link_files(stage, pack) + write_sheet(stage, catalogue) + write_sources(stage, sources);
    return faults ? faults : load_version(stage->folder, &stage->loaded);
}

/* Of the rules alone, as the folder has no tables yet. */
static struct pack *compile_rules(const char *folder)
{
    static struct faults faults;
    uint8_t *bundle;
    size_t size;
    struct pack *pack = NULL;
    faults_clear(&faults);
    if (pack_bundle_versions(folder, &bundle, &size, &faults) == ERR_OK) {
        if (pack_compile_versions((struct slice){bundle, size}, &pack, &faults) != ERR_OK)
            pack = NULL;
        free(bundle);
    }
    faults_report(&faults, stdout);
    return pack;
}

unsigned stage_open_empty(struct stage *stage, const char *pack, const char *key)
{
    const char *columns[TABLE_COLUMNS_MAX];
    char texts[TABLE_COLUMNS_MAX][32];
    struct sheet sheet;
    *stage = (struct stage){0};
    struct pack *rules = compile_rules(pack);
    if (!rules)
        return 1;
    sheet_new(&sheet, key);
    size_t count = catalogue_columns(pack_version(rules, 0), columns, texts);
    for (size_t i = 0; i < count; i++)
        sheet_need_column(&sheet, columns[i]);
    pack_free(rules);
    unsigned faults = stage_open(stage, pack, &sheet, NULL);
    sheet_free(&sheet);
    return faults;
}

void stage_close(struct stage *stage)
{
    char path[PATH_MAX];
    unload(&stage->loaded);
    DIR *folder = stage->folder[0] ? opendir(stage->folder) : NULL;
    if (!folder)
        return;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            path_of(path, stage->folder, entry->d_name))
            unlink(path);
    closedir(folder);
    rmdir(stage->folder);
}

bool stage_commit(const struct stage *stage, const char *pack, const char *file)
{
    char from[PATH_MAX], to[PATH_MAX], fresh[PATH_MAX];
    uint8_t *text;
    size_t size;
    struct stat st;
    char name[64];
    snprintf(name, sizeof name, ".%s.new", file);
    if (!path_of(from, stage->folder, file) || !path_of(to, pack, file) ||
        !path_of(fresh, pack, name)) {
        failed(file, "too long");
        return false;
    }
    enum err err = file_read(from, FILE_MAX, &text, &size);
    if (err != ERR_OK) {
        failed(from, err_text(err));
        return false;
    }
    err = file_write(fresh, false, stat(to, &st) == 0 ? st.st_mode & 0777 : 0644, text, size);
    free(text);
    if (err == ERR_OK && rename(fresh, to) != 0)
        err = ERR_IO;
    if (err == ERR_OK)
        err = file_sync_folder(pack);
    if (err == ERR_OK)
        return true;
    failed(to, err == ERR_IO ? strerror(errno) : err_text(err));
    unlink(fresh);
    return false;
}
