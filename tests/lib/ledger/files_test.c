/* The file backend under a ledger of small segments: rolling, epochs, spares, readers beside the
 * writer, and a disk that says no. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "fixture.h"

static bool names_fail;

/* Stands before libc's: a folder whose names cannot be read, though its files can. */
struct dirent *readdir(DIR *dir)
{
    /* Its name in libc where the type of off_t is chosen, as meson does. */
    struct dirent *(*next)(DIR *) = (struct dirent * (*)(DIR *)) dlsym(RTLD_NEXT, "readdir64");
    if (!names_fail)
        return next(dir);
    errno = EIO;
    return NULL;
}

static int count_segments(const struct scratch *s)
{
    int count = 0;
    uint64_t first;
    DIR *dir = opendir(s->dir);
    assert_non_null(dir);
    struct dirent *entry;
    while ((entry = readdir(dir)))
        count += segment_parse_name(entry->d_name, &first);
    closedir(dir);
    return count;
}

/* Names that were not read must not pass for segments that are not there: the next group would take
 * the place of the first. */
static void test_names_unread(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    append(ledger, 3);
    ledger_close(ledger);
    names_fail = true;
    enum err err = ledger_open_on(&backend_files, &s->options, &ledger, &s->fault);
    names_fail = false;
    assert_int_equal(err, ERR_IO);
    ledger = scratch_open(s);
    assert_int_equal(ledger_end(ledger).sequence, 3);
    ledger_close(ledger);
}

static void test_append_read_reopen(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    struct ledger_end end = ledger_end(ledger);
    assert_int_equal(end.epoch, 1);
    assert_int_equal(end.sequence, 0);
    assert_int_equal(end.group, 0);
    assert_reads(ledger, 1, 0);
    for (int i = 0; i < 100; i++)
        append(ledger, 1 + (uint32_t)i % 60);
    end = ledger_end(ledger);
    assert_int_equal(end.group, 100);
    assert_true(count_segments(s) > 2);
    assert_reads(ledger, 1, end.sequence);
    for (uint64_t from = 2; from <= end.sequence + 3; from += 97)
        assert_reads(ledger, from, from <= end.sequence ? end.sequence : from - 1);
    ledger_close(ledger);

    ledger = scratch_open(s);
    struct ledger_end again = ledger_end(ledger);
    assert_int_equal(again.epoch, 2);
    assert_int_equal(again.group, end.group);
    assert_int_equal(again.sequence, end.sequence);
    assert_memory_equal(again.head.bytes, end.head.bytes, HASH_SIZE);
    append(ledger, 3);
    assert_reads(ledger, 1, end.sequence + 3);
    ledger_close(ledger);
}

static void test_fetch_every_record(void **state)
{
    struct scratch *s = *state;
    s->options.segment_bytes = 4 * SMALL;
    struct ledger *ledger = scratch_open(s);
    for (int i = 0; i < 120; i++)
        append(ledger, 50);
    uint8_t *record;
    size_t size;
    for (int round = 0; round < 2; round++) {
        for (uint64_t sequence = 1; sequence <= 6000; sequence += 13) {
            assert_int_equal(ledger_fetch(ledger, sequence, &record, &size), ERR_OK);
            assert_record(sequence, record, size);
            free(record);
        }
        assert_int_equal(ledger_fetch(ledger, 6001, &record, &size), ERR_NOTFOUND);
        assert_int_equal(ledger_fetch(ledger, 0, &record, &size), ERR_NOTFOUND);
        ledger_close(ledger);
        ledger = scratch_open(s);
    }
    ledger_close(ledger);
}

