/* daemon/publish: nothing that hangs holds the caller, what failed is sent again. The clock is the
 * test's own; children are waited for, not timed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/publish.h"

#define TRIES 3000 /* of 10 ms: a hang guard */

static char folder[64];
static struct config config;
static struct publish publish;

static int set_up(void **state)
{
    (void)state;
    memcpy(folder, "/tmp/copayd-publish-XXXXXX", 27);
    config = (struct config){.publish_seconds = 60};
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    return rmdir(folder);
}

static const char *path(const char *name)
{
    static char text[128];
    (void)snprintf(text, sizeof text, "%s/%s", folder, name);
    return text;
}

static void begin(void)
{
    publish_begin(&publish, &config, "431000");
}

/* As publish_offer() does with a sealed head. */
static void offer(const char *text)
{
    (void)snprintf(publish.text, sizeof publish.text, "%s", text);
    for (size_t i = 0; i < publish.count; i++)
        publish.errands[i].wanted = true;
}

static void turn_until_idle(int64_t mono_ms)
{
    for (int i = 0; i < TRIES && publish.errands[0].child; i++) {
        (void)usleep(10000);
        publish_turn(&publish, mono_ms, false);
    }
    assert_int_equal(publish.errands[0].child, 0);
}

static size_t length_of(const char *name)
{
    struct stat st;
    return stat(path(name), &st) == 0 ? (size_t)st.st_size : 0;
}

static void assert_text(const char *name, const char *text)
{
    char found[64] = "";
    FILE *file = fopen(path(name), "r");
    assert_non_null(file);
    (void)fread(found, 1, sizeof found - 1, file);
    (void)fclose(file);
    assert_string_equal(found, text);
}

static void the_file_is_replaced(void **state)
{
    struct stat st;
    (void)state;
    (void)snprintf(config.publish_file, sizeof config.publish_file, "%s/it's {region}.txt", folder);
    begin();
    offer("one\n");
    publish_turn(&publish, 0, false);
    turn_until_idle(0);
    assert_text("it's 431000.txt", "one\n");
    assert_int_equal(stat(path("it's 431000.txt"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    /* Not due yet; then it is. */
    offer("two\n");
    publish_turn(&publish, 59999, false);
    assert_int_equal(publish.errands[0].child, 0);
    publish_turn(&publish, 60000, false);
    turn_until_idle(60000);
    assert_text("it's 431000.txt", "two\n");
    assert_false(publish.errands[0].wanted);
    /* Nothing new: nothing is sent. */
    publish_turn(&publish, 600000, false);
    assert_int_equal(publish.errands[0].child, 0);
}

static void what_hangs_holds_nobody(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path("fifo"), 0600), 0);
    (void)snprintf(config.publish_command, sizeof config.publish_command, "cat >%s/fifo", folder);
    begin();
    offer("one\n");
    publish_turn(&publish, 0, false);
    pid_t child = publish.errands[0].child;
    assert_true(child > 0);
    offer("two\n");
    publish_turn(&publish, 30000, false);
    assert_int_equal(publish.errands[0].child, child);
    assert_false(publish.errands[0].killed);
    publish_turn(&publish, 30001, false);
    assert_true(publish.errands[0].killed);
    turn_until_idle(30002);
    assert_int_equal(kill(-child, 0), -1);
    /* It is sent again. */
    assert_true(publish.errands[0].wanted);
    (void)snprintf(config.publish_command, sizeof config.publish_command, "cat >%s/told", folder);
    publish_turn(&publish, 60000, false);
    turn_until_idle(60000);
    assert_text("told", "two\n");
}

static void what_failed_is_sent_again(void **state)
{
    (void)state;
    (void)snprintf(config.publish_command, sizeof config.publish_command,
                   "printf x >>%s/tries; test -e %s/good", folder, folder);
    begin();
    offer("one\n");
    for (int64_t i = 0; i < 3; i++) {
        publish_turn(&publish, i * 60000, false);
        turn_until_idle(i * 60000);
        assert_int_equal(length_of("tries"), i + 1);
    }
    close(open(path("good"), O_WRONLY | O_CREAT, 0600));
    publish_turn(&publish, 180000, false);
    turn_until_idle(180000);
    publish_turn(&publish, 240000, false);
    assert_int_equal(publish.errands[0].child, 0);
    assert_int_equal(length_of("tries"), 4);
}

static void the_last_one_goes_out(void **state)
{
    (void)state;
    (void)snprintf(config.publish_command, sizeof config.publish_command,
                   "cat >>%s/told; sleep 0.1", folder);
    begin();
    offer("one\n");
    int64_t now_ms = clock_mono_ms(); /* the last turn asks for the time itself */
    publish_turn(&publish, now_ms, false);
    offer("two\n");
    publish_turn(&publish, now_ms, true); /* not due, and the first is still under way */
    assert_int_equal(publish.errands[0].child, 0);
    assert_text("told", "one\ntwo\n");
}

static void the_last_one_that_hangs_is_left(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path("fifo"), 0600), 0);
    (void)snprintf(config.publish_command, sizeof config.publish_command, "cat >%s/fifo", folder);
    begin();
    offer("one\n");
    publish_turn(&publish, 0, true);
    assert_true(publish.errands[0].child > 0);
    assert_int_equal(kill(-publish.errands[0].child, SIGKILL), 0);
    turn_until_idle(1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_file_is_replaced),
        CASE(what_hangs_holds_nobody),
        CASE(what_failed_is_sent_again),
        CASE(the_last_one_goes_out),
        CASE(the_last_one_that_hangs_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
