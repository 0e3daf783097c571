/* lib/base/log: one line per event, levels, cutting, and never blocking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"

static int real_stderr, read_end;

/* Lines go to a pipe instead. */
static int stderr_take(void **state)
{
    (void)state;
    int ends[2];
    real_stderr = dup(STDERR_FILENO);
    if (real_stderr < 0 || pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0)
        return -1;
    close(ends[1]);
    read_end = ends[0];
    return fcntl(read_end, F_SETFL, O_NONBLOCK);
}

static int stderr_give_back(void **state)
{
    (void)state;
    int failed = dup2(real_stderr, STDERR_FILENO) < 0;
    close(real_stderr);
    close(read_end);
    log_set_level(LOG_INFO);
    return failed ? -1 : 0;
}

/* What was written since the last call. */
static size_t taken(char *buf, size_t capacity)
{
    ssize_t n = read(read_end, buf, capacity - 1);
    size_t length = n > 0 ? (size_t)n : 0;
    buf[length] = '\0';
    return length;
}

static void a_line_names_its_event_first(void **state)
{
    (void)state;
    char buf[4096];
    log_event(LOG_WARNING, "segment_late", "region=%s bytes=%d", "431000", 12);
    size_t length = taken(buf, sizeof buf);
    assert_memory_equal(buf, "time=\"", 6);
    const char *rest = strstr(buf, "level=warning event=segment_late region=431000 bytes=12\n");
    assert_non_null(rest);
    assert_ptr_equal(strchr(buf, '\n'), buf + length - 1);
}

static void lower_levels_are_left_out(void **state)
{
    (void)state;
    char buf[4096];
    log_event(LOG_DEBUG, "quiet", "x=1");
    assert_int_equal(taken(buf, sizeof buf), 0);
    log_set_level(LOG_ERROR);
    log_event(LOG_WARNING, "quiet", "x=1");
    assert_int_equal(taken(buf, sizeof buf), 0);
    log_event(LOG_ERROR, "loud", "x=1");
    assert_non_null(strstr((taken(buf, sizeof buf), buf), "level=error event=loud x=1\n"));
    log_set_level(LOG_DEBUG);
    log_event(LOG_DEBUG, "chatty", "x=1");
    assert_non_null(strstr((taken(buf, sizeof buf), buf), "level=debug event=chatty x=1\n"));
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    char buf[8192], value[3000];
    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    log_event(LOG_INFO, "long", "value=%s", value);
    size_t length = taken(buf, sizeof buf);
    assert_true(length > 900 && length <= 1000);
    assert_ptr_equal(strchr(buf, '\n'), buf + length - 1);
    for (int shift = 0; shift < 3; shift++) {
        for (size_t i = 0; i + 3 < sizeof value; i += 3)
            memcpy(value + i, "医", 4);
        log_event(LOG_INFO, "long", "%.*s%s", shift, "xx", value);
        length = taken(buf, sizeof buf);
        assert_true(length > 900 && length <= 1000);
        assert_true(utf8_valid(buf, length, NULL));
    }
    memset(value, 'v', sizeof value - 1);
    log_event(LOG_INFO, value, "value=%s", value); /* even the event */
    length = taken(buf, sizeof buf);
    assert_true(length <= 1000);
    assert_non_null(strstr(buf, "value=v"));
}

static void a_value_cannot_begin_a_line(void **state)
{
    (void)state;
    char buf[4096];
    log_event(LOG_INFO, "peer", "name=\"%s\"", "a\nlevel=error event=forged\x1b[31m\t医保");
    size_t length = taken(buf, sizeof buf);
    assert_ptr_equal(strchr(buf, '\n'), buf + length - 1);
    assert_non_null(strstr(buf, "name=\"a?level=error event=forged?[31m?医保\"\n"));
}

static void a_full_pipe_drops_and_counts(void **state)
{
    (void)state;
    char buf[65536] = {0};
    uint64_t before = log_dropped();
    int flags = fcntl(STDERR_FILENO, F_GETFL);
    assert_int_equal(fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK), 0);
    while (write(STDERR_FILENO, buf, sizeof buf) > 0)
        continue;
    assert_int_equal(fcntl(STDERR_FILENO, F_SETFL, flags), 0);
    log_event(LOG_ERROR, "lost", "x=1"); /* would block for ever */
    assert_int_equal(log_dropped() - before, 1);
    while (taken(buf, sizeof buf) > 0)
        continue;
    log_event(LOG_ERROR, "heard", "x=1");
    assert_int_equal(log_dropped() - before, 1);
    assert_non_null(strstr((taken(buf, sizeof buf), buf), "event=heard"));
}

#define ON_PIPE(f) cmocka_unit_test_setup_teardown(f, stderr_take, stderr_give_back)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_PIPE(a_line_names_its_event_first), ON_PIPE(lower_levels_are_left_out),
        ON_PIPE(long_lines_are_cut),           ON_PIPE(a_value_cannot_begin_a_line),
        ON_PIPE(a_full_pipe_drops_and_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