/* The epoch rises at each open, also past one that only the groups remember. */
static void test_epochs(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = NULL;
    char path[128];
    for (uint64_t epoch = 1; epoch <= 4; epoch++) {
        ledger = scratch_open(s);
        assert_int_equal(ledger_end(ledger).epoch, epoch);
        assert_int_equal(ledger_confirm(ledger, epoch), ERR_OK);
        assert_int_equal(ledger_confirm(ledger, epoch - 1), ERR_FENCED);
        assert_int_equal(ledger_confirm(ledger, epoch), ERR_OK);
        if (epoch == 4)
            append(ledger, 1);
        ledger_close(ledger);
    }
    unlink(scratch_path(s, "epoch", path));
    ledger = scratch_open(s);
    assert_int_equal(ledger_end(ledger).epoch, 5);
    ledger_close(ledger);
    s->options.read_only = true;
    ledger = scratch_open(s);
    assert_int_equal(ledger_end(ledger).epoch, 4);
    ledger_close(ledger);
}

static void test_modes(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    append(ledger, 1);
    assert_int_equal(ledger_prepare(ledger), ERR_OK);
    static const char *const names[] = {FIRST_SEGMENT, "epoch", "spare.seg"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[128];
        struct stat st;
        assert_int_equal(stat(scratch_path(s, names[i], path), &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
    ledger_close(ledger);
}

static void test_makes_folder(void **state)
{
    struct scratch *s = *state;
    struct scratch inner = *s;
    struct stat st;
    struct ledger *ledger = NULL;
    snprintf(inner.dir, sizeof(inner.dir), "%.40s/ledger", s->dir);
    inner.options.dir = inner.dir;
    inner.options.read_only = true;
    assert_int_equal(ledger_open_on(&backend_files, &inner.options, &ledger, &s->fault),
                     ERR_NOTFOUND);
    inner.options.read_only = false;
    ledger = scratch_open(&inner);
    append(ledger, 2);
    assert_int_equal(stat(inner.dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    ledger_close(ledger);
    scratch_clear(&inner);
    rmdir(inner.dir);
}

static ino_t inode(const struct scratch *s, const char *name)
{
    char path[128];
    struct stat st;
    assert_int_equal(stat(scratch_path(s, name, path), &st), 0);
    return st.st_ino;
}

/* What was made ahead of need is what the next segment is made of, over a restart too. */
static void test_spare_is_used(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    assert_int_equal(ledger_prepare(ledger), ERR_OK);
    ino_t first = inode(s, "spare.seg");
    assert_int_equal(ledger_prepare(ledger), ERR_OK);
    assert_true(inode(s, "spare.seg") == first);
    append(ledger, 1);
    assert_true(inode(s, FIRST_SEGMENT) == first);
    assert_false(scratch_has(s, "spare.seg"));
    assert_int_equal(ledger_prepare(ledger), ERR_OK);
    ino_t second = inode(s, "spare.seg");
    ledger_close(ledger);

    ledger = scratch_open(s);
    uint64_t rolled = 0;
    char name[SEGMENT_NAME];
    while (count_segments(s) == 1) {
        rolled = ledger_end(ledger).sequence + 1;
        append(ledger, 60);
    }
    assert_true(inode(s, segment_name(rolled, name)) == second);
    ledger_close(ledger);
}

/* A power cut between the spare's rename and the first group leaves an empty last segment. */
static void test_empty_last_segment(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    uint64_t rolled = 0;
    char name[SEGMENT_NAME];
    while (count_segments(s) < 2) {
        rolled = ledger_end(ledger).sequence + 1;
        append(ledger, 60);
    }
    ledger_close(ledger);
    uint8_t *zeros = calloc(1, SMALL);
    assert_non_null(zeros);
    scratch_write(s, segment_name(rolled, name), SEGMENT_BLOCK, zeros, SMALL - SEGMENT_BLOCK);
    free(zeros);
    for (int round = 0; round < 2; round++) {
        ledger = scratch_open(s);
        assert_int_equal(ledger_end(ledger).sequence, rolled - 1);
        ledger_close(ledger);
    }
    ledger = scratch_open(s);
    append(ledger, 5);
    assert_int_equal(count_segments(s), 2);
    assert_reads(ledger, 1, rolled + 4);
    ledger_close(ledger);
    ledger = scratch_open(s);
    assert_reads(ledger, 1, rolled + 4);
    ledger_close(ledger);
}

static void test_bounds(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = NULL;
    s->options.segment_bytes = SMALL + 1;
    assert_int_equal(ledger_open_on(&backend_files, &s->options, &ledger, &s->fault), ERR_INVALID);
    s->options.segment_bytes = 2 * SEGMENT_BLOCK;
    ledger = scratch_open(s);
    static uint8_t bytes[SEGMENT_BLOCK];
    struct slice most = {bytes, SEGMENT_BLOCK - GROUP_HEAD - RECORD_HEAD}, over = most;
    over.size++;
    uint64_t sequence;
    assert_int_equal(ledger_submit(ledger, &over, 1), ERR_LIMIT);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ledger_submit(ledger, &most, 1), ERR_OK);
        assert_int_equal(ledger_submit(ledger, &most, 1), ERR_AGAIN);
        assert_int_equal(ledger_reap(ledger, &sequence), ERR_OK);
    }
    assert_int_equal(count_segments(s), 3);
    ledger_close(ledger);
    ledger = scratch_open(s);
    assert_int_equal(ledger_end(ledger).sequence, 3);
    ledger_close(ledger);
}

/* A group that fits to the byte stays; one that is a byte longer goes to the next segment. */
static void test_exact_fit(void **state)
{
    struct scratch *s = *state;
    static uint8_t bytes[SEGMENT_BLOCK];
    s->options.segment_bytes = SEGMENT_BLOCK + 2 * GROUP_PAGE;
    struct ledger *ledger = scratch_open(s);
    struct slice page = {bytes, GROUP_PAGE - GROUP_HEAD - RECORD_HEAD}, over = page;
    over.size++;
    const struct slice *records[] = {&page, &page, &page, &over};
    static const int segments[] = {1, 1, 2, 3};
    for (int i = 0; i < 4; i++) {
        uint64_t sequence;
        assert_int_equal(ledger_submit(ledger, records[i], 1), ERR_OK);
        assert_int_equal(ledger_reap(ledger, &sequence), ERR_OK);
        assert_int_equal(count_segments(s), segments[i]);
    }
    ledger_close(ledger);
    ledger = scratch_open(s);
    assert_int_equal(ledger_end(ledger).sequence, 4);
    ledger_close(ledger);
}

/* An empty last segment of an older, smaller size is kept, never replaced under its own name. */
static void test_empty_segment_too_small(void **state)
{
    struct scratch *s = *state;
    static uint8_t zeros[SEGMENT_BLOCK], bytes[2 * SEGMENT_BLOCK];
    s->options.segment_bytes = 2 * SEGMENT_BLOCK;
    struct ledger *ledger = scratch_open(s);
    append(ledger, 1);
    ledger_close(ledger);
    scratch_write(s, FIRST_SEGMENT, SEGMENT_BLOCK, zeros, sizeof(zeros));
    s->options.segment_bytes = SMALL;
    ledger = scratch_open(s);
    struct slice large = {bytes, sizeof(bytes)};
    ino_t before = inode(s, FIRST_SEGMENT);
    assert_int_equal(ledger_submit(ledger, &large, 1), ERR_LIMIT);
    assert_true(inode(s, FIRST_SEGMENT) == before);
    append(ledger, 1);
    uint64_t sequence;
    assert_int_equal(ledger_submit(ledger, &large, 1), ERR_OK);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_OK);
    assert_int_equal(count_segments(s), 2);
    ledger_close(ledger);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* No segment can be made: nothing is written, and it works again when there is space. */
static void test_full(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    limit_files(SMALL / 2);
    enum err submitted = try_append(ledger, 1, 5), prepared = ledger_prepare(ledger);
    limit_files(0);
    assert_int_equal(submitted, ERR_FULL);
    assert_int_equal(prepared, ERR_FULL);
    assert_int_equal(count_segments(s), 0);
    assert_int_equal(ledger_prepare(ledger), ERR_OK);
    append(ledger, 5);
    assert_reads(ledger, 1, 5);
    ledger_close(ledger);
}

/* A write that fails ends the writer; what was durable before stays. */
static void test_write_fails(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    append(ledger, 60);
    limit_files(SEGMENT_BLOCK + 512);
    enum err failed = try_append(ledger, 61, 60);
    limit_files(0);
    assert_int_equal(failed, ERR_IO);
    uint64_t sequence = 0;
    assert_int_equal(try_append(ledger, 61, 1), ERR_IO);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_IO);
    assert_int_equal(ledger_confirm(ledger, 1), ERR_IO);
    assert_int_equal(ledger_prepare(ledger), ERR_IO);
    assert_reads(ledger, 1, 60);
    ledger_close(ledger);
    ledger = scratch_open(s);
    assert_reads(ledger, 1, 60);
    append(ledger, 1);
    ledger_close(ledger);
}

/* A sync that fails leaves it open whether the group is durable: it is not said to be, nothing more
 * is written, and the next open finds out. */
static void test_sync_fails(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    append(ledger, 10);
    uint64_t sequence = 0;
    assert_int_equal(try_append(ledger, 11, 10), ERR_OK);
    scratch_break(s);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_UNKNOWN);
    assert_int_equal(sequence, 0);
    assert_int_equal(ledger_end(ledger).sequence, 10);
    assert_int_equal(try_append(ledger, 21, 1), ERR_UNKNOWN);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_UNKNOWN);
    assert_int_equal(ledger_confirm(ledger, 1), ERR_UNKNOWN);
    assert_reads(ledger, 1, 10);
    ledger_close(ledger);
    ledger = scratch_open(s);
    assert_reads(ledger, 1, 20);
    ledger_close(ledger);
}

