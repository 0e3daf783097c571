/* LD_PRELOAD for the release build: makes syncs of the ledger fail, and keeps a journal from which
 * a test undoes every ledger write that no sync covered, as a power cut would.
 *
 *   SHIM_MATCH    only files whose path holds this text (e.g. "/ledger/")
 *   SHIM_JOURNAL  append-only journal: 'W' path offset old-bytes, 'S' path (a sync that succeeded)
 *   SHIM_FAIL     file: while it exists, a matching sync fails with EIO
 *   SHIM_FULL     file: while it exists, a matching write or reservation fails with ENOSPC
 *   SHIM_HOLD     file: while it exists, a matching sync waits
 *
 * Journal entries: 1 byte kind, u32 path length, path, and for 'W' u64 offset, u32 written, u32 old
 * length, old bytes. Opened files are known by /proc/self/fd, so no call but these is wrapped. */
#undef _FILE_OFFSET_BITS /* with it, glibc's headers make pwrite another name of pwrite64 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_posix_fallocate)(int, off_t, off_t);
static int (*real_fdatasync)(int);
static int (*real_fsync)(int);

__attribute__((constructor)) static void set_up(void)
{
    real_pwrite = (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite64");
    real_pwritev = (ssize_t(*)(int, const struct iovec *, int, off_t))dlsym(RTLD_NEXT, "pwritev64");
    real_write = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    real_posix_fallocate = (int (*)(int, off_t, off_t))dlsym(RTLD_NEXT, "posix_fallocate64");
    real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    const char *path = getenv("SHIM_JOURNAL");
    if (path)
        journal = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int matches(int fd, char *path, size_t size)
{
    const char *match = getenv("SHIM_MATCH");
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, size - 1);
    if (!match || n <= 0)
        return 0;
    path[n] = '\0';
    return strstr(path, match) != NULL;
}

static int flagged(const char *variable)
{
    const char *file = getenv(variable);
    return file && access(file, F_OK) == 0;
}

static void put(const void *bytes, size_t size)
{
    if (journal >= 0 && real_write(journal, bytes, size) != (ssize_t)size)
        abort();
}

static void put_head(char kind, const char *path)
{
    uint32_t length = (uint32_t)strlen(path);
    put(&kind, 1);
    put(&length, 4);
    put(path, length);
}

static void note_write(int fd, const char *path, uint64_t offset, size_t size)
{
    if (journal < 0)
        return;
    char proc[64];
    snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
    int in = open(proc, O_RDONLY | O_CLOEXEC);
    char *old = malloc(size ? size : 1);
    ssize_t n = in >= 0 && old ? pread(in, old, size, (off_t)offset) : 0;
    uint32_t written = (uint32_t)size, kept = n > 0 ? (uint32_t)n : 0;
    put_head('W', path);
    put(&offset, 8);
    put(&written, 4);
    put(&kept, 4);
    put(old, kept);
    free(old);
    if (in >= 0)
        close(in);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset)
{
    char path[512];
    if (!matches(fd, path, sizeof path))
        return real_pwrite(fd, bytes, size, offset);
    if (flagged("SHIM_FULL")) {
        errno = ENOSPC;
        return -1;
    }
    pthread_mutex_lock(&lock);
    note_write(fd, path, (uint64_t)offset, size);
    ssize_t n = real_pwrite(fd, bytes, size, offset);
    pthread_mutex_unlock(&lock);
    return n;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    return pwrite64(fd, bytes, size, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
    char path[512];
    if (!matches(fd, path, sizeof path))
        return real_pwritev(fd, parts, count, offset);
    if (flagged("SHIM_FULL")) {
        errno = ENOSPC;
        return -1;
    }
    size_t size = 0;
    for (int i = 0; i < count; i++)
        size += parts[i].iov_len;
    pthread_mutex_lock(&lock);
    note_write(fd, path, (uint64_t)offset, size);
    ssize_t n = real_pwritev(fd, parts, count, offset);
    pthread_mutex_unlock(&lock);
    return n;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    return pwritev64(fd, parts, count, offset);
}

/* Our own writer seeks its offsets itself; LMDB's copy does not. */
ssize_t write(int fd, const void *bytes, size_t size)
{
    char path[512];
    if (flagged("SHIM_FULL") && matches(fd, path, sizeof path)) {
        errno = ENOSPC;
        return -1;
    }
    return real_write(fd, bytes, size);
}

int posix_fallocate64(int fd, off64_t offset, off64_t size)
{
    char path[512];
    if (flagged("SHIM_FULL") && matches(fd, path, sizeof path))
        return ENOSPC;
    return real_posix_fallocate(fd, offset, size);
}

int posix_fallocate(int fd, off_t offset, off_t size)
{
    return posix_fallocate64(fd, offset, size);
}

static int sync_one(int fd, int (*real)(int))
{
    char path[512];
    if (!matches(fd, path, sizeof path))
        return real(fd);
    if (flagged("SHIM_FAIL")) {
        errno = EIO;
        return -1;
    }
    while (flagged("SHIM_HOLD"))
        usleep(1000);
    pthread_mutex_lock(&lock);
    int result = real(fd);
    if (result == 0)
        put_head('S', path);
    pthread_mutex_unlock(&lock);
    return result;
}

int fdatasync(int fd)
{
    return sync_one(fd, real_fdatasync);
}

int fsync(int fd)
{
    return sync_one(fd, real_fsync);
}
