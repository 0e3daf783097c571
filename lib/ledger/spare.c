/* Makes and adopts spares. The checkpoint thread makes them ahead of need; the journal thread
 * adopts them, and makes one itself when none is ready. The caller keeps the two apart. */
#include "ledger/spare.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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

enum err spare_check(int dir_fd, uint64_t size, bool *ready)
{
    *ready = false;
    enum err err = remove_file(dir_fd, SPARE_TEMPORARY);
    if (err)
        return err;
    int fd = openat(dir_fd, SPARE_FILE, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        err = disk_error();
        return err == ERR_NOTFOUND ? ERR_OK : err;
    }
    *ready = is_blank(fd, size);
    close(fd);
    return *ready ? ERR_OK : remove_file(dir_fd, SPARE_FILE);
}

enum err spare_make(int dir_fd, uint64_t size)
{
    int fd = openat(dir_fd, SPARE_TEMPORARY, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return disk_error();
    enum err err = disk_zero(fd, 0, size);
    if (!err)
        err = disk_sync(fd);
    if (close(fd) != 0 && !err)
        err = disk_error();
    if (!err && renameat(dir_fd, SPARE_TEMPORARY, dir_fd, SPARE_FILE) != 0)
        err = disk_error();
    if (!err)
        err = disk_sync_folder(dir_fd);
    if (err) {
        unlinkat(dir_fd, SPARE_TEMPORARY, 0);
        unlinkat(dir_fd, SPARE_FILE, 0);
    }
    return err;
}

enum err spare_adopt(int dir_fd, const struct segment_head *head, int *fd)
{
    uint8_t block[SEGMENT_BLOCK];
    char name[SEGMENT_NAME];
    segment_name(head->before.sequence + 1, name);
    segment_write_head(head, block);

    int spare = openat(dir_fd, SPARE_FILE, O_RDWR | O_CLOEXEC);
    if (spare < 0)
        return ERR_FULL;
    if (!is_blank(spare, head->size) || disk_write(spare, block, sizeof(block), 0) ||
        disk_sync(spare) || renameat(dir_fd, SPARE_FILE, dir_fd, name) != 0) {
        unlinkat(dir_fd, SPARE_FILE, 0);
        close(spare);
        return ERR_FULL;
    }
    if (disk_sync_folder(dir_fd)) {
        close(spare);
        return ERR_IO;
    }
    *fd = spare;
    return ERR_OK;
}