static void test_damage_seen_by_readers(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    for (int i = 0; i < 3; i++)
        append(ledger, 5);
    uint64_t next = 1, end = 1;
    struct ledger_fault fault;
    /* Something of the last group's records. */
    uint8_t *bytes, *record;
    size_t size = 0;
    bytes = scratch_load(s, FIRST_SEGMENT, &size);
    uint64_t at = SMALL - 1;
    while (bytes[at] == 0)
        at--;
    free(bytes);
    scratch_flip(s, FIRST_SEGMENT, at);
    assert_int_equal(ledger_read(ledger, 1, visit_expected, &next, &fault), ERR_CORRUPT);
    assert_int_equal(next, 11);
    assert_int_equal(fault.sequence, 11);
    assert_string_equal(fault.segment, FIRST_SEGMENT);
    assert_int_equal(ledger_fetch(ledger, 15, &record, &size), ERR_CORRUPT);
    assert_int_equal(ledger_fetch(ledger, 10, &record, &size), ERR_OK);
    free(record);
    scratch_flip(s, FIRST_SEGMENT, at);
    assert_int_equal(ledger_read(ledger, 1, visit_expected, &end, &fault), ERR_OK);
    char path[128];
    unlink(scratch_path(s, FIRST_SEGMENT, path));
    assert_int_equal(ledger_read(ledger, 1, visit_expected, &next, &fault), ERR_CORRUPT);
    ledger_close(ledger);
}

