/* A checkpoint: store_checkpoint() of dirty keys into an environment that already holds many.
 * Beside it, round by round, the same sorted keys and values put into an environment of the same
 * size with raw LMDB in one transaction: the floor has no CRC, no overlay, no sequence.
 *
 * Half of the keys follow the business order and are new (settlements, messages, visits), half
 * belong to people and are overwritten, as in a busy hour. */
#include <fcntl.h>
#include <lmdb.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "bench.h"
#include "store/store.h"

#define ROUNDS_MAX 64
#define FILL_STEP 200000
#define KEY_BYTES 32

struct work {
    struct store *store;
    MDB_env *env;
    MDB_dbi dbi;
    uint64_t stored, dirty, appended, sequence;
    size_t value_bytes;
    uint8_t *value;
    uint64_t *members; /* whom this round overwrites, sorted */
};

static struct slice member_key(uint64_t number, char key[KEY_BYTES])
{
    int n = snprintf(key, KEY_BYTES, "P431000990%011llu", (unsigned long long)number);
    return (struct slice){.data = (const uint8_t *)key, .size = (size_t)n};
}

static struct slice record_key(uint64_t number, char key[KEY_BYTES])
{
    int n = snprintf(key, KEY_BYTES, "S43100020260310%015llu", (unsigned long long)number);
    return (struct slice){.data = (const uint8_t *)key, .size = (size_t)n};
}

static void mdb_must(int rc, const char *what)
{
    if (rc == MDB_SUCCESS)
        return;
    fprintf(stderr, "bench: %s: %s\n", what, mdb_strerror(rc));
    exit(1);
}

static void raw_put(struct work *w, MDB_txn *txn, struct slice key)
{
    MDB_val k = {.mv_size = key.size, .mv_data = (void *)key.data};
    MDB_val v = {.mv_size = w->value_bytes, .mv_data = w->value};
    mdb_must(mdb_put(txn, w->dbi, &k, &v, 0), "mdb_put");
}

static void raw_fill(struct work *w)
{
    char key[KEY_BYTES];
    for (uint64_t i = 0; i < w->stored;) {
        MDB_txn *txn;
        mdb_must(mdb_txn_begin(w->env, NULL, 0, &txn), "begin");
        for (uint64_t end = i + FILL_STEP; i < end && i < w->stored; i++)
            raw_put(w, txn, member_key(i, key));
        mdb_must(mdb_txn_commit(txn), "commit");
    }
}

static void store_write(struct work *w)
{
    store_freeze(w->store, ++w->sequence);
    bench_must(store_checkpoint(w->store), "checkpoint");
    bench_must(store_thaw(w->store), "thaw");
}

static void store_fill(struct work *w)
{
    char key[KEY_BYTES];
    struct slice value = {.data = w->value, .size = w->value_bytes};
    for (uint64_t i = 0; i < w->stored;) {
        for (uint64_t end = i + FILL_STEP; i < end && i < w->stored; i++)
            bench_must(store_put(w->store, member_key(i, key), value), "put");
        store_write(w);
    }
}

static void work_open(struct work *w, const char *dir)
{
    char path[1024];
    w->value = malloc(w->value_bytes);
    w->members = malloc((w->dirty / 2 + 1) * sizeof *w->members);
    bench_need(w->value && w->members, "malloc");
    memset(w->value, 0xa5, w->value_bytes);
    snprintf(path, sizeof path, "%s/raw", dir);
    bench_need(mkdir(path, 0700) == 0, path);
    mdb_must(mdb_env_create(&w->env), "create");
    mdb_must(mdb_env_set_mapsize(w->env, (size_t)1 << 36), "mapsize");
    mdb_must(mdb_env_open(w->env, path, 0, 0600), "open");
    MDB_txn *txn;
    mdb_must(mdb_txn_begin(w->env, NULL, 0, &txn), "begin");
    mdb_must(mdb_dbi_open(txn, NULL, 0, &w->dbi), "dbi");
    mdb_must(mdb_txn_commit(txn), "commit");
    snprintf(path, sizeof path, "%s/store", dir);
    bench_need(mkdir(path, 0700) == 0, path);
    const struct store_options options = {
        .dir = path, .map_bytes = UINT64_C(1) << 36, .active_bytes = UINT64_C(8) << 30};
    bench_must(store_open(&options, &w->store), "store_open");
    raw_fill(w);
    store_fill(w);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Seconds for the checkpoint; filling the overlay is the settler's work and not counted. */
static double ours(struct work *w)
{
    char key[KEY_BYTES];
    struct slice value = {.data = w->value, .size = w->value_bytes};
    for (uint64_t i = 0; i < w->dirty / 2; i++) {
        bench_must(store_put(w->store, member_key(w->members[i], key), value), "put");
        bench_must(store_put(w->store, record_key(w->appended + i, key), value), "put");
    }
    double start = bench_wall();
    store_write(w);
    return bench_wall() - start;
}

static double raw(struct work *w)
{
    char key[KEY_BYTES];
    double start = bench_wall();
    MDB_txn *txn;
    mdb_must(mdb_txn_begin(w->env, NULL, 0, &txn), "begin");
    for (uint64_t i = 0; i < w->dirty / 2; i++)
        raw_put(w, txn, member_key(w->members[i], key));
    for (uint64_t i = 0; i < w->dirty / 2; i++)
        raw_put(w, txn, record_key(w->appended + i, key));
    mdb_must(mdb_txn_commit(txn), "commit");
    return bench_wall() - start;
}

int main(int argc, char **argv)
{
    struct bench_option options[] = {
        {"dir", ""}, {"stored", "1000000"}, {"dirty", "200000"}, {"value", "200"}, {"rounds", "5"}};
    static double mine[ROUNDS_MAX], floor[ROUNDS_MAX], ratio[ROUNDS_MAX];
    bench_options(argc, argv, options, 5);
    struct work w = {.stored = bench_number(&options[1]),
                     .dirty = bench_number(&options[2]),
                     .value_bytes = bench_number(&options[3])};
    uint64_t rounds = bench_number(&options[4]);
    CHECK(rounds > 0 && rounds <= ROUNDS_MAX && w.stored > 0 && w.dirty > 1);
    work_open(&w, options[0].text);
    struct bench_random random = {3};
    for (uint64_t round = 0; round < rounds; round++) {
        for (uint64_t i = 0; i < w.dirty / 2; i++)
            w.members[i] = bench_below(&random, w.stored);
        qsort(w.members, w.dirty / 2, sizeof *w.members, compare);
        mine[round] = ours(&w);
        floor[round] = raw(&w);
        ratio[round] = floor[round] / mine[round];
        w.appended += w.dirty / 2;
    }
    printf("{\"stored\": %llu, \"dirty\": %llu, \"keys_per_s\": %.0f, \"raw_per_s\": %.0f, "
           "\"ratio\": %.4f}\n",
           (unsigned long long)w.stored, (unsigned long long)w.dirty,
           (double)w.dirty / bench_percentile(mine, rounds, 0.5),
           (double)w.dirty / bench_percentile(floor, rounds, 0.5),
           bench_percentile(ratio, rounds, 0.5));
    store_close(w.store);
    mdb_env_close(w.env);
    free(w.value);
    free(w.members);
    return 0;
}
