/* LD_PRELOAD for the release build: writes down, in order, everything that a process does to one
 * folder, which of it a sync has really covered, and what it answered meanwhile.
 * tests/crash/power.py builds from it the disks that a power cut can leave. Also makes a chosen
 * call fail, or syncs last.
 *
 *   POWER_ROOT        the folder, an absolute path without links; the rest is let through
 *   POWER_TRACE       append-only trace; syncs are then only noted, after POWER_SYNC_US
 *   POWER_FAIL_AT     number (from 1) of the call under POWER_ROOT that fails; needs
 *   POWER_FAIL_ERROR  the errno it fails with, and knows
 *   POWER_FAIL_WHILE  optional file: from that call on every call fails while it exists
 *   POWER_FAIL_ONCE   optional file, for the number: found, it is removed and the call fails
 *   POWER_FAIL_KIND   optional: only these count: W writes, allocations; S syncs; N names
 *   POWER_FAIL_MATCH  optional: only calls on paths that hold this text count
 *   POWER_HOLD        optional file: while it exists, traced syncs of such paths do not end
 *   POWER_COUNT       optional file: how many calls counted, eight bytes
 *
 * A failing write is half done before it fails. A trace record is `struct record` and two strings;
 * power.py has the list of kinds. Writes, names and answers are noted under one lock, held over the
 * call itself, so that the trace has them in the order in which they happened; a sync is noted when
 * it begins and when it ends, and what happens in between is not covered by it. Stores into a
 * mapping cannot be seen: a shared writable mapping is noted, and power.py refuses it (LMDB writes
 * through its map only with MDB_WRITEMAP; its lock file is not data). */
#undef _FILE_OFFSET_BITS /* with it, glibc's headers make pwrite another name of pwrite64 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 65536
#define PATH_ROOM 1024
#define SLOW 30 /* times as long, one sync in four */

struct record {
    uint8_t kind, flag;
    uint16_t unused;
    uint32_t process, handle, unused_too;
    uint64_t a, b;
    uint32_t first_size, second_size;
};

/* What is known of an open file under the root. */
struct known {
    uint32_t handle; /* 0: not under the root */
    bool dsync;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct known known[FDS];
static uint32_t last_handle;
static uint64_t last_sync;
static int trace = -1, count_fd = -1;
static const char *root, *fail_while, *fail_once, *fail_kind, *fail_match, *hold;
static size_t root_size;
static long sync_us, fail_at, counted;
static int fail_error;

/* The next definition of a call: the kernel's wrapper. */
#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}

/* Looked up once: a look-up at every write would cost more than the write. */
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_close)(int);

static void note(struct record record, const char *first, const void *second)
{
    if (trace < 0)
        return;
    record.process = (uint32_t)getpid();
    struct iovec parts[] = {{.iov_base = &record, .iov_len = sizeof record},
                            {.iov_base = (void *)(uintptr_t)first, .iov_len = record.first_size},
                            {.iov_base = (void *)(uintptr_t)second, .iov_len = record.second_size}};
    ssize_t size = (ssize_t)(sizeof record + record.first_size + record.second_size);
    if (real_writev(trace, parts, 3) != size)
        abort();
}

static void note_path(char kind, uint32_t handle, uint64_t a, const char *path)
{
    note(
        (struct record){
            .kind = (uint8_t)kind, .handle = handle, .a = a, .first_size = (uint32_t)strlen(path)},
        path, NULL);
}

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static long number(const char *name)
{
    const char *value = setting(name);
    return value ? strtol(value, NULL, 10) : 0;
}

__attribute__((constructor)) static void set_up(void)
{
    real_write = (ssize_t(*)(int, const void *, size_t))real("write");
    real_writev = (ssize_t(*)(int, const struct iovec *, int))real("writev");
    real_pwrite = (ssize_t(*)(int, const void *, size_t, off64_t))real("pwrite64");
    real_close = (int (*)(int))real("close");
    root = setting("POWER_ROOT");
    root_size = root ? strlen(root) : 0;
    sync_us = number("POWER_SYNC_US");
    fail_at = number("POWER_FAIL_AT");
    fail_error = (int)number("POWER_FAIL_ERROR");
    fail_while = setting("POWER_FAIL_WHILE");
    fail_once = setting("POWER_FAIL_ONCE");
    hold = setting("POWER_HOLD");
    fail_kind = setting("POWER_FAIL_KIND");
    fail_match = setting("POWER_FAIL_MATCH");
    const char *path = setting("POWER_TRACE");
    if (path)
        trace = REAL(open64)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    path = setting("POWER_COUNT");
    if (path)
        count_fd = REAL(open64)(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    note((struct record){.kind = 'P'}, NULL, NULL);
}

static bool inside(const char *path)
{
    return root && strncmp(path, root, root_size) == 0 &&
           (path[root_size] == '/' || path[root_size] == '\0');
}

/* The path that an open file has now. */
static bool path_of(int fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_ROOM - 1);
    path[n > 0 ? n : 0] = '\0';
    return n > 0 && inside(path);
}

