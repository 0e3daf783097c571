/* The ledger's calls into the kernel. Any thread; nothing is kept between calls. */
#include "ledger/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define ZEROS_SIZE (256 * 1024)

/* Never written; not const, because const data lies in the program file's pages. */
static _Alignas(DISK_PAGE) uint8_t zeros[ZEROS_SIZE];

enum err disk_error(void)
{
    switch (errno) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ERR_FULL;
    case ENOENT:
        return ERR_NOTFOUND;
    case ENOMEM:
        return ERR_NOMEM;
    default:
        return ERR_IO;
    }
}

enum err disk_read(int fd, void *out, size_t size, uint64_t offset)
{
    uint8_t *p = out;
    while (size > 0) {
        ssize_t n = pread(fd, p, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return disk_error();
        if (n == 0)
            return ERR_NOTFOUND;
        p += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return ERR_OK;
}

enum err disk_write(int fd, const void *data, size_t size, uint64_t offset)
{
    const uint8_t *p = data;
    while (size > 0) {
        ssize_t n = pwrite(fd, p, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return disk_error();
        p += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return ERR_OK;
}

enum err disk_append(int fd, const void *data, size_t size, uint64_t offset)
{
    CHECK(size % DISK_PAGE == 0 && offset % DISK_PAGE == 0 && (uintptr_t)data % DISK_PAGE == 0);
    enum err err = disk_write(fd, data, size, offset);
    if (err == ERR_IO && errno == EINVAL && disk_direct(fd, false))
        err = disk_write(fd, data, size, offset);
    return err;
}

bool disk_direct(int fd, bool on)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

enum err disk_zero(int fd, uint64_t offset, uint64_t end)
{
    while (offset < end) {
        size_t size = end - offset < ZEROS_SIZE ? (size_t)(end - offset) : ZEROS_SIZE;
        enum err err = disk_write(fd, zeros, size, offset);
        if (err)
            return err;
        offset += size;
    }
    return ERR_OK;
}

enum err disk_sync(int fd)
{
    return fdatasync(fd) == 0 ? ERR_OK : disk_error();
}

enum err disk_sync_folder(int dir_fd)
{
    return fsync(dir_fd) == 0 ? ERR_OK : disk_error();
}