/* The last group, made again with another record: right in itself, and not what was written. */
static void test_forged_last_group(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    append(ledger, 1);
    uint8_t bytes[GROUP_PAGE], forged[128];
    uint64_t next = 1;
    struct group group;
    struct ledger_fault fault;
    scratch_read(s, FIRST_SEGMENT, SEGMENT_BLOCK, bytes, sizeof(bytes));
    assert_null(group_read(bytes, &group));
    record_fill(1, forged);
    struct slice record = {forged, record_size(1)};
    group_write(bytes, &group, &record, 1);
    scratch_write(s, FIRST_SEGMENT, SEGMENT_BLOCK, bytes, sizeof(bytes));
    assert_reads(ledger, 1, 1); /* the same bytes again */

    group.epoch++;
    group_write(bytes, &group, &record, 1);
    scratch_write(s, FIRST_SEGMENT, SEGMENT_BLOCK, bytes, sizeof(bytes));
    assert_int_equal(ledger_read(ledger, 1, visit_expected, &next, &fault), ERR_CORRUPT);
    assert_int_equal(fault.offset, SEGMENT_BLOCK);
    ledger_close(ledger);
}

#define LIVE_GROUPS 300

static void *read_on(void *context)
{
    struct ledger *ledger = context;
    uint64_t seen = 0;
    while (seen < LIVE_GROUPS * 10) {
        struct ledger_fault fault;
        uint64_t last = ledger_end(ledger).sequence, next = 1;
        if (ledger_read(ledger, 1, visit_expected, &next, &fault) || next <= last || last < seen)
            return (void *)"a reader failed";
        uint8_t *record = NULL;
        size_t size = 0;
        if (last > 0 && ledger_fetch(ledger, last, &record, &size))
            return (void *)"a fetch failed";
        free(record);
        seen = last;
    }
    return NULL;
}