/* The absolute path of a name given to a *at call; true when it lies under the root. */
static bool path_at(int dir, const char *name, char *path)
{
    char folder[PATH_ROOM];
    if (name[0] == '/') {
        snprintf(path, PATH_ROOM, "%s", name);
    } else {
        if (dir == AT_FDCWD && !getcwd(folder, sizeof folder))
            return false;
        if (dir != AT_FDCWD)
            (void)path_of(dir, folder);
        size_t size = strlen(folder), more = strlen(name);
        if (size + more + 2 > PATH_ROOM)
            abort();
        memcpy(path, folder, size);
        path[size] = '/';
        memcpy(path + size + 1, name, more + 1);
    }
    return inside(path);
}

static struct known of(int fd)
{
    return fd >= 0 && fd < FDS ? known[fd] : (struct known){0};
}

/* Under the lock. True when this call is the one that fails; errno is then set. */
static bool fails(char kind, const char *path)
{
    if ((fail_kind && !strchr(fail_kind, kind)) || (fail_match && !strstr(path, fail_match)))
        return false;
    counted++;
    uint64_t total = (uint64_t)counted;
    if (count_fd >= 0 && real_pwrite(count_fd, &total, sizeof total, 0) != sizeof total)
        abort();
    bool now = fail_at > 0 && (counted == fail_at ||
                               (counted > fail_at && fail_while && access(fail_while, F_OK) == 0));
    now = now || (fail_once && REAL(unlinkat)(AT_FDCWD, fail_once, 0) == 0);
    if (now)
        errno = fail_error;
    return now;
}

static bool fails_fd(char kind, int fd)
{
    char path[PATH_ROOM] = "";
    if (fail_match)
        (void)path_of(fd, path);
    return fails(kind, path);
}

static int opened(int fd, int flags, bool dsync)
{
    char path[PATH_ROOM];
    if (fd < 0 || fd >= FDS)
        return fd;
    known[fd] = (struct known){0};
    if (path_of(fd, path)) {
        known[fd] = (struct known){.handle = ++last_handle, .dsync = dsync};
        note_path('O', last_handle, (uint64_t)flags, path);
    }
    return fd;
}

int openat64(int dir, const char *name, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);
    char path[PATH_ROOM];
    pthread_mutex_lock(&lock);
    bool makes = (flags & (O_CREAT | O_TRUNC)) && path_at(dir, name, path);
    int fd = makes && fails('N', path) ? -1 : REAL(openat64)(dir, name, flags, mode);
    /* O_SYNC holds the bit of O_DSYNC. */
    fd = opened(fd, flags, flags & O_DSYNC);
    pthread_mutex_unlock(&lock);
    return fd;
}

#define WITH_MODE(call)                                                                            \
    va_list list;                                                                                  \
    va_start(list, flags);                                                                         \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;                        \
    va_end(list);                                                                                  \
    return call

int openat(int dir, const char *name, int flags, ...)
{
    WITH_MODE(openat64(dir, name, flags, mode));
}

int open64(const char *name, int flags, ...)
{
    WITH_MODE(openat64(AT_FDCWD, name, flags, mode));
}

int open(const char *name, int flags, ...)
{
    WITH_MODE(openat64(AT_FDCWD, name, flags, mode));
}

