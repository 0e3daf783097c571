/* The data folder's lock. flock() and not fcntl(): closing any other descriptor of the file must
 * not give the lock away. */
#include "ledger/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

enum err lock_take(const char *dir, int *fd)
{
    int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0)
        return ERR_IO;
    int lock_fd = openat(dir_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    close(dir_fd);
    if (lock_fd < 0)
        return ERR_IO;
    while (flock(lock_fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        enum err err = errno == EWOULDBLOCK ? ERR_BUSY : ERR_IO;
        close(lock_fd);
        return err;
    }
    *fd = lock_fd;
    return ERR_OK;
}
