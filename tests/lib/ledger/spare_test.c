/* Spares: whole or not there, adopted once, and never half. */
#include "ledger/spare.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "fixture.h"

static const struct segment_head head = {.region = REGION, .id = 5, .size = SMALL};

/* What was called, in order: d a file's sync, r a rename, f a folder's sync. */
static char calls[16];

static void note(char call)
{
    size_t length = strlen(calls);
    if (length + 1 < sizeof(calls))
        calls[length] = call;
}

int fdatasync(int fd)
{
    note('d');
    return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    note('f');
    return (int)syscall(SYS_fsync, fd);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    note('r');
    return (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, 0);
}

/* Where a file system that cannot write past the page cache says so. */
static enum { REFUSED_NOWHERE, REFUSED_AT_ASKING, REFUSED_AT_WRITING } direct_refused;

int fcntl(int fd, int command, ...)
{
    va_list list;
    va_start(list, command);
    long argument = va_arg(list, long);
    va_end(list);
    if (direct_refused == REFUSED_AT_ASKING && command == F_SETFL && (argument & O_DIRECT)) {
        errno = EINVAL;
        return -1;
    }
    return (int)syscall(SYS_fcntl, fd, command, argument);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    if (direct_refused == REFUSED_AT_WRITING && (fcntl(fd, F_GETFL, 0) & O_DIRECT)) {
        errno = EINVAL;
        return -1;
    }
    return syscall(SYS_pwrite64, fd, bytes, size, offset);
}

static int folder(const struct scratch *s)
{
    int fd = open(s->dir, O_RDONLY | O_DIRECTORY);
    assert_true(fd >= 0);
    return fd;
}

