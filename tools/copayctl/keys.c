/* For each file: name (length byte first), size (4 bytes), bytes. */
#include "keys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"

#define KEYS_DIR "keys"
#define FILE_MAX (1024 * 1024)
#define NAME_ROOM 256
#define ROUNDS 8

static void wipe(uint8_t **bytes, size_t *size)
{
    if (*bytes)
        explicit_bzero(*bytes, *size);
    free(*bytes);
    *bytes = NULL;
    *size = 0;
}

static enum err add(FILE *out, const char *dir, const char *name)
{
    char path[PATH_MAX];
    uint8_t *bytes, head[NAME_ROOM + 4];
    size_t size;
    if (!place_path(dir, name, path) || strlen(name) >= NAME_ROOM)
        return ERR_LIMIT;
    enum err err = file_read(path, FILE_MAX, &bytes, &size);
    if (err)
        return err;
    struct writer w = writer_on(head, sizeof head);
    write_text(&w, name);
    write_u32(&w, (uint32_t)size);
    bool written = fwrite(head, 1, w.used, out) == w.used && fwrite(bytes, 1, size, out) == size;
    explicit_bzero(bytes, size);
    free(bytes);
    return written ? ERR_OK : ERR_NOMEM;
}

static enum err add_folder(FILE *out, const char *dir)
{
    char path[PATH_MAX], name[NAME_ROOM];
    struct stat st;
    enum err err = ERR_OK;
    if (!place_path(dir, KEYS_DIR, path))
        return ERR_LIMIT;
    DIR *folder = opendir(path);
    if (!folder)
        return errno == ENOENT ? ERR_OK : ERR_IO;
    struct dirent *entry;
    while (!err && (errno = 0, entry = readdir(folder))) {
        if (fstatat(dirfd(folder), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            err = errno == ENOENT ? ERR_NOTFOUND : ERR_IO;
        else if (S_ISREG(st.st_mode) &&
                 snprintf(name, sizeof name, KEYS_DIR "/%s", entry->d_name) >= (int)sizeof name)
            err = ERR_LIMIT;
        else if (S_ISREG(st.st_mode))
            err = add(out, dir, name);
        if (err == ERR_NOTFOUND) /* renamed, or a change that was given up */
            err = ERR_OK;
    }
    if (!err && errno != 0)
        err = ERR_IO;
    closedir(folder);
    return err;
}

static enum err gather(const struct place *place, uint8_t **bytes, size_t *size)
{
    char *memory = NULL;
    FILE *out = open_memstream(&memory, size);
    if (!out)
        return ERR_NOMEM;
    enum err err = add(out, place->dir, "salt.key");
    if (!err)
        err = add_folder(out, place->dir);
    if (fclose(out) != 0 && !err)
        err = ERR_NOMEM;
    *bytes = (uint8_t *)memory;
    if (err)
        wipe(bytes, size);
    return err;
}

/* The daemon may rename a key meanwhile, and be seen with both of its names, or none: what was read
 * twice the same is whole. */
enum err keys_gather(const struct place *place, uint8_t **bytes, size_t *size)
{
    uint8_t *before = NULL;
    size_t before_size = 0;
    enum err err = ERR_AGAIN;
    for (int i = 0; i < ROUNDS && err == ERR_AGAIN; i++) {
        err = gather(place, bytes, size);
        if (err)
            break;
        bool same = before && *size == before_size && memcmp(*bytes, before, *size) == 0;
        wipe(&before, &before_size);
        if (same)
            return ERR_OK;
        before = *bytes;
        before_size = *size;
        err = ERR_AGAIN;
    }
    wipe(&before, &before_size);
    return err;
}

bool keys_hold(const uint8_t *bytes, size_t size, const char *id)
{
    static const char *const suffixes[] = {".pem", ".new"}; /* not renamed yet */
    char name[NAME_ROOM], wanted[NAME_ROOM];
    struct reader r = reader_on(bytes, size);
    while (r.used < r.size && !r.failed) {
        read_text(&r, name, sizeof name);
        (void)read_bytes(&r, read_u32(&r));
        for (size_t i = 0; !r.failed && i < ARRAY_LEN(suffixes); i++) {
            (void)snprintf(wanted, sizeof wanted, KEYS_DIR "/%s%s", id, suffixes[i]);
            if (strcmp(name, wanted) == 0)
                return true;
        }
    }
    return false;
}

static enum err write_file(const char *dir, const char *name, const uint8_t *bytes, size_t size)
{
    char path[PATH_MAX];
    if (!place_path(dir, name, path))
        return ERR_LIMIT;
    enum err err = file_write(path, true, 0600, bytes, size);
    return err == ERR_BUSY ? ERR_IO : err;
}

/* salt.key, or a plain name below keys/. */
static bool is_ours(const char *name)
{
    const char *below = strncmp(name, KEYS_DIR "/", 5) == 0 ? name + 5 : name;
    return below[0] != '\0' && below[0] != '.' && !strchr(below, '/');
}

enum err keys_scatter(const char *dir, const uint8_t *bytes, size_t size)
{
    char path[PATH_MAX], name[NAME_ROOM];
    struct reader r = reader_on(bytes, size);
    enum err err = ERR_OK;
    bool folder = false;
    if (!place_path(dir, KEYS_DIR, path))
        return ERR_LIMIT;
    while (!err && r.used < r.size) {
        read_text(&r, name, sizeof name);
        uint32_t length = read_u32(&r);
        const uint8_t *content = read_bytes(&r, length);
        if (r.failed || !is_ours(name))
            return ERR_CORRUPT;
        bool below = strchr(name, '/') != NULL;
        if (below && mkdir(path, 0700) != 0 && errno != EEXIST)
            return ERR_IO;
        folder |= below;
        err = write_file(dir, name, content, length);
    }
    return !err && folder ? file_sync_folder(path) : err;
}