int creat64(const char *name, mode_t mode)
{
    return openat64(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int creat(const char *name, mode_t mode)
{
    return creat64(name, mode);
}

static void forget(int fd)
{
    if (fd >= 0 && fd < FDS)
        known[fd] = (struct known){0};
}

int close(int fd)
{
    pthread_mutex_lock(&lock);
    forget(fd);
    pthread_mutex_unlock(&lock);
    return real_close(fd);
}

int closedir(DIR *dir)
{
    pthread_mutex_lock(&lock);
    forget(dirfd(dir));
    pthread_mutex_unlock(&lock);
    return REAL(closedir)(dir);
}

int fclose(FILE *file)
{
    pthread_mutex_lock(&lock);
    forget(fileno(file));
    pthread_mutex_unlock(&lock);
    return REAL(fclose)(file);
}

static int duplicated(int fd, int copy)
{
    if (copy >= 0 && copy < FDS)
        known[copy] = of(fd);
    return copy;
}

int dup(int fd)
{
    return duplicated(fd, REAL(dup)(fd));
}

int dup2(int fd, int copy)
{
    return duplicated(fd, REAL(dup2)(fd, copy));
}

int dup3(int fd, int copy, int flags)
{
    return duplicated(fd, REAL(dup3)(fd, copy, flags));
}

static bool all_zero(const uint8_t *bytes, size_t size)
{
    return size > 0 && bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* What a sync takes. Now and then one is slow, so that another file's can overtake it. */
static void linger(uint64_t id)
{
    bool slow = (uint32_t)(id * UINT64_C(2654435761)) >> 30 == 0;
    if (trace >= 0 && sync_us > 0)
        usleep((useconds_t)(slow ? SLOW * sync_us : sync_us));
}

/* One write at an offset. With O_DSYNC it is a sync of itself. */
static ssize_t write_at(int fd, const void *bytes, size_t size, off64_t offset)
{
    struct known file = of(fd);
    pthread_mutex_lock(&lock);
    bool failing = fails_fd('W', fd);
    int error = errno;
    ssize_t n = real_pwrite(fd, bytes, failing ? size / 2 : size, offset);
    if (n > 0) {
        bool zero = all_zero(bytes, (size_t)n);
        note((struct record){.kind = 'W',
                             .flag = (uint8_t)(zero | (file.dsync && !failing) << 1),
                             .handle = file.handle,
                             .a = (uint64_t)offset,
                             .b = (uint64_t)n,
                             .second_size = zero ? 0 : (uint32_t)n},
             NULL, bytes);
    }
    uint64_t id = ++last_sync;
    if (n > 0 && file.dsync && !failing)
        note((struct record){.kind = 'D', .handle = file.handle, .a = id}, NULL, NULL);
    pthread_mutex_unlock(&lock);
    if (failing) {
        errno = error;
        return -1;
    }
    if (n > 0 && file.dsync) {
        linger(id);
        pthread_mutex_lock(&lock);
        note((struct record){.kind = 'E', .handle = file.handle, .a = id}, NULL, NULL);
        pthread_mutex_unlock(&lock);
    }
    return n;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset)
{
    return of(fd).handle ? write_at(fd, bytes, size, offset) : real_pwrite(fd, bytes, size, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    return pwrite64(fd, bytes, size, offset);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    if (!of(fd).handle)
        return real_write(fd, bytes, size);
    bool append = fcntl(fd, F_GETFL) & O_APPEND;
    off64_t offset = lseek64(fd, 0, append ? SEEK_END : SEEK_CUR);
    ssize_t n = write_at(fd, bytes, size, offset);
    if (n > 0 && lseek64(fd, offset + n, SEEK_SET) < 0)
        abort();
    return n;
}

/* The parts as one; the caller frees. */
static uint8_t *joined(const struct iovec *parts, int count, size_t *size)
{
    *size = 0;
    for (int i = 0; i < count; i++)
        *size += parts[i].iov_len;
    uint8_t *all = malloc(*size ? *size : 1), *end = all;
    if (!all)
        abort();
    for (int i = 0; i < count; i++)
        end = (uint8_t *)mempcpy(end, parts[i].iov_base, parts[i].iov_len);
    return all;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    if (!of(fd).handle)
        return real_writev(fd, parts, count);
    size_t size;
    uint8_t *all = joined(parts, count, &size);
    ssize_t n = write(fd, all, size);
    free(all);
    return n;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
    if (!of(fd).handle)
        return REAL(pwritev64)(fd, parts, count, offset);
    size_t size;
    uint8_t *all = joined(parts, count, &size);
    ssize_t n = pwrite64(fd, all, size, offset);
    free(all);
    return n;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    return pwritev64(fd, parts, count, offset);
}

/* Its flags only ask for more than a plain write; what they ask for is not counted on. */
ssize_t pwritev64v2(int fd, const struct iovec *parts, int count, off64_t offset, int flags)
{
    if (!of(fd).handle)
        return REAL(pwritev64v2)(fd, parts, count, offset, flags);
    return offset < 0 ? writev(fd, parts, count) : pwritev64(fd, parts, count, offset);
}

ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t offset, int flags)
{
    return pwritev64v2(fd, parts, count, offset, flags);
}

static bool held(int fd)
{
    char path[PATH_ROOM] = "";
    return hold && access(hold, F_OK) == 0 && path_of(fd, path) &&
           (!fail_match || strstr(path, fail_match));
}

static int sync_one(int fd, int (*call)(int))
{
    struct known file = of(fd);
    if (!file.handle)
        return call(fd);
    pthread_mutex_lock(&lock);
    bool failing = fails_fd('S', fd);
    int error = errno;
    uint64_t id = ++last_sync;
    note((struct record){.kind = 'S', .handle = file.handle, .a = id}, NULL, NULL);
    pthread_mutex_unlock(&lock);
    int result = 0;
    if (trace < 0)
        result = call(fd);
    else
        linger(id);
    while (trace >= 0 && held(fd))
        usleep(1000);
    pthread_mutex_lock(&lock);
    note((struct record){.kind = 'E', .flag = failing, .handle = file.handle, .a = id}, NULL, NULL);
    pthread_mutex_unlock(&lock);
    if (failing)
        errno = error;
    return failing ? -1 : result;
}

int fdatasync(int fd)
{
    return sync_one(fd, REAL(fdatasync));
}

int fsync(int fd)
{
    return sync_one(fd, REAL(fsync));
}

static void not_modelled(const char *what)
{
    pthread_mutex_lock(&lock);
    note_path('X', 0, 0, what);
    pthread_mutex_unlock(&lock);
}

/* Promises nothing about size or names: no sync. */
int sync_file_range(int fd, off64_t offset, off64_t size, unsigned flags)
{
    return trace >= 0 && of(fd).handle ? 0 : REAL(sync_file_range)(fd, offset, size, flags);
}

int syncfs(int fd)
{
    if (of(fd).handle)
        not_modelled("syncfs");
    return REAL(syncfs)(fd);
}

int msync(void *start, size_t size, int flags)
{
    not_modelled("msync");
    return REAL(msync)(start, size, flags);
}

void *mmap64(void *start, size_t size, int protection, int flags, int fd, off64_t offset)
{
    char path[PATH_ROOM];
    if (fd >= 0 && (protection & PROT_WRITE) && (flags & MAP_SHARED) && path_of(fd, path)) {
        pthread_mutex_lock(&lock);
        note_path('V', of(fd).handle, 0, path);
        pthread_mutex_unlock(&lock);
    }
    return REAL(mmap64)(start, size, protection, flags, fd, offset);
}

void *mmap(void *start, size_t size, int protection, int flags, int fd, off_t offset)
{
    return mmap64(start, size, protection, flags, fd, offset);
}

int ftruncate64(int fd, off64_t size)
{
    struct known file = of(fd);
    if (!file.handle)
        return REAL(ftruncate64)(fd, size);
    pthread_mutex_lock(&lock);
    int result = fails_fd('W', fd) ? -1 : REAL(ftruncate64)(fd, size);
    if (result == 0)
        note((struct record){.kind = 'T', .handle = file.handle, .a = (uint64_t)size}, NULL, NULL);
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

int truncate64(const char *name, off64_t size)
{
    int fd = open64(name, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int result = ftruncate64(fd, size), error = errno;
    close(fd);
    errno = error;
    return result;
}

int truncate(const char *name, off_t size)
{
    return truncate64(name, size);
}

int fallocate64(int fd, int mode, off64_t offset, off64_t size)
{
    struct known file = of(fd);
    if (!file.handle)
        return REAL(fallocate64)(fd, mode, offset, size);
    pthread_mutex_lock(&lock);
    int result = fails_fd('W', fd) ? -1 : REAL(fallocate64)(fd, mode, offset, size);
    if (result == 0)
        note((struct record){.kind = 'A',
                             .flag = (uint8_t)mode,
                             .handle = file.handle,
                             .a = (uint64_t)offset,
                             .b = (uint64_t)size},
             NULL, NULL);
    pthread_mutex_unlock(&lock);
    return result;
}

int fallocate(int fd, int mode, off_t offset, off_t size)
{
    return fallocate64(fd, mode, offset, size);
}

int posix_fallocate64(int fd, off64_t offset, off64_t size)
{
    return fallocate64(fd, 0, offset, size) == 0 ? 0 : errno;
}

int posix_fallocate(int fd, off_t offset, off_t size)
{
    return posix_fallocate64(fd, offset, size);
}

/* Two names: both have to be under the root, or neither. */
static int name_two(char kind, uint64_t flags, const char *from, const char *to, int result)
{
    if (result == 0)
        note((struct record){.kind = (uint8_t)kind,
                             .a = flags,
                             .first_size = (uint32_t)strlen(from),
                             .second_size = (uint32_t)strlen(to)},
             from, to);
    return result;
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    char old[PATH_ROOM], new[PATH_ROOM];
    bool ours = path_at(from_dir, from, old);
    if (ours != path_at(to_dir, to, new))
        not_modelled("a rename into or out of the folder");
    if (!ours)
        return REAL(renameat2)(from_dir, from, to_dir, to, flags);
    pthread_mutex_lock(&lock);
    int result = fails('N', new) ? -1 : REAL(renameat2)(from_dir, from, to_dir, to, flags);
    result = name_two('N', flags, old, new, result);
    pthread_mutex_unlock(&lock);
    return result;
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return renameat2(from_dir, from, to_dir, to, 0);
}

int rename(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    char old[PATH_ROOM], new[PATH_ROOM];
    bool ours = path_at(from_dir, from, old) && path_at(to_dir, to, new);
    pthread_mutex_lock(&lock);
    int result = ours && fails('N', new) ? -1 : REAL(linkat)(from_dir, from, to_dir, to, flags);
    if (ours)
        result = name_two('L', 0, old, new, result);
    pthread_mutex_unlock(&lock);
    return result;
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlinkat(int dir, const char *name, int flags)
{
    char path[PATH_ROOM];
    bool ours = path_at(dir, name, path);
    pthread_mutex_lock(&lock);
    int result = ours && fails('N', path) ? -1 : REAL(unlinkat)(dir, name, flags);
    if (ours && result == 0)
        note_path('U', 0, 0, path);
    pthread_mutex_unlock(&lock);
    return result;
}

int unlink(const char *name)
{
    return unlinkat(AT_FDCWD, name, 0);
}

int rmdir(const char *name)
{
    return unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

int remove(const char *name)
{
    struct stat st;
    return unlinkat(AT_FDCWD, name,
                    lstat(name, &st) == 0 && S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
}

int mkdirat(int dir, const char *name, mode_t mode)
{
    char path[PATH_ROOM];
    bool ours = path_at(dir, name, path);
    pthread_mutex_lock(&lock);
    int result = ours && fails('N', path) ? -1 : REAL(mkdirat)(dir, name, mode);
    if (ours && result == 0)
        note_path('M', 0, 0, path);
    pthread_mutex_unlock(&lock);
    return result;
}

int mkdir(const char *name, mode_t mode)
{
    return mkdirat(AT_FDCWD, name, mode);
}

/* What a process answers: the daemon through OpenSSL, a toy through powershim_answer(). */
void powershim_answer(const void *bytes, size_t size);
int SSL_write_ex(void *ssl, const void *bytes, size_t size, size_t *written);
void SSL_free(void *ssl);

static void note_answer(const void *stream, const void *bytes, size_t size)
{
    note((struct record){.kind = 'R',
                         .a = (uint64_t)(uintptr_t)stream,
                         .second_size = (uint32_t)size},
         NULL, bytes);
}

void powershim_answer(const void *bytes, size_t size)
{
    pthread_mutex_lock(&lock);
    note_answer(NULL, bytes, size);
    pthread_mutex_unlock(&lock);
}

int SSL_write_ex(void *ssl, const void *bytes, size_t size, size_t *written)
{
    pthread_mutex_lock(&lock);
    int result = REAL(SSL_write_ex)(ssl, bytes, size, written);
    if (result == 1)
        note_answer(ssl, bytes, *written);
    pthread_mutex_unlock(&lock);
    return result;
}

void SSL_free(void *ssl)
{
    pthread_mutex_lock(&lock);
    note((struct record){.kind = 'F', .a = (uint64_t)(uintptr_t)ssl}, NULL, NULL);
    pthread_mutex_unlock(&lock);
    REAL(SSL_free)(ssl);
}