static void test_make_and_adopt(void **state)
{
    struct scratch *s = *state;
    int dir = folder(s), fd = -1;
    struct spare spare = {.ready = true};
    assert_int_equal(spare_check(dir, SMALL, &spare), ERR_OK);
    assert_false(spare.ready);
    assert_int_equal(spare_make(dir, SMALL, &spare), ERR_OK);
    assert_int_equal(spare_check(dir, SMALL, &spare), ERR_OK);
    assert_true(spare.ready);

    size_t size = 0;
    uint8_t *bytes = scratch_load(s, SPARE_FILE, &size);
    assert_int_equal(size, SMALL);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(bytes[i], 0);
    free(bytes);
    struct stat st;
    char path[128];
    assert_int_equal(stat(scratch_path(s, SPARE_FILE, path), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    /* Written, not only given a length. */
    assert_true(st.st_blocks * 512 >= SMALL);

    assert_int_equal(spare_adopt(dir, &head, &spare, &fd), ERR_OK);
    assert_false(scratch_has(s, SPARE_FILE));
    bytes = scratch_load(s, FIRST_SEGMENT, &size);
    struct segment_head read;
    assert_null(segment_read_head(bytes, &read));
    assert_int_equal(read.id, 5);
    assert_int_equal(size, SMALL);
    free(bytes);
    close(fd);
    assert_int_equal(spare_adopt(dir, &head, &spare, &fd), ERR_FULL);
    close(dir);
}

/* A name on the disk before what it names would be damage after a power cut, not a torn end. */
static void test_synced_before_it_is_named(void **state)
{
    struct scratch *s = *state;
    int dir = folder(s), fd = -1;
    struct spare spare = {0};
    memset(calls, 0, sizeof(calls));
    assert_int_equal(spare_make(dir, SMALL, &spare), ERR_OK);
    assert_string_equal(calls, "drf");
    memset(calls, 0, sizeof(calls));
    assert_int_equal(spare_adopt(dir, &head, &spare, &fd), ERR_OK);
    assert_string_equal(calls, "drf");
    close(fd);
    close(dir);
}

static void test_half_made(void **state)
{
    struct scratch *s = *state;
    int dir = folder(s);
    struct spare spare = {.ready = true};
    /* A power cut while the zeros were written. */
    scratch_write(s, SPARE_TEMPORARY, 0, "\0\0\0\0", 4);
    assert_int_equal(spare_check(dir, SMALL, &spare), ERR_OK);
    assert_false(spare.ready);
    assert_false(scratch_has(s, SPARE_TEMPORARY));
    /* A power cut between the header and the rename. */
    uint8_t block[SEGMENT_BLOCK];
    segment_write_head(&head, block);
    assert_int_equal(spare_make(dir, SMALL, &spare), ERR_OK);
    scratch_write(s, SPARE_FILE, 0, block, sizeof(block));
    assert_int_equal(spare_check(dir, SMALL, &spare), ERR_OK);
    assert_false(spare.ready);
    assert_false(scratch_has(s, SPARE_FILE));
    /* Another size was configured. */
    assert_int_equal(spare_make(dir, SMALL, &spare), ERR_OK);
    assert_true(spare.ready);
    assert_int_equal(spare_check(dir, 2 * SMALL, &spare), ERR_OK);
    assert_false(spare.ready);
    assert_false(scratch_has(s, SPARE_FILE));
    close(dir);
}

/* Spoilt after it was checked: thrown away rather than used. */
static void test_adopt_spoilt(void **state)
{
    struct scratch *s = *state;
    int dir = folder(s), fd = -1;
    struct spare spare = {0};
    assert_int_equal(spare_make(dir, SMALL, &spare), ERR_OK);
    scratch_flip(s, SPARE_FILE, 300);
    assert_int_equal(spare_adopt(dir, &head, &spare, &fd), ERR_FULL);
    assert_int_equal(fd, -1);
    assert_false(scratch_has(s, SPARE_FILE));
    assert_false(scratch_has(s, FIRST_SEGMENT));
    close(dir);
}

/* Piece by piece, each on the disk before the next, the whole room taken first. Where the page
 * cache cannot be passed by, each piece is synced. */
static void test_steps_buffered(void **state)
{
    struct scratch *s = *state;
    int dir = folder(s);
    struct spare spare = {0};
    struct stat st;
    char path[128];
    memset(calls, 0, sizeof(calls));
    direct_refused = REFUSED_AT_ASKING;
    for (int i = 1; i < 4; i++) {
        assert_int_equal(spare_step(dir, 4 * SPARE_PIECE, &spare), ERR_AGAIN);
        assert_int_equal(spare.done, i * SPARE_PIECE);
        assert_int_equal(stat(scratch_path(s, SPARE_TEMPORARY, path), &st), 0);
        assert_true(st.st_blocks * 512 >= 4 * SPARE_PIECE);
        assert_false(spare.ready);
    }
    assert_string_equal(calls, "ddd");
    assert_int_equal(spare_step(dir, 4 * SPARE_PIECE, &spare), ERR_OK);
    assert_string_equal(calls, "ddddrf");
    assert_true(spare.ready);
    assert_int_equal(spare_step(dir, 4 * SPARE_PIECE, &spare), ERR_OK);
    assert_string_equal(calls, "ddddrf");

    /* Half-made, and somebody needs it now: only the rest is done. */
    assert_int_equal(unlinkat(dir, SPARE_FILE, 0), 0);
    spare.ready = false;
    assert_int_equal(spare_step(dir, 4 * SPARE_PIECE, &spare), ERR_AGAIN);
    memset(calls, 0, sizeof(calls));
    assert_int_equal(spare_make(dir, 4 * SPARE_PIECE, &spare), ERR_OK);
    assert_string_equal(calls, "dddrf");
    spare.ready = false;
    assert_int_equal(spare_step(dir, 4 * SPARE_PIECE, &spare), ERR_AGAIN);
    spare_close(&spare);
    spare_close(&spare);
    direct_refused = REFUSED_NOWHERE;
    close(dir);
}

/* Past the page cache one sync is enough, and only zeros come of it. */
static void test_steps_direct(void **state)
{
    struct scratch *s = *state;
    int dir = folder(s);
    struct spare spare = {0};
    memset(calls, 0, sizeof(calls));
    assert_int_equal(spare_step(dir, 3 * SPARE_PIECE, &spare), ERR_AGAIN);
    if (!spare.direct) { /* refused by this file system: then it is synced */
        spare_close(&spare);
        close(dir);
        skip();
    }
    assert_int_equal(spare_make(dir, 3 * SPARE_PIECE, &spare), ERR_OK);
    assert_string_equal(calls, "drf");
    uint8_t *bytes = malloc(3 * SPARE_PIECE);
    assert_non_null(bytes);
    int fd = openat(dir, SPARE_FILE, O_RDONLY);
    assert_int_equal(read(fd, bytes, 3 * SPARE_PIECE), 3 * SPARE_PIECE);
    for (size_t i = 0; i < 3 * SPARE_PIECE; i++)
        assert_int_equal(bytes[i], 0);
    free(bytes);
    close(fd);
    close(dir);
}

/* Found out only at the first write: it goes on through the page cache. */
static void test_steps_direct_refused_late(void **state)
{
    struct scratch *s = *state;
    int dir = folder(s);
    struct spare spare = {0};
    direct_refused = REFUSED_AT_WRITING;
    memset(calls, 0, sizeof(calls));
    assert_int_equal(spare_make(dir, 3 * SPARE_PIECE, &spare), ERR_OK);
    direct_refused = REFUSED_NOWHERE;
    assert_false(spare.direct);
    assert_string_equal(calls, "dddrf");
    close(dir);
}

/* More than the disk has: said before anything is written, and nothing is left. */
static void test_no_room(void **state)
{
    struct scratch *s = *state;
    int dir = folder(s);
    struct spare spare = {0};
    uint64_t huge = UINT64_C(1) << 60;
    assert_int_equal(spare_make(dir, huge, &spare), ERR_FULL);
    assert_false(scratch_has(s, SPARE_TEMPORARY));
    assert_int_equal(spare_make(dir, SMALL, &spare), ERR_OK);
    close(dir);
}

static void test_no_space(void **state)
{
    struct scratch *s = *state;
    int dir = folder(s);
    struct spare spare = {0};
    struct rlimit old, small = {.rlim_cur = SMALL / 2};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum err err = spare_make(dir, SMALL, &spare);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(err, ERR_FULL);
    assert_false(scratch_has(s, SPARE_FILE));
    assert_false(scratch_has(s, SPARE_TEMPORARY));
    close(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_make_and_adopt, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_synced_before_it_is_named, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_half_made, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_adopt_spoilt, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_no_space, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_steps_buffered, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_steps_direct, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_steps_direct_refused_late, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_no_room, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
