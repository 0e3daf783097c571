/* The mirror's thread: what it was given is on the disk when it says so, and its failures are told.
 */
#include "ledger/mirror.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#include "fixture.h"
#include "ledger/disk.h"

static atomic_int syncs;

int fdatasync(int fd)
{
    usleep(2000); /* a slow disk */
    int failed = (int)syscall(SYS_fdatasync, fd);
    atomic_fetch_add(&syncs, 1);
    return failed;
}

static void test_written_and_synced(void **state)
{
    struct scratch *s = *state;
    struct mirror *mirror = NULL;
    static _Alignas(DISK_PAGE) uint8_t bytes[DISK_PAGE], back[DISK_PAGE];
    int fd = scratch_file(s, "copy", O_RDWR | O_CREAT);
    assert_int_equal(mirror_start(&mirror), ERR_OK);
    for (int i = 0; i < 20; i++) {
        memset(bytes, i, sizeof(bytes));
        mirror_begin(mirror, fd, (struct slice){bytes, sizeof(bytes)}, DISK_PAGE * (uint64_t)i);
        assert_int_equal(mirror_wait(mirror), ERR_OK);
        assert_int_equal(atomic_load(&syncs), i + 1);
        assert_int_equal(pread(fd, back, sizeof(back), DISK_PAGE * i), sizeof(back));
        assert_memory_equal(bytes, back, sizeof(back));
    }
    mirror_stop(mirror);
    mirror_stop(NULL);
    close(fd);
}

static void test_failures_are_told(void **state)
{
    struct scratch *s = *state;
    struct mirror *mirror = NULL;
    static _Alignas(DISK_PAGE) uint8_t bytes[DISK_PAGE] = {'y'};
    const struct slice page = {bytes, sizeof(bytes)};
    int pipe_fds[2];
    assert_int_equal(pipe(pipe_fds), 0);
    assert_int_equal(mirror_start(&mirror), ERR_OK);
    mirror_begin(mirror, pipe_fds[1], page, 0);
    assert_int_equal(mirror_wait(mirror), ERR_IO);
    int read_only = scratch_file(s, "copy", O_RDONLY | O_CREAT);
    mirror_begin(mirror, read_only, page, 0);
    assert_int_equal(mirror_wait(mirror), ERR_IO);
    /* One that is not waited for is finished before the thread ends. */
    int fd = scratch_file(s, "copy", O_RDWR);
    mirror_begin(mirror, fd, page, 0);
    mirror_stop(mirror);
    char back = 0;
    assert_int_equal(pread(fd, &back, 1, 0), 1);
    assert_int_equal(back, 'y');
    close(fd);
    close(read_only);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_written_and_synced, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_failures_are_told, scratch_setup, scratch_teardown),
    };
    alarm(50);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
