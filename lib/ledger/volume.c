/* Folders of a ledger. Opened and closed by the thread that opens the ledger; rolled by its writer;
 * patched by the signer. */
#include "ledger/volume.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "ledger/disk.h"

/* The folder's name is synced at every open: the one that made it may have died in between. A
 * parent that may not be read is somebody else's, who made the folder too. */
enum err volume_open(const char *dir, bool read_only, struct volume *volume)
{
    *volume = VOLUME_NONE;
    bool made = !read_only && mkdir(dir, 0700) == 0;
    volume->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (volume->dir_fd < 0)
        return disk_error();
    if (read_only)
        return ERR_OK;
    int parent = openat(volume->dir_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0)
        return errno == EACCES && !made ? ERR_OK : disk_error();
    enum err err = disk_sync_folder(parent);
    close(parent);
    return err;
}

void volume_close(struct volume *volume)
{
    spare_close(&volume->spare);
    if (volume->fd >= 0)
        close(volume->fd);
    if (volume->dir_fd >= 0)
        close(volume->dir_fd);
    *volume = VOLUME_NONE;
}

/* Groups go past the page cache: nobody reads them soon, and into zeros that are not cached an
 * append through it would cost a page of memory for each page, and its bytes a copy. A file system
 * that cannot do it takes them as it can. */
static void append_to(struct volume *volume, int fd)
{
    if (!disk_direct(fd, true))
        log_event(LOG_INFO, "ledger_cached", "text=\"no direct writes on this file system\"");
    volume->fd = fd;
}

enum err volume_continue(struct volume *volume, const char *name)
{
    int fd = openat(volume->dir_fd, name, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return ERR_IO;
    append_to(volume, fd);
    return ERR_OK;
}

enum err volume_roll(struct volume *volume, const struct segment_head *head)
{
    int fd = -1;
    enum err err = spare_adopt(volume->dir_fd, head, &volume->spare, &fd);
    if (err)
        return err;
    if (volume->fd >= 0)
        close(volume->fd);
    append_to(volume, fd);
    return ERR_OK;
}

enum err volume_patch(const struct volume *volume, const char *name, struct slice bytes,
                      uint64_t offset)
{
    _Alignas(DISK_PAGE) uint8_t page[DISK_PAGE];
    uint64_t inside = offset % DISK_PAGE;
    CHECK(bytes.size <= sizeof(page) - inside);
    int fd = openat(volume->dir_fd, name, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return disk_error();
    enum err err = disk_read(fd, page, sizeof(page), offset - inside);
    if (!err) {
        memcpy(page + inside, bytes.data, bytes.size);
        /* Past the cache, as groups go: a page of the cache that waits to be written could take its
         * neighbours with it, over a group that was appended meanwhile. */
        if (!disk_direct(fd, true))
            log_event(LOG_DEBUG, "seal_cached", "segment=%s", name);
        err = disk_append(fd, page, sizeof(page), offset - inside);
    }
    close(fd);
    return err;
}
