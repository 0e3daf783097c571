/* The ledger's calls into the kernel. Any thread; nothing is kept between calls. */
#include "ledger/disk.h"

#include <errno.h>
#include <unistd.h>

#define ZEROS_SIZE (256 * 1024)

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

enum err disk_zero(int fd, uint64_t offset, uint64_t end)
{
    static const uint8_t zeros[ZEROS_SIZE];
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
