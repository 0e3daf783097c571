/* A region's folder as one byte string: what the ledger keeps and the digest is made of. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/pack.h"
#include "policy/tables.h"

#define BUNDLE_FILE_MAX (256 * 1024 * 1024)

static const char *const files[] = {CATALOGUE_FILE, INSTITUTIONS_FILE, POLICY_FILE};

static enum err read_whole(int fd, uint8_t *out, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = read(fd, out + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return ERR_IO;
        done += (size_t)n;
    }
    return ERR_OK;
}

static enum err append_open(int fd, const char *name, uint8_t **bundle, size_t *size)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return ERR_IO;
    if (st.st_size > BUNDLE_FILE_MAX)
        return ERR_LIMIT;
    size_t length = (size_t)st.st_size, head = 1 + strlen(name) + 4;
    uint8_t *grown = realloc(*bundle, *size + head + length);
    if (!grown)
        return ERR_NOMEM;
    *bundle = grown;
    struct writer w = writer_on(grown + *size, head);
    write_text(&w, name);
    write_u32(&w, (uint32_t)length);
    CHECK(!w.failed && w.used == head);
    enum err err = read_whole(fd, grown + *size + head, length);
    *size += head + length;
    return err;
}

static enum err append_file(const char *dir, const char *name, uint8_t **bundle, size_t *size,
                            struct faults *faults)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = length < (int)sizeof path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        enum err err = errno == ENOENT || errno == ENOTDIR ? ERR_NOTFOUND : ERR_IO;
        faults_add(faults, name, 0, NULL, "打不开 %.100s：%s", "cannot open %.100s: %s", dir,
                   strerror(errno));
        return err;
    }
    enum err err = append_open(fd, name, bundle, size);
    close(fd);
    if (err != ERR_OK)
        faults_add(faults, name, 0, NULL, "读取失败：%s", "cannot read it: %s", err_text(err));
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
