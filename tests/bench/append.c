/* Appending to the ledger, group by group, each durable before the next: hashed, chained, synced by
 * lib/ledger. Beside it, in turns of a few groups each, the same bytes written to a plain file and
 * fdatasync'ed, into space that was written (zeros) and synced before.
 *
 * Turns keep the disk's moods fair: both see the same ones. */
#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "bench.h"
#include "ledger/ledger.h"

#define TURNS_MAX 1024

struct plain {
    int fd;
    uint64_t used, size;
};

static void plain_open(struct plain *plain, const char *dir, uint64_t size)
{
    enum { BLOCK = 1 << 20 };
    static const uint8_t zeros[BLOCK];
    char path[1024];
    snprintf(path, sizeof path, "%s/plain", dir);
    plain->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bench_need(plain->fd >= 0, path);
    plain->used = 0;
    plain->size = (size + BLOCK - 1) / BLOCK * BLOCK;
    for (uint64_t at = 0; at < plain->size; at += BLOCK)
        bench_need(write(plain->fd, zeros, BLOCK) == BLOCK, "write");
    bench_need(fdatasync(plain->fd) == 0, "fdatasync");
}

static void plain_append(struct plain *plain, const uint8_t *bytes, size_t size)
{
    CHECK(plain->used + size <= plain->size);
    bench_need(pwrite(plain->fd, bytes, size, (off_t)plain->used) == (ssize_t)size, "pwrite");
    plain->used += size;
    bench_need(fdatasync(plain->fd) == 0, "fdatasync");
}

struct work {
    struct ledger *ledger;
    struct plain plain;
    uint32_t group;
    size_t record_bytes;
    uint8_t *bytes;
    struct slice *records;
};

static void ledger_append(struct work *w)
{
    uint64_t sequence;
    enum err err = ledger_submit(w->ledger, w->records, w->group);
    if (err == ERR_FULL) { /* the next segment is the checkpoint thread's work, not the append's */
        bench_must(ledger_prepare(w->ledger), "prepare");
        err = ledger_submit(w->ledger, w->records, w->group);
    }
    bench_must(err, "submit");
    bench_must(ledger_reap(w->ledger, &sequence), "reap");
}

static void work_open(struct work *w, const char *dir, uint64_t total)
{
    static struct ledger_fault fault;
    char path[1024];
    snprintf(path, sizeof path, "%s/ledger", dir);
    const struct ledger_options options = {
        .dir = path, .region = "431000", .segment_bytes = UINT64_C(256) << 20};
    bench_must(ledger_open(&options, &w->ledger, &fault), "ledger_open");
    bench_must(ledger_prepare(w->ledger), "prepare");
    plain_open(&w->plain, dir, total);
    w->bytes = malloc(w->group * w->record_bytes);
    w->records = malloc(w->group * sizeof *w->records);
    bench_need(w->bytes && w->records, "malloc");
    struct bench_random random = {7};
    for (size_t i = 0; i < w->group * w->record_bytes; i++)
        w->bytes[i] = (uint8_t)bench_next(&random);
    for (uint32_t i = 0; i < w->group; i++)
        w->records[i] =
            (struct slice){.data = w->bytes + i * w->record_bytes, .size = w->record_bytes};
}

int main(int argc, char **argv)
{
    struct bench_option options[] = {
        {"dir", ""}, {"group", "128"}, {"record", "1800"}, {"turns", "20"}, {"groups", "10"}};
    static double ours[TURNS_MAX], plain[TURNS_MAX], ratio[TURNS_MAX];
    bench_options(argc, argv, options, 5);
    struct work w = {.group = (uint32_t)bench_number(&options[1]),
                     .record_bytes = bench_number(&options[2])};
    uint64_t turns = bench_number(&options[3]), groups = bench_number(&options[4]);
    CHECK(turns > 0 && turns <= TURNS_MAX && groups > 0 && w.group > 0 &&
          w.group <= GROUP_RECORDS_MAX);
    work_open(&w, options[0].text, (turns + 1) * groups * w.group * w.record_bytes);
    for (uint64_t turn = 0; turn < turns; turn++) {
        double start = bench_wall();
        for (uint64_t i = 0; i < groups; i++)
            ledger_append(&w);
        double middle = bench_wall();
        for (uint64_t i = 0; i < groups; i++)
            plain_append(&w.plain, w.bytes, w.group * w.record_bytes);
        double end = bench_wall();
        ours[turn] = (middle - start) / (double)groups;
        plain[turn] = (end - middle) / (double)groups;
        ratio[turn] = plain[turn] / ours[turn];
    }
    double mine = bench_percentile(ours, turns, 0.5), floor = bench_percentile(plain, turns, 0.5);
    printf("{\"group\": %u, \"record_bytes\": %zu, \"records_per_s\": %.0f, \"group_us\": %.1f, "
           "\"plain_per_s\": %.0f, \"plain_us\": %.1f, \"ratio\": %.4f}\n",
           w.group, w.record_bytes, w.group / mine, mine * 1e6, w.group / floor, floor * 1e6,
           bench_percentile(ratio, turns, 0.5));
    ledger_close(w.ledger);
    bench_need(close(w.plain.fd) == 0, "close");
    free(w.bytes);
    free(w.records);
    return 0;
}
