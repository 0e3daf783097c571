/* What the ledger's tests share: a scratch folder, small segments, and bytes changed behind the
 * ledger's back. */
#ifndef TESTS_LEDGER_FIXTURE_H
#define TESTS_LEDGER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/backend.h"
#include "ledger/segment.h"

#define REGION "431000"
#define SMALL (64 * 1024)
#define FIRST_SEGMENT "00000000000000000001.seg"

struct scratch {
    char dir[64];
    struct ledger_options options;
    struct ledger_fault fault;
};

static inline int scratch_setup(void **state)
{
    struct scratch *s = calloc(1, sizeof(*s));
    if (!s)
        return -1;
    snprintf(s->dir, sizeof(s->dir), "/tmp/copayd-ledger-XXXXXX");
    if (!mkdtemp(s->dir))
        return -1;
    s->options = (struct ledger_options){.dir = s->dir, .region = REGION, .segment_bytes = SMALL};
    *state = s;
    return 0;
}

static inline void scratch_clear(struct scratch *s)
{
    DIR *dir = opendir(s->dir);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    }
    closedir(dir);
}

static inline int scratch_teardown(void **state)
{
    struct scratch *s = *state;
    scratch_clear(s);
    rmdir(s->dir);
    free(s);
    return 0;
}

static inline char *scratch_path(const struct scratch *s, const char *name, char *path)
{
    snprintf(path, 128, "%s/%s", s->dir, name);
    return path;
}

static inline bool scratch_has(const struct scratch *s, const char *name)
{
    char path[128];
    return access(scratch_path(s, name, path), F_OK) == 0;
}

static inline int scratch_file(const struct scratch *s, const char *name, int flags)
{
    char path[128];
    int fd = open(scratch_path(s, name, path), flags, 0600);
    assert_true(fd >= 0);
    return fd;
}

static inline void scratch_write(const struct scratch *s, const char *name, uint64_t offset,
                                 const void *bytes, size_t size)
{
    int fd = scratch_file(s, name, O_WRONLY | O_CREAT);
    assert_int_equal(pwrite(fd, bytes, size, (off_t)offset), size);
    close(fd);
}

static inline void scratch_read(const struct scratch *s, const char *name, uint64_t offset,
                                void *bytes, size_t size)
{
    int fd = scratch_file(s, name, O_RDONLY);
    assert_int_equal(pread(fd, bytes, size, (off_t)offset), size);
    close(fd);
}

static inline void scratch_flip(const struct scratch *s, const char *name, uint64_t offset)
{
    uint8_t byte;
    scratch_read(s, name, offset, &byte, 1);
    byte ^= 0x10;
    scratch_write(s, name, offset, &byte, 1);
}

/* The whole file; the caller frees. */
static inline uint8_t *scratch_load(const struct scratch *s, const char *name, size_t *size)
{
    char path[128];
    struct stat st;
    assert_int_equal(stat(scratch_path(s, name, path), &st), 0);
    *size = (size_t)st.st_size;
    uint8_t *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    scratch_read(s, name, 0, bytes, *size);
    return bytes;
}

static inline struct ledger *scratch_open(struct scratch *s)
{
    struct ledger *ledger = NULL;
    enum err err = ledger_open_on(&backend_files, &s->options, &ledger, &s->fault);
    if (err)
        fail_msg("%s: %s at %llu of %s", err_text(err), s->fault.text,
                 (unsigned long long)s->fault.offset, s->fault.segment);
    return ledger;
}

/* The record of a sequence: its bytes and its size say which one it is. */
#define RECORD_BASE 40
static inline size_t record_size(uint64_t sequence)
{
    return RECORD_BASE + sequence * 7 % 61;
}

static inline void record_fill(uint64_t sequence, uint8_t *out)
{
    for (size_t i = 0; i < record_size(sequence); i++)
        out[i] = (uint8_t)(sequence * 31 + i * 7 + 1);
}

static inline enum err try_append(struct ledger *ledger, uint64_t first, uint32_t count)
{
    struct slice records[64];
    uint8_t bytes[64][128];
    assert_true(count <= 64);
    for (uint32_t i = 0; i < count; i++) {
        record_fill(first + i, bytes[i]);
        records[i] = (struct slice){.data = bytes[i], .size = record_size(first + i)};
    }
    return ledger_submit(ledger, records, count);
}

/* Appends one group of `count` records and waits for it. */
static inline void append(struct ledger *ledger, uint32_t count)
{
    uint64_t sequence = 0, last = ledger_end(ledger).sequence;
    assert_int_equal(try_append(ledger, last + 1, count), ERR_OK);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_OK);
    assert_int_equal(sequence, last + count);
}

static inline void assert_record(uint64_t sequence, const uint8_t *data, size_t size)
{
    uint8_t expected[128];
    record_fill(sequence, expected);
    assert_int_equal(size, record_size(sequence));
    assert_memory_equal(data, expected, size);
}

static inline enum err visit_expected(void *context, uint64_t sequence, struct slice record)
{
    uint64_t *next = context;
    assert_int_equal(sequence, *next);
    assert_record(sequence, record.data, record.size);
    ++*next;
    return ERR_OK;
}

/* Reads from `from` to the end, which must be `last`, and each of them must be right. */
static inline void assert_reads(struct ledger *ledger, uint64_t from, uint64_t last)
{
    struct ledger_fault fault;
    uint64_t next = from;
    assert_int_equal(ledger_read(ledger, from, visit_expected, &next, &fault), ERR_OK);
    assert_int_equal(next, last + 1);
}

/* Fails to open, at this place. */
static inline void assert_refused(struct scratch *s, const char *segment, uint64_t offset,
                                  uint64_t sequence)
{
    struct ledger *ledger = NULL;
    assert_int_equal(ledger_open_on(&backend_files, &s->options, &ledger, &s->fault), ERR_CORRUPT);
    assert_null(ledger);
    assert_string_equal(s->fault.segment, segment);
    assert_int_equal(s->fault.offset, offset);
    assert_int_equal(s->fault.sequence, sequence);
    assert_true(s->fault.text[0]);
}

/* Puts a pipe, which cannot be synced nor written at an offset, in the place of an open segment. */
static inline void scratch_break(const struct scratch *s)
{
    int pipe_fds[2], broken = 0;
    assert_int_equal(pipe(pipe_fds), 0);
    for (int fd = 3; fd < 64; fd++) {
        char path[64], target[256] = "";
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        ssize_t n = readlink(path, target, sizeof(target) - 1);
        if (n > 4 && strcmp(target + n - 4, ".seg") == 0 &&
            strncmp(target, s->dir, strlen(s->dir)) == 0) {
            assert_int_equal(dup2(pipe_fds[1], fd), fd);
            broken++;
        }
    }
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    assert_int_equal(broken, 1);
}

#endif
