/* Two folders of one ledger: an answer waits for both, either can be lost, and what contradicts is
 * refused by name. */
#include "ledger/reconcile.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "fixture.h"
#include "ledger/seal.h"

struct pair {
    struct scratch primary, mirror;
};

static int pair_setup(void **state)
{
    void *primary = NULL, *mirror = NULL;
    if (scratch_setup(&primary) || scratch_setup(&mirror))
        return -1;
    struct pair *pair = calloc(1, sizeof(*pair));
    if (!pair)
        return -1;
    pair->primary = *(struct scratch *)primary;
    pair->mirror = *(struct scratch *)mirror;
    pair->primary.options.dir = pair->primary.dir;
    pair->mirror.options.dir = pair->mirror.dir;
    pair->primary.options.mirror = pair->mirror.dir;
    pair->primary.options.trust_sealed = true;
    free(primary);
    free(mirror);
    *state = pair;
    return 0;
}

static int pair_teardown(void **state)
{
    struct pair *pair = *state;
    scratch_clear(&pair->primary);
    scratch_clear(&pair->mirror);
    rmdir(pair->primary.dir);
    rmdir(pair->mirror.dir);
    free(pair);
    return 0;
}

static void assert_same_files(struct pair *pair)
{
    DIR *dir = opendir(pair->primary.dir);
    struct dirent *entry;
    int count = 0;
    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "spare.seg") == 0)
            continue;
        size_t a_size = 0, b_size = 0;
        uint8_t *a = scratch_load(&pair->primary, entry->d_name, &a_size);
        uint8_t *b = scratch_load(&pair->mirror, entry->d_name, &b_size);
        assert_int_equal(a_size, b_size);
        assert_memory_equal(a, b, a_size);
        free(a);
        free(b);
        count++;
    }
    closedir(dir);
    assert_true(count > 1);
}

/* Groups of 60 until that many segments are begun; the end's sequence. */
static uint64_t fill(struct ledger *ledger, const struct scratch *s, int segments)
{
    char name[SEGMENT_NAME];
    int count = 0;
    while (count < segments) {
        uint64_t first = ledger_end(ledger).sequence + 1;
        append(ledger, 60);
        count += scratch_has(s, segment_name(first, name));
    }
    return ledger_end(ledger).sequence;
}

static uint64_t make(struct pair *pair, int segments)
{
    struct ledger *ledger = scratch_open(&pair->primary);
    uint64_t end = fill(ledger, &pair->primary, segments);
    ledger_close(ledger);
    return end;
}

static void assert_opens_equal(struct pair *pair, uint64_t end)
{
    struct ledger *ledger = scratch_open(&pair->primary);
    assert_int_equal(ledger_end(ledger).sequence, end);
    assert_reads(ledger, 1, end);
    ledger_close(ledger);
    assert_same_files(pair);
    ledger = scratch_open(&pair->mirror);
    assert_reads(ledger, 1, end);
    ledger_close(ledger);
}

static void test_same_bytes(void **state)
{
    struct pair *pair = *state;
    struct ledger *ledger = scratch_open(&pair->primary);
    fill(ledger, &pair->primary, 2);
    assert_int_equal(ledger_prepare(ledger), ERR_OK);
    assert_true(scratch_has(&pair->primary, "spare.seg"));
    assert_true(scratch_has(&pair->mirror, "spare.seg"));
    uint64_t end = fill(ledger, &pair->primary, 2);
    /* A seal goes to both. */
    struct ledger_head head;
    uint8_t seal[SEAL_SIZE];
    memset(seal, 0x5e, sizeof(seal));
    assert_int_equal(ledger_newest(ledger, &head), ERR_OK);
    assert_int_equal(ledger_seal(ledger, &head, seal), ERR_OK);
    ledger_close(ledger);
    assert_same_files(pair);
    assert_opens_equal(pair, end);
}

static void test_new_mirror_is_filled(void **state)
{
    struct pair *pair = *state;
    pair->primary.options.mirror = NULL;
    uint64_t end = make(pair, 3);
    pair->primary.options.mirror = pair->mirror.dir;
    assert_opens_equal(pair, end);
}

static void test_lost_primary_comes_back(void **state)
{
    struct pair *pair = *state;
    uint64_t end = make(pair, 3);
    scratch_clear(&pair->primary);
    assert_opens_equal(pair, end);
    end = make(pair, 1);
    assert_opens_equal(pair, end);
}

