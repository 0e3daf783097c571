/* daemon/folder: keys are made once, markers come and go, files appear whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/folder.h"

static char folder[] = "/tmp/copayd-folder-XXXXXX";

static int open_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/salt.key", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/salt.new", folder);
    unlink(path);
    return rmdir(folder);
}

static void a_salt_key_is_made_once(void **state)
{
    (void)state;
    static const uint8_t zeros[HASH_SIZE];
    uint8_t first[HASH_SIZE] = {0}, second[HASH_SIZE] = {0};
    char path[128];
    struct stat status;
    bool fresh = false;
    assert_int_equal(folder_salt_key(folder, first, &fresh), ERR_OK);
    assert_memory_not_equal(first, zeros, HASH_SIZE);
    assert_true(fresh);
    /* A start that did not get as far as a first record makes no other one. */
    assert_int_equal(folder_salt_key(folder, second, &fresh), ERR_OK);
    assert_memory_equal(first, second, HASH_SIZE);
    assert_true(fresh);
    assert_int_equal(folder_salt_keep(folder), ERR_OK);
    memset(second, 0, sizeof second);
    assert_int_equal(folder_salt_key(folder, second, &fresh), ERR_OK);
    assert_memory_equal(first, second, HASH_SIZE);
    assert_false(fresh);
    assert_int_equal(folder_path(folder, "salt.key", path, sizeof path), ERR_OK);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(truncate(path, 7), 0);
    assert_int_equal(folder_salt_key(folder, second, &fresh), ERR_CORRUPT);
}

/* Another key would make records that differ from every one there is. */
static void a_salt_key_is_not_made_for_a_ledger(void **state)
{
    (void)state;
    uint8_t key[HASH_SIZE];
    char path[128], ledger[128];
    assert_int_equal(folder_path(folder, "salt.key", path, sizeof path), ERR_OK);
    assert_int_equal(folder_path(folder, "ledger", ledger, sizeof ledger), ERR_OK);
    (void)unlink(path);
    assert_int_equal(mkdir(ledger, 0700), 0);
    bool fresh;
    assert_int_equal(folder_salt_key(folder, key, &fresh), ERR_NOTFOUND);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(rmdir(ledger), 0);
    assert_int_equal(folder_salt_key(folder, key, &fresh), ERR_OK);
}

static void the_marker_comes_and_goes(void **state)
{
    (void)state;
    assert_false(folder_rebuild_wanted(folder));
    assert_int_equal(folder_rebuild_mark(folder), ERR_OK);
    assert_int_equal(folder_rebuild_mark(folder), ERR_OK);
    assert_true(folder_rebuild_wanted(folder));
    assert_int_equal(folder_rebuild_done(folder), ERR_OK);
    assert_false(folder_rebuild_wanted(folder));
    assert_int_equal(folder_rebuild_done(folder), ERR_OK);
}

static void folders_and_paths(void **state)
{
    (void)state;
    char path[128], small[8];
    assert_int_equal(folder_make(folder), ERR_OK);
    assert_int_equal(folder_path(folder, "made", path, sizeof path), ERR_OK);
    assert_int_equal(folder_make(path), ERR_OK);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(folder_make("/nonexistent/one/two"), ERR_IO);
    assert_int_equal(folder_path(folder, "made", small, sizeof small), ERR_LIMIT);
    assert_int_equal(folder_write("/nonexistent/file", "x", 1), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_salt_key_is_made_once),
        cmocka_unit_test(a_salt_key_is_not_made_for_a_ledger),
        cmocka_unit_test(the_marker_comes_and_goes),
        cmocka_unit_test(folders_and_paths),
    };
    return cmocka_run_group_tests(tests, open_folder, remove_folder);
}
