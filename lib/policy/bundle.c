/* A region's folder as one byte string: what the ledger keeps and the digest is made of. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "policy/pack.h"
#include "policy/tables.h"

#define BUNDLE_FILE_MAX (256 * 1024 * 1024)

static const char *const files[] = {CATALOGUE_FILE, INSTITUTIONS_FILE, POLICY_FILE};

static enum err append(const char *name, struct slice file, uint8_t **bundle, size_t *size)
{
    size_t more = 1 + strlen(name) + 4 + file.size;
    uint8_t *grown = realloc(*bundle, *size + more);
    if (!grown)
        return ERR_NOMEM;
    struct writer w = writer_on(grown + *size, more);
    write_text(&w, name);
    write_u32(&w, (uint32_t)file.size);
    write_bytes(&w, file.data, file.size);
    CHECK(!w.failed && w.used == w.size);
    *bundle = grown;
    *size += more;
    return ERR_OK;
}

static enum err append_file(const char *dir, const char *name, uint8_t **bundle, size_t *size,
                            struct faults *faults)
{
    char path[4096];
    uint8_t *data = NULL;
    size_t length = 0;
    enum err err = ERR_LIMIT;
    if (snprintf(path, sizeof path, "%s/%s", dir, name) < (int)sizeof path)
        err = file_read(path, BUNDLE_FILE_MAX, &data, &length);
    const char *why = err == ERR_NOTFOUND || err == ERR_IO ? strerror(errno) : err_text(err);
    if (err == ERR_OK) {
        err = append(name, (struct slice){data, length}, bundle, size);
        why = err_text(err);
        free(data);
    }
    if (err != ERR_OK)
        faults_add(faults, name, 0, NULL, "读取 %.100s 失败：%s", "cannot read it in %.100s: %s",
                   dir, why);
    return err;
}

enum err pack_bundle(const char *dir, uint8_t **bundle, size_t *size, struct faults *faults)
{
    *bundle = NULL;
    *size = 0;
    enum err first = ERR_OK;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        enum err err = append_file(dir, files[i], bundle, size, faults);
        first = first == ERR_OK ? err : first;
    }
    if (first != ERR_OK) {
        free(*bundle);
        *bundle = NULL;
        *size = 0;
    }
    return first;
}

bool bundle_file(struct slice bundle, const char *name, struct slice *out)
{
    struct reader r = reader_on(bundle.data, bundle.size);
    while (r.used < r.size) {
        char found[256];
        read_text(&r, found, sizeof found);
        uint32_t size = read_u32(&r);
        const uint8_t *bytes = read_bytes(&r, size);
        if (r.failed)
            return false;
        if (strcmp(found, name) == 0) {
            *out = (struct slice){bytes, size};
            return true;
        }
    }
    return false;
}
