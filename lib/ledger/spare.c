/* Makes and adopts spares. The checkpoint thread makes them ahead of need; the journal thread
 * adopts them, and finishes one itself when none is ready. The caller keeps the two apart. */
#include "ledger/spare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "ledger/disk.h"

/* A power cut between writing the header and the rename leaves a spare that is not blank. */
static bool is_blank(int fd, uint64_t size)
{
    static const uint8_t zeros[SEGMENT_BLOCK];
    uint8_t block[SEGMENT_BLOCK];
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == size &&
           disk_read(fd, block, sizeof(block), 0) == ERR_OK &&
           memcmp(block, zeros, sizeof(block)) == 0;
}

static enum err remove_file(int dir_fd, const char *name)
{
    if (unlinkat(dir_fd, name, 0) == 0)
        return ERR_OK;
    enum err err = disk_error();
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err spare_check(int dir_fd, uint64_t size, struct spare *spare)
{
    *spare = (struct spare){0};
    enum err err = remove_file(dir_fd, SPARE_TEMPORARY);
    if (err)
        return err;
    int fd = openat(dir_fd, SPARE_FILE, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        err = disk_error();
        return err == ERR_NOTFOUND ? ERR_OK : err;
    }
    spare->ready = is_blank(fd, size);
    close(fd);
    return spare->ready ? ERR_OK : remove_file(dir_fd, SPARE_FILE);
}

/* Takes the whole room before the first zero, so that a full disk is known at once: filling its
 * last room only to give it back would be felt by everybody else. */
static enum err begin(int dir_fd, uint64_t size, struct spare *spare)
{
    struct statvfs room;
    if (fstatvfs(dir_fd, &room) == 0 && room.f_bavail < size / room.f_frsize)
        return ERR_FULL;
    spare->fd = openat(dir_fd, SPARE_TEMPORARY, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (spare->fd < 0)
        return disk_error();
    spare->begun = true;
    spare->direct = disk_direct(spare->fd, true);
    spare->done = 0;
    int failed;
    do
        failed = fallocate(spare->fd, 0, 0, (off_t)size);
    while (failed && errno == EINTR);
    /* A file system that cannot do it is found out by the writes. */
    return failed && errno != EOPNOTSUPP && errno != ENOSYS ? disk_error() : ERR_OK;
}

static enum err finish(int dir_fd, struct spare *spare)
{
    int fd = spare->fd;
    spare->begun = false;
    spare->done = 0;
    enum err err = disk_sync(fd);
    if (close(fd) != 0 && !err)
        err = disk_error();
    if (!err && renameat(dir_fd, SPARE_TEMPORARY, dir_fd, SPARE_FILE) != 0)
        err = disk_error();
    if (!err)
        err = disk_sync_folder(dir_fd);
    spare->ready = !err;
    return err;
}

/* What says that it can write past the cache may still find our pages too small. */
static enum err write_piece(struct spare *spare, uint64_t end)
{
    enum err err = disk_zero(spare->fd, spare->done, end);
    if (err && spare->direct && errno == EINVAL && disk_direct(spare->fd, false)) {
        spare->direct = false;
        err = disk_zero(spare->fd, spare->done, end);
    }
    return err;
}

enum err spare_step(int dir_fd, uint64_t size, struct spare *spare)
{
    if (spare->ready)
        return ERR_OK;
    enum err err = spare->begun ? ERR_OK : begin(dir_fd, size, spare);
    if (!err && spare->done < size) {
        uint64_t left = size - spare->done;
        uint64_t end = spare->done + (left < SPARE_PIECE ? left : SPARE_PIECE);
        err = write_piece(spare, end);
        if (!err && end < size && !spare->direct)
            err = disk_sync(spare->fd);
        if (!err)
            spare->done = end;
    }
    if (!err)
        err = spare->done < size ? ERR_AGAIN : finish(dir_fd, spare);
    if (err && err != ERR_AGAIN) {
        spare_close(spare);
        unlinkat(dir_fd, SPARE_TEMPORARY, 0);
        unlinkat(dir_fd, SPARE_FILE, 0);
    }
    return err;
}

enum err spare_make(int dir_fd, uint64_t size, struct spare *spare)
{
    enum err err;
    do
        err = spare_step(dir_fd, size, spare);
    while (err == ERR_AGAIN);
    return err;
}

void spare_close(struct spare *spare)
{
    if (spare->begun)
        close(spare->fd);
    spare->begun = false;
    spare->done = 0;
}

enum err spare_adopt(int dir_fd, const struct segment_head *head, struct spare *spare, int *fd)
{
    uint8_t block[SEGMENT_BLOCK];
    char name[SEGMENT_NAME];
    segment_name(head->before.sequence + 1, name);
    segment_write_head(head, block);

    spare->ready = false;
    int file = openat(dir_fd, SPARE_FILE, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return ERR_FULL;
    if (!is_blank(file, head->size) || disk_write(file, block, sizeof(block), 0) ||
        disk_sync(file) || renameat(dir_fd, SPARE_FILE, dir_fd, name) != 0) {
        unlinkat(dir_fd, SPARE_FILE, 0);
        close(file);
        return ERR_FULL;
    }
    if (disk_sync_folder(dir_fd)) {
        close(file);
        return ERR_IO;
    }
    *fd = file;
    return ERR_OK;
}
