/* A region's folder as one byte string: what the ledger keeps and the digest is made of. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "policy/pack.h"
#include "policy/province.h"
#include "policy/sources.h"
#include "policy/tables.h"
#include "policy/versions.h"

#define BUNDLE_FILE_MAX (256 * 1024 * 1024)

struct bundle {
    const char *dir;
    struct faults *faults;
    uint8_t *bytes;
    size_t size;
    enum err first; /* error */
};

static enum err append(struct bundle *bundle, const char *name, struct slice file)
{
    size_t more = 1 + strlen(name) + 4 + file.size;
    uint8_t *grown = realloc(bundle->bytes, bundle->size + more);
    if (!grown)
        return ERR_NOMEM;
    struct writer w = writer_on(grown + bundle->size, more);
    write_text(&w, name);
    write_u32(&w, (uint32_t)file.size);
    write_bytes(&w, file.data, file.size);
    CHECK(!w.failed && w.used == w.size);
    bundle->bytes = grown;
    bundle->size += more;
    return ERR_OK;
}

static void refuse(struct bundle *bundle, const char *name, const char *zh, const char *en)
{
    faults_put(bundle->faults, name, 0, NULL, zh, en);
    bundle->first = bundle->first == ERR_OK ? ERR_INVALID : bundle->first;
}

static void append_file(struct bundle *bundle, const char *name)
{
    char path[4096];
    uint8_t *data = NULL;
    size_t length = 0;
    struct stat st;
    enum err err = ERR_LIMIT;
    bool fits = snprintf(path, sizeof path, "%s/%s", bundle->dir, name) < (int)sizeof path;
    if (fits && stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
        refuse(bundle, name, "不是普通文件", "it is no regular file"); /* a pipe may never end */
        return;
    }
    if (fits)
        err = file_read(path, BUNDLE_FILE_MAX, &data, &length);
    const char *why = err == ERR_NOTFOUND || err == ERR_IO ? strerror(errno) : err_text(err);
    if (err == ERR_OK) {
        err = append(bundle, name, (struct slice){data, length});
        why = err_text(err);
        free(data);
    }
    if (err != ERR_OK)
        faults_add(bundle->faults, name, 0, NULL, "读取 %.100s 失败：%s",
                   "cannot read it in %.100s: %s", bundle->dir, why);
    bundle->first = bundle->first == ERR_OK ? err : bundle->first;
}

static bool has_file(const struct bundle *bundle, const char *name)
{
    char path[4096];
    return snprintf(path, sizeof path, "%s/%s", bundle->dir, name) < (int)sizeof path &&
           access(path, F_OK) == 0;
}

/* One that a pack may leave out. */
static void append_optional(struct bundle *bundle, const char *name)
{
    if (has_file(bundle, name))
        append_file(bundle, name);
}

/* Either would be read and the other forgotten. */
static void refuse_both(struct bundle *bundle)
{
    refuse(bundle, PROVINCE_FILE, "与统筹区的政策同在一个文件夹：省级文件须单独放一个文件夹",
           "it stands beside a region's rules: move it into a folder of its own");
}

static int is_version(const struct dirent *entry)
{
    return pack_version_file(entry->d_name) || version_is_misnamed(entry->d_name);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The one that everybody expects is named where there is none. */
static void append_versions(struct bundle *bundle)
{
    struct dirent **entries;
    int count = scandir(bundle->dir, &entries, is_version, by_bytes);
    if (count <= 0)
        append_file(bundle, POLICY_FILE);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (pack_version_file(name))
            append_file(bundle, name);
        else
            refuse(bundle, name, "文件名有误：应为 policy.yaml 或 policy-<名称>.yaml",
                   "not a name of a version: policy.yaml or policy-<name>.yaml");
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (has_file(bundle, PROVINCE_FILE))
        refuse_both(bundle);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool is_case(const char *name)
{
    const char *end = strrchr(name, '.');
    return end && strcmp(end, ".yaml") == 0 && strlen(name) < BUNDLE_NAME - sizeof PACK_CASES;
}

/* A pack may have none. Of what is no case by its name nobody would know that it never runs. */
static void append_cases(struct bundle *bundle)
{
    char path[4096];
    struct dirent **entries;
    if (snprintf(path, sizeof path, "%s/" PACK_CASES, bundle->dir) >= (int)sizeof path)
        return;
    int count = scandir(path, &entries, is_shown, by_bytes);
    for (int i = 0; i < count; i++) {
        char name[BUNDLE_NAME];
        snprintf(name, sizeof name, PACK_CASES "%.200s", entries[i]->d_name);
        if (is_case(entries[i]->d_name))
            append_file(bundle, name);
        else
            refuse(bundle, name,
                   "不是案例，不会被执行：案例是 cases/ 下的 <名称>.yaml，不在子目录中",
                   "no case, it would never run: a case is <name>.yaml in cases/ itself, in no "
                   "folder below it");
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static enum err finish(struct bundle *bundle, uint8_t **bytes, size_t *size)
{
    if (bundle->first != ERR_OK) {
        free(bundle->bytes);
        bundle->bytes = NULL;
        bundle->size = 0;
    }
    *bytes = bundle->bytes;
    *size = bundle->size;
    return bundle->first;
}

enum err pack_bundle(const char *dir, uint8_t **bundle, size_t *size, struct faults *faults)
{
    struct bundle b = {.dir = dir, .faults = faults};
    append_optional(&b, AUDIT_FILE);
    append_cases(&b);
    append_optional(&b, SOURCES_FILE);
    append_file(&b, CATALOGUE_FILE);
    append_file(&b, INSTITUTIONS_FILE);
    append_versions(&b);
    return finish(&b, bundle, size);
}

enum err pack_bundle_versions(const char *dir, uint8_t **bundle, size_t *size,
                              struct faults *faults)
{
    struct bundle b = {.dir = dir, .faults = faults};
    append_optional(&b, AUDIT_FILE);
    append_versions(&b);
    return finish(&b, bundle, size);
}

enum err province_bundle(const char *dir, uint8_t **bundle, size_t *size, struct faults *faults)
{
    struct bundle b = {.dir = dir, .faults = faults};
    struct dirent **entries;
    int count = scandir(dir, &entries, is_version, by_bytes);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    if (count >= 0)
        free(entries);
    append_file(&b, PROVINCE_FILE);
    if (count > 0)
        refuse_both(&b);
    return finish(&b, bundle, size);
}

bool bundle_next(struct slice bundle, size_t *at, char *name, struct slice *out)
{
    struct reader r = reader_on(bundle.data, bundle.size);
    r.used = *at;
    if (r.used >= r.size)
        return false;
    read_text(&r, name, BUNDLE_NAME);
    uint32_t size = read_u32(&r);
    const uint8_t *bytes = read_bytes(&r, size);
    if (r.failed)
        return false;
    *out = (struct slice){bytes, size};
    *at = r.used;
    return true;
}

bool bundle_file(struct slice bundle, const char *name, struct slice *out)
{
    char found[BUNDLE_NAME];
    size_t at = 0;
    while (bundle_next(bundle, &at, found, out))
        if (strcmp(found, name) == 0)
            return true;
    return false;
}
