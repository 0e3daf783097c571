/* Whole reads and writes, and errors told apart. */
#include "ledger/disk.h"

#include <signal.h>
#include <sys/resource.h>

#include "fixture.h"

static void test_read_write(void **state)
{
    struct scratch *s = *state;
    int fd = scratch_file(s, "file", O_RDWR | O_CREAT);
    static uint8_t bytes[700 * 1024], back[700 * 1024];
    memset(bytes, 0x5a, sizeof(bytes));
    assert_int_equal(disk_write(fd, bytes, sizeof(bytes), 100), ERR_OK);
    assert_int_equal(disk_read(fd, back, sizeof(bytes), 100), ERR_OK);
    assert_memory_equal(bytes, back, sizeof(bytes));
    assert_int_equal(disk_read(fd, back, 2, 100 + sizeof(bytes) - 1), ERR_NOTFOUND);
    assert_int_equal(disk_zero(fd, 200, 100 + sizeof(bytes) - 1), ERR_OK);
    assert_int_equal(disk_read(fd, back, sizeof(bytes), 100), ERR_OK);
    for (size_t i = 0; i < sizeof(bytes); i++)
        assert_int_equal(back[i], i < 100 || i == sizeof(bytes) - 1 ? 0x5a : 0);
    assert_int_equal(disk_sync(fd), ERR_OK);
    int dir = open(s->dir, O_RDONLY | O_DIRECTORY);
    assert_int_equal(disk_sync_folder(dir), ERR_OK);
    close(dir);
    close(fd);
}

/* Past the page cache and through it, over what a reader has in the cache already. */
static void test_append(void **state)
{
    struct scratch *s = *state;
    int fd = scratch_file(s, "file", O_RDWR | O_CREAT);
    static _Alignas(DISK_PAGE) uint8_t bytes[2 * DISK_PAGE], back[4 * DISK_PAGE];
    for (int direct = 0; direct < 2; direct++) {
        memset(back, 0x11, sizeof(back));
        assert_int_equal(disk_write(fd, back, sizeof(back), 0), ERR_OK);
        assert_int_equal(disk_read(fd, back, sizeof(back), 0), ERR_OK);
        if (!disk_direct(fd, direct))
            break; /* a file system without */
        memset(bytes, 0x5a + direct, sizeof(bytes));
        assert_int_equal(disk_append(fd, bytes, sizeof(bytes), DISK_PAGE), ERR_OK);
        assert_true(disk_direct(fd, false));
        assert_int_equal(disk_read(fd, back, sizeof(back), 0), ERR_OK);
        for (size_t i = 0; i < sizeof(back); i++)
            assert_int_equal(back[i], i / DISK_PAGE % 3 == 0 ? 0x11 : 0x5a + direct);
    }
    assert_int_equal(disk_append(-1, bytes, DISK_PAGE, 0), ERR_IO);
    close(fd);
}

static void test_errors(void **state)
{
    struct scratch *s = *state;
    uint8_t byte = 0;
    assert_int_equal(disk_write(-1, &byte, 1, 0), ERR_IO);
    assert_int_equal(disk_read(-1, &byte, 1, 0), ERR_IO);
    assert_int_equal(disk_sync(-1), ERR_IO);
    assert_int_equal(disk_sync_folder(-1), ERR_IO);

    struct rlimit old, small = {.rlim_cur = 4096};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    int fd = scratch_file(s, "file", O_RDWR | O_CREAT);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum err fits = disk_zero(fd, 0, 4096), over = disk_zero(fd, 0, 8192);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(fits, ERR_OK);
    assert_int_equal(over, ERR_FULL);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_read_write, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_append, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_errors, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