/* Away for a while; what it missed lies in its last segment and in later ones. */
/* Under another name too; what is there is left as it is. */
static void test_the_data_folder_is_no_mirror(void **state)
{
    struct pair *pair = *state;
    struct ledger *ledger;
    char name[128];
    pair->primary.options.mirror = NULL;
    ledger_close(scratch_open(&pair->primary));
    snprintf(name, sizeof name, "%s/../%s", pair->mirror.dir, strrchr(pair->primary.dir, '/') + 1);
    const char *const names[] = {pair->primary.dir, name};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        pair->primary.options.mirror = names[i];
        assert_int_equal(ledger_open(&pair->primary.options, &ledger, &pair->primary.fault),
                         ERR_INVALID);
    }
    pair->primary.options.mirror = NULL;
    ledger_close(scratch_open(&pair->primary));
}

static void test_mirror_was_away(void **state)
{
    struct pair *pair = *state;
    for (int segments = 0; segments < 3; segments++) {
        struct ledger *ledger = scratch_open(&pair->primary);
        append(ledger, 7);
        ledger_close(ledger);
        pair->primary.options.mirror = NULL;
        ledger = scratch_open(&pair->primary);
        append(ledger, 9);
        uint64_t end = fill(ledger, &pair->primary, segments);
        ledger_close(ledger);
        pair->primary.options.mirror = pair->mirror.dir;
        assert_opens_equal(pair, end);
    }
}

/* A crash between two disks: either may have the last group, or half of it. */
static void test_one_has_more(void **state)
{
    struct pair *pair = *state;
    uint64_t end = make(pair, 2), at = SMALL - 1;
    char name[SEGMENT_NAME] = "";
    DIR *dir = opendir(pair->primary.dir);
    struct dirent *entry;
    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        uint64_t first;
        if (segment_parse_name(entry->d_name, &first) && strcmp(entry->d_name, name) > 0)
            memcpy(name, entry->d_name, SEGMENT_NAME);
    }
    closedir(dir);
    struct scratch *sides[] = {&pair->primary, &pair->mirror};
    for (int i = 0; i < 4; i++) {
        struct scratch *side = sides[i % 2];
        size_t size = 0;
        uint8_t *bytes = scratch_load(side, name, &size);
        for (at = size - 1; bytes[at] == 0;)
            at--;
        free(bytes);
        scratch_flip(side, name, i < 2 ? at : at - 300);
        assert_opens_equal(pair, end);
    }
    /* The new segment was begun on one of them only. */
    struct ledger *ledger = scratch_open(&pair->primary);
    while (scratch_has(&pair->primary, name) && ledger_end(ledger).sequence == end)
        append(ledger, 1);
    ledger_close(ledger);
    assert_opens_equal(pair, end + 1);
}

static void assert_refused_mirror(struct pair *pair, const char *segment)
{
    struct ledger *ledger = NULL;
    struct ledger_fault *fault = &pair->primary.fault;
    assert_int_equal(ledger_open_on(&backend_files, &pair->primary.options, &ledger, fault),
                     ERR_CORRUPT);
    assert_string_equal(fault->segment, segment);
    assert_true(fault->text[0]);
}

static void test_another_ledger(void **state)
{
    struct pair *pair = *state;
    pair->primary.options.mirror = NULL;
    make(pair, 2);
    ledger_close(scratch_open(&pair->mirror));
    struct ledger *ledger = scratch_open(&pair->mirror);
    append(ledger, 3);
    ledger_close(ledger);
    pair->primary.options.mirror = pair->mirror.dir;
    assert_refused_mirror(pair, "mirror/" FIRST_SEGMENT);
    assert_non_null(strstr(pair->primary.fault.text, "different"));
    /* Nothing was chosen and nothing changed. */
    ledger = scratch_open(&pair->mirror);
    assert_reads(ledger, 1, 3);
    ledger_close(ledger);
}

