/* Reading and writing whole files. Any thread. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_MIN 4096

/* Reads to the end rather than to st_size: a pipe has none, and a file may grow meanwhile. */
static enum err read_all(int fd, size_t max, size_t expected, uint8_t **data, size_t *size)
{
    size_t capacity = expected < CHUNK_MIN ? CHUNK_MIN : expected + 1;
    uint8_t *bytes = malloc(capacity);
    size_t used = 0;
    while (bytes) {
        ssize_t got = read(fd, bytes + used, capacity - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || (used += (size_t)got) > max) {
            free(bytes);
            return got < 0 ? ERR_IO : ERR_LIMIT;
        }
        if (got == 0) {
            *data = bytes;
            *size = used;
            return ERR_OK;
        }
        if (used < capacity)
            continue;
        uint8_t *more = realloc(bytes, capacity *= 2);
        if (!more)
            free(bytes);
        bytes = more;
    }
    return ERR_NOMEM;
}

enum err file_read(const char *path, size_t max, uint8_t **data, size_t *size)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? ERR_NOTFOUND : ERR_IO;
    enum err err = ERR_IO;
    if (fstat(fd, &st) == 0)
        err = st.st_size > 0 && (uint64_t)st.st_size > max
                  ? ERR_LIMIT
                  : read_all(fd, max, (size_t)st.st_size, data, size);
    int saved = errno;
    close(fd);
    errno = saved;
    return err;
}

static enum err write_error(void)
{
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? ERR_FULL : ERR_IO;
}

enum err file_put(int fd, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t n = write(fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return write_error();
        at += n;
        size -= (size_t)n;
    }
    return ERR_OK;
}

enum err file_write(const char *path, bool fresh, mode_t mode, const void *bytes, size_t size)
{
    int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (fresh ? O_EXCL : O_TRUNC);
    int fd = open(path, flags, mode);
    if (fd < 0)
        return fresh && errno == EEXIST ? ERR_BUSY : write_error();
    enum err err = file_put(fd, bytes, size);
    if (!err && fsync(fd) != 0)
        err = write_error();
    int saved = errno;
    if (close(fd) != 0 && !err)
        return write_error();
    errno = saved;
    return err;
}

enum err file_temporary_folder(const char *name, char *path, size_t capacity)
{
    const char *below = getenv("TMPDIR");
    int size = snprintf(path, capacity, "%s/%s-XXXXXX", below && below[0] ? below : "/tmp", name);
    if (size < 0 || (size_t)size >= capacity)
        return ERR_LIMIT;
    return mkdtemp(path) ? ERR_OK : write_error();
}

enum err file_sync_folder(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return write_error();
    enum err err = fsync(fd) == 0 ? ERR_OK : write_error();
    int saved = errno;
    close(fd);
    errno = saved;
    return err;
}
