/* Opens case files, alone or a folder of them. */
#include "case_file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum err case_file_open(const char *path, struct faults *faults, struct case_file *out)
{
    uint8_t *text;
    size_t size;
    *out = (struct case_file){.path = path, .arena = arena_new(CASE_ARENA_MAX)};
    if (!out->arena)
        return ERR_NOMEM;
    enum err err = file_read(path, YAML_TEXT_MAX, &text, &size);
    if (err != ERR_OK) {
        faults_add(faults, path, 0, NULL, "无法读取：%s", "cannot be read: %s", err_text(err));
        return err;
    }
    err = yaml_parse(path, (struct slice){text, size}, faults, &out->document);
    free(text);
    return err;
}

void case_file_pack(const struct case_file *file, char out[PATH_MAX])
{
    const struct yaml_node *node = yaml_get(yaml_root(file->document), "policy");
    const char *named = NULL, *slash = strrchr(file->path, '/');
    out[0] = '\0';
    if (!node || !yaml_text(node, 255, &named))
        return;
    int folder = slash && named[0] != '/' ? (int)(slash - file->path) + 1 : 0;
    int size = snprintf(out, PATH_MAX, "%.*s%s", folder, file->path, named);
    if (size < 0 || size >= PATH_MAX)
        out[0] = '\0';
}

enum err case_file_read(struct case_file *file, const struct pack *pack, struct faults *faults)
{
    return case_read(file->path, file->document, pack, file->arena, faults, &file->policy_case);
}

void case_file_close(struct case_file *file)
{
    yaml_free(file->document);
    arena_free(file->arena);
    file->document = NULL;
    file->arena = NULL;
}

static bool ends(const char *name, const char *suffix)
{
    const size_t size = strlen(name), length = strlen(suffix);
    return size > length && strcasecmp(name + size - length, suffix) == 0;
}

/* Policies and audit rules stand beside their cases. What only looks like a case is told below. */
static int is_case(const struct dirent *entry)
{
    const char *name = entry->d_name;
    return name[0] != '.' && !pack_version_file(name) && strcmp(name, AUDIT_FILE) != 0 &&
           (entry->d_type == DT_DIR || ends(name, ".yaml") || ends(name, ".yml"));
}

static bool is_misnamed(const struct dirent *entry)
{
    const size_t size = strlen(entry->d_name);
    return entry->d_type == DT_DIR || size < 5 || strcmp(entry->d_name + size - 5, ".yaml") != 0;
}

unsigned case_file_each(const char *path, void (*visit)(void *context, const char *file),
                        void *context)
{
    struct dirent **entries;
    unsigned misnamed = 0;
    int count = scandir(path, &entries, is_case, alphasort);
    if (count <= 0) {
        if (count == 0)
            free(entries);
        visit(context, path);
        return 0;
    }
    size_t length = strlen(path);
    for (int i = 0; i < count; i++) {
        char file[PATH_MAX];
        const char *slash = length > 0 && path[length - 1] == '/' ? "" : "/";
        int size = snprintf(file, sizeof file, "%s%s%s", path, slash, entries[i]->d_name);
        CHECK(size > 0 && (size_t)size < sizeof file);
        if (is_misnamed(entries[i])) {
            fprintf(
                stderr,
                "%s: 未执行：案例的文件名以 .yaml 结尾，不在子目录中 / not run: a case's name ends "
                "in .yaml, and it lies in no folder below\n",
                file);
            misnamed++;
        } else {
            visit(context, file);
        }
        free(entries[i]);
    }
    free(entries);
    return misnamed;
}