/* One history until a group, two from there on. */
static void test_fork(void **state)
{
    struct pair *pair = *state;
    struct ledger *ledger = scratch_open(&pair->primary);
    append(ledger, 5);
    ledger_close(ledger);
    pair->primary.options.mirror = NULL;
    for (int longer = 0; longer < 2; longer++) {
        ledger = scratch_open(&pair->primary);
        append(ledger, 4);
        ledger_close(ledger);
        ledger = scratch_open(&pair->mirror);
        append(ledger, longer ? 60 : 3);
        if (longer)
            append(ledger, 60);
        ledger_close(ledger);
        pair->primary.options.mirror = pair->mirror.dir;
        assert_int_equal(
            ledger_open_on(&backend_files, &pair->primary.options, &ledger, &pair->primary.fault),
            ERR_CORRUPT);
        assert_non_null(strstr(pair->primary.fault.text, "different"));
        pair->primary.options.mirror = NULL;
    }
}

static void test_damaged_mirror(void **state)
{
    struct pair *pair = *state;
    uint64_t end = make(pair, 3);
    scratch_flip(&pair->mirror, FIRST_SEGMENT, 50);
    assert_refused_mirror(pair, "mirror/" FIRST_SEGMENT);
    scratch_clear(&pair->mirror);
    assert_opens_equal(pair, end);
    scratch_flip(&pair->mirror, "epoch", 20);
    assert_refused_mirror(pair, "epoch");
    scratch_flip(&pair->mirror, "epoch", 20);
    pair->mirror.options.region = "431002";
    scratch_clear(&pair->mirror);
    struct ledger *ledger = scratch_open(&pair->mirror);
    append(ledger, 1);
    ledger_close(ledger);
    assert_refused_mirror(pair, "epoch");
}

/* Both were written to and both are empty now: that is a loss, not a new ledger. */
static void test_both_lost(void **state)
{
    struct pair *pair = *state;
    make(pair, 1);
    char path[128];
    assert_int_equal(unlink(scratch_path(&pair->primary, FIRST_SEGMENT, path)), 0);
    assert_int_equal(unlink(scratch_path(&pair->mirror, FIRST_SEGMENT, path)), 0);
    assert_refused(&pair->primary, "epoch", 0, 1);
    assert_non_null(strstr(pair->primary.fault.text, "gone"));
    /* Even where only the mirror remembers. */
    assert_int_equal(unlink(scratch_path(&pair->primary, "epoch", path)), 0);
    assert_refused(&pair->primary, "epoch", 0, 1);
}

static void test_mirror_folder_missing(void **state)
{
    struct pair *pair = *state;
    struct ledger *ledger = NULL;
    pair->primary.options.mirror = "/nonexistent/mirror/ledger";
    assert_int_equal(
        ledger_open_on(&backend_files, &pair->primary.options, &ledger, &pair->primary.fault),
        ERR_NOTFOUND);
}

/* Nothing is said to be durable that the mirror has not; the next open finds what either has. */
static void test_mirror_fails(void **state)
{
    struct pair *pair = *state;
    struct ledger *ledger = scratch_open(&pair->primary);
    append(ledger, 10);
    scratch_break(&pair->mirror);
    uint64_t sequence = 0;
    assert_int_equal(try_append(ledger, 11, 10), ERR_OK);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_UNKNOWN);
    assert_int_equal(ledger_end(ledger).sequence, 10);
    assert_int_equal(try_append(ledger, 21, 1), ERR_UNKNOWN);
    ledger_close(ledger);
    assert_opens_equal(pair, 20);
}

static void test_primary_fails(void **state)
{
    struct pair *pair = *state;
    struct ledger *ledger = scratch_open(&pair->primary);
    append(ledger, 10);
    scratch_break(&pair->primary);
    assert_int_equal(try_append(ledger, 11, 10), ERR_IO);
    assert_int_equal(try_append(ledger, 11, 10), ERR_IO);
    ledger_close(ledger);
    assert_opens_equal(pair, 20);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, pair_setup, pair_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_same_bytes),
        CASE(test_new_mirror_is_filled),
        CASE(test_the_data_folder_is_no_mirror),
        CASE(test_lost_primary_comes_back),
        CASE(test_mirror_was_away),
        CASE(test_one_has_more),
        CASE(test_another_ledger),
        CASE(test_fork),
        CASE(test_damaged_mirror),
        CASE(test_both_lost),
        CASE(test_mirror_folder_missing),
        CASE(test_mirror_fails),
        CASE(test_primary_fails),
    };
    alarm(50); /* a mirror that never answers must not hang the run */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
