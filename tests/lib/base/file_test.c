/* Reading whole files: bounds, absence, folders, pipes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char path[] = "/tmp/file-test-XXXXXX";

static int setup(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 || close(fd) != 0;
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

static void put(const char *text, size_t times)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (size_t i = 0; i < times; i++)
        assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void reads_what_is_there(void **state)
{
    (void)state;
    uint8_t *data;
    size_t size;
    put("0123456789", 1000);
    assert_int_equal(file_read(path, 10000, &data, &size), ERR_OK);
    assert_int_equal(size, 10000);
    assert_memory_equal(data + 9990, "0123456789", 10);
    free(data);
}

static void an_empty_file_is_read(void **state)
{
    (void)state;
    uint8_t *data;
    size_t size = 1;
    put("", 1);
    assert_int_equal(file_read(path, 0, &data, &size), ERR_OK);
    assert_int_equal(size, 0);
    free(data);
}

static void one_byte_over_is_refused(void **state)
{
    (void)state;
    uint8_t *data;
    size_t size;
    put("0123456789", 1000);
    assert_int_equal(file_read(path, 9999, &data, &size), ERR_LIMIT);
}

static void a_pipe_is_read_and_bounded(void **state)
{
    (void)state;
    int ends[2];
    char name[32];
    uint8_t *data;
    size_t size;
    for (size_t max = 4; max <= 5; max++) {
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], "12345", 5), 5);
        close(ends[1]);
        snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
        assert_int_equal(file_read(name, max, &data, &size), max < 5 ? ERR_LIMIT : ERR_OK);
        close(ends[0]);
    }
    assert_int_equal(size, 5);
    free(data);
}

static void absence_and_folders_are_told_apart(void **state)
{
    (void)state;
    uint8_t *data;
    size_t size;
    assert_int_equal(file_read("/tmp/no-such-file-here", 10, &data, &size), ERR_NOTFOUND);
    assert_int_equal(file_read("/tmp", 1 << 20, &data, &size), ERR_IO);
    assert_int_equal(errno, EISDIR);
}

static void writes_whole_files(void **state)
{
    char dir[] = "/tmp/copayd-file-XXXXXX", one[64], other[64];
    uint8_t *data;
    size_t size;
    struct stat st;
    (void)state;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(one, sizeof one, "%s/one", dir);
    (void)snprintf(other, sizeof other, "%s/link", dir);
    assert_int_equal(file_write(one, true, 0600, "longer", 6), ERR_OK);
    assert_int_equal(stat(one, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(file_write(one, true, 0600, "x", 1), ERR_BUSY);
    assert_int_equal(file_write(one, false, 0600, "two", 3), ERR_OK);
    assert_int_equal(file_read(one, 10, &data, &size), ERR_OK);
    assert_int_equal(size, 3);
    assert_memory_equal(data, "two", 3);
    free(data);
    assert_int_equal(symlink(one, other), 0);
    assert_int_equal(file_write(other, false, 0600, "x", 1), ERR_IO);
    assert_int_equal(file_sync_folder(dir), ERR_OK);
    assert_int_equal(file_sync_folder(one), ERR_IO);
    unlink(other);
    unlink(one);
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(file_sync_folder(dir), ERR_IO);
    assert_int_equal(file_write("/dev/full", false, 0600, "x", 1), ERR_FULL);
}

static void temporary_folders_are_where_they_are_wanted(void **state)
{
    char dir[] = "/tmp/copayd-file-XXXXXX", one[128], other[128], expected[128];
    struct stat st;
    (void)state;
    assert_non_null(mkdtemp(dir));
    assert_int_equal(setenv("TMPDIR", dir, 1), 0);
    assert_int_equal(file_temporary_folder("kind", one, sizeof one), ERR_OK);
    assert_int_equal(file_temporary_folder("kind", other, sizeof other), ERR_OK);
    assert_string_not_equal(one, other);
    (void)snprintf(expected, sizeof expected, "%s/kind-", dir);
    assert_memory_equal(one, expected, strlen(expected));
    assert_int_equal(stat(one, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(file_temporary_folder("kind", expected, strlen(one)), ERR_LIMIT);
    rmdir(one);
    rmdir(other);
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(file_temporary_folder("kind", one, sizeof one), ERR_IO);
    assert_int_equal(errno, ENOENT);
    assert_memory_equal(one, dir, strlen(dir));
    assert_int_equal(setenv("TMPDIR", "", 1), 0);
    assert_int_equal(file_temporary_folder("kind", one, sizeof one), ERR_OK);
    assert_memory_equal(one, "/tmp/kind-", 10);
    assert_int_equal(rmdir(one), 0);
    assert_int_equal(unsetenv("TMPDIR"), 0);
    assert_int_equal(file_temporary_folder("kind", one, sizeof one), ERR_OK);
    assert_memory_equal(one, "/tmp/kind-", 10);
    assert_int_equal(rmdir(one), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_whole_files),
        cmocka_unit_test(temporary_folders_are_where_they_are_wanted),
        cmocka_unit_test(reads_what_is_there),
        cmocka_unit_test(an_empty_file_is_read),
        cmocka_unit_test(one_byte_over_is_refused),
        cmocka_unit_test(a_pipe_is_read_and_bounded),
        cmocka_unit_test(absence_and_folders_are_told_apart),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