static void *prepare_on(void *context)
{
    struct ledger *ledger = context;
    while (ledger_end(ledger).sequence < LIVE_GROUPS * 10) {
        if (ledger_prepare(ledger))
            return (void *)"a prepare failed";
        usleep(500);
    }
    return NULL;
}

static void test_readers_beside_writer(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    pthread_t threads[3];
    assert_int_equal(pthread_create(&threads[0], NULL, read_on, ledger), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, read_on, ledger), 0);
    assert_int_equal(pthread_create(&threads[2], NULL, prepare_on, ledger), 0);
    for (int i = 0; i < LIVE_GROUPS; i++)
        append(ledger, 10);
    for (int i = 0; i < 3; i++) {
        void *why = NULL;
        assert_int_equal(pthread_join(threads[i], &why), 0);
        assert_null(why);
    }
    assert_true(count_segments(s) > 2);
    ledger_close(ledger);
}

/* Another process opens and reads again and again; what it sees is whole and only grows. */
static int read_from_outside(struct scratch *s)
{
    uint64_t seen = 0;
    s->options.read_only = true;
    while (seen < LIVE_GROUPS * 10) {
        struct ledger *ledger = NULL;
        struct ledger_fault fault;
        uint64_t next = 1;
        if (ledger_open_on(&backend_files, &s->options, &ledger, &fault))
            return 1;
        uint64_t last = ledger_end(ledger).sequence;
        if (last < seen || ledger_read(ledger, 1, visit_expected, &next, &fault) ||
            next != last + 1)
            return 2;
        seen = last;
        ledger_close(ledger);
    }
    return 0;
}

static void test_reader_process(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    append(ledger, 10);
    pid_t pid = fork();
    if (pid == 0)
        _exit(read_from_outside(s));
    for (int i = 1; i < LIVE_GROUPS; i++)
        append(ledger, 10);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    ledger_close(ledger);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_names_unread),
        CASE(test_append_read_reopen),
        CASE(test_fetch_every_record),
        CASE(test_epochs),
        CASE(test_modes),
        CASE(test_makes_folder),
        CASE(test_spare_is_used),
        CASE(test_empty_last_segment),
        CASE(test_bounds),
        CASE(test_exact_fit),
        CASE(test_empty_segment_too_small),
        CASE(test_full),
        CASE(test_write_fails),
        CASE(test_sync_fails),
        CASE(test_damage_seen_by_readers),
        CASE(test_forged_last_group),
        CASE(test_readers_beside_writer),
        CASE(test_reader_process),
    };
    alarm(50); /* a reader that waits for what never comes must not hang the run */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
