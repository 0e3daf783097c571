/* One backup at a time may ask, whatever its folder: the lock lies beside the copy. Main thread. */
#include "store_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/lock.h"
#include "prove.h"
#include "store/store.h"

#define FOLDER "lmdb.copy" /* as daemon/copier.h has it */
#define PIECE ((size_t)1024 * 1024)

static enum ctl_exit ask(struct ctl *ctl)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__StoreCopy body = COPAY__ADMIN__STORE_COPY__INIT;
    char msgid[ID_MSGID + 1];
    command.store_copy = &body;
    ctl_msgid('l', NULL, 0, msgid);
    return ctl_tell(ctl, msgid, &command);
}

static enum ctl_exit take_lock(const struct place *place, struct store_copy *copy)
{
    if (!place_path(place->dir, FOLDER, copy->folder))
        return place_fail(place->dir, ERR_LIMIT);
    if (mkdir(copy->folder, 0700) != 0 && errno != EEXIST)
        return place_fail(copy->folder, errno == ENOSPC ? ERR_FULL : ERR_IO);
    enum err err = lock_take(copy->folder, &copy->lock);
    if (err) {
        copy->lock = -1;
        return place_fail(copy->folder, err);
    }
    /* What is there afterwards is new. */
    err = store_discard(copy->folder);
    return err ? place_fail(copy->folder, err) : CTL_DONE;
}

static enum ctl_exit open_copy(struct store_copy *copy)
{
    char path[PATH_MAX];
    uint64_t whole;
    enum err err = place_path(copy->folder, "data.mdb", path) ? ERR_OK : ERR_LIMIT;
    if (!err && access(path, R_OK) != 0) {
        fprintf(stderr,
                "copayctl: %s：没有副本，守护进程服务的是另一个文件夹？ / no copy here: does the "
                "daemon serve another folder?\n",
                path);
        return CTL_FAILED;
    }
    if (!err)
        err = prove_place(copy->folder, &whole, &copy->sequence);
    if (!err && (copy->fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
        err = ERR_IO;
    if (!err && !(copy->bytes = malloc(PIECE)))
        err = ERR_NOMEM;
    return err ? place_fail(path, err) : CTL_DONE;
}

enum ctl_exit store_copy_take(struct ctl *ctl, const struct place *place, struct store_copy *copy)
{
    *copy = (struct store_copy){.lock = -1, .fd = -1};
    if (strcmp(ctl->region, place->region) != 0) {
        fprintf(stderr, "copayctl: %s：不是统筹区 %s 的文件夹 / not that region's folder\n",
                place->dir, ctl->region);
        return CTL_REFUSED;
    }
    enum ctl_exit status = take_lock(place, copy);
    if (!status)
        status = ask(ctl);
    return status ? status : open_copy(copy);
}

enum err store_copy_read(struct store_copy *copy, struct slice *piece)
{
    ssize_t n = read(copy->fd, copy->bytes, PIECE);
    *piece = (struct slice){copy->bytes, n > 0 ? (size_t)n : 0};
    return n < 0 ? ERR_IO : n == 0 ? ERR_NOTFOUND : ERR_OK;
}

void store_copy_free(struct store_copy *copy)
{
    if (copy->fd >= 0)
        close(copy->fd);
    free(copy->bytes);
    if (copy->lock < 0)
        return;
    if (store_discard(copy->folder) != ERR_OK)
        (void)place_fail(copy->folder, ERR_IO);
    close(copy->lock);
}
