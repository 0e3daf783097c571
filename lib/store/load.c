/* A page that is appended to is full before the next one begins, and its transaction is split
 * before LMDB has to spill. Nothing is synced on the way: a crash throws the folder away. There are
 * no readers and no other writer until then, so LMDB needs no lock file. */
#include "store/load.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "store/lmdb.h"
#include "store/lmdb_value.h"

#define MAP_BYTES_DEFAULT (UINT64_C(1) << 40)
/* Of values in one transaction: well below the 131,071 dirty pages that LMDB keeps track of. */
#define COMMIT_BYTES (64 * 1024 * 1024)

struct load {
    MDB_env *env;
    MDB_txn *txn;
    MDB_cursor *cursor;
    MDB_dbi dbi;
    uint64_t uncommitted;
    char *dir;
};

static int txn_begin(struct load *load)
{
    int code = mdb_txn_begin(load->env, NULL, 0, &load->txn);
    if (code == 0 && (code = mdb_dbi_open(load->txn, NULL, 0, &load->dbi)) == 0)
        code = mdb_cursor_open(load->txn, load->dbi, &load->cursor);
    return code;
}

static int txn_commit(struct load *load)
{
    mdb_cursor_close(load->cursor);
    load->cursor = NULL;
    int code = mdb_txn_commit(load->txn), fd;
    load->txn = NULL;
    load->uncommitted = 0;
    /* The disk begins now: asked for at the end alone, all of it would be waited for. */
    if (code == 0 && mdb_env_get_fd(load->env, &fd) == 0)
        (void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    return code;
}

static int env_open(struct load *load, uint64_t map_bytes)
{
    MDB_stat stat;
    int code;
    if (mkdir(load->dir, 0700) != 0 && errno != EEXIST)
        return errno;
    if ((code = mdb_env_create(&load->env)) != 0 ||
        (code = mdb_env_set_mapsize(load->env, map_bytes ? map_bytes : MAP_BYTES_DEFAULT)) != 0 ||
        (code = mdb_env_open(load->env, load->dir, MDB_NOTLS | MDB_NOSYNC | MDB_NOLOCK, 0600)) !=
            0 ||
        (code = mdb_env_stat(load->env, &stat)) != 0)
        return code;
    return stat.ms_entries > 0 ? EEXIST : txn_begin(load);
}

enum err load_new(const char *dir, uint64_t map_bytes, struct load **out)
{
    struct load *load = calloc(1, sizeof *load);
    if (load)
        load->dir = strdup(dir);
    if (!load || !load->dir) {
        load_free(load);
        return ERR_NOMEM;
    }
    int code = env_open(load, map_bytes);
    if (code != 0) {
        load_free(load);
        return code == EEXIST ? ERR_INVALID : lmdb_fold_write(dir, code);
    }
    *out = load;
    return ERR_OK;
}

static enum err put(struct load *load, struct slice key, MDB_val *value, unsigned int flags)
{
    int code = 0;
    if (load->uncommitted >= COMMIT_BYTES && (code = txn_commit(load)) == 0)
        code = txn_begin(load);
    if (code != 0)
        return lmdb_fold_write(load->dir, code);
    MDB_val k = {.mv_size = key.size, .mv_data = (void *)(uintptr_t)key.data};
    code = mdb_cursor_put(load->cursor, &k, value, MDB_APPEND | flags);
    CHECK(code != MDB_KEYEXIST); /* out of order */
    load->uncommitted += key.size + value->mv_size;
    return lmdb_fold_write(load->dir, code);
}

enum err load_put(struct load *load, struct slice key, struct slice value)
{
    MDB_val room = {.mv_size = LMDB_VALUE_HEAD + value.size};
    enum err err = put(load, key, &room, MDB_RESERVE);
    if (!err)
        lmdb_value_encode(key, value, room.mv_data);
    return err;
}

enum err load_put_encoded(struct load *load, struct slice key, struct slice stored)
{
    MDB_val value = {.mv_size = stored.size, .mv_data = (void *)(uintptr_t)stored.data};
    return put(load, key, &value, 0);
}

enum err load_finish(struct load *load, uint64_t sequence)
{
    uint8_t key[LMDB_META_KEY_MAX], value[LMDB_META_VALUE_MAX];
    struct slice k, v;
    lmdb_meta_encode(sequence, key, &k, value, &v);
    enum err err = load_put(load, k, v);
    if (!err)
        err = lmdb_fold_write(load->dir, txn_commit(load));
    if (!err)
        err = lmdb_fold_write(load->dir, mdb_env_sync(load->env, 1));
    return err ? err : file_sync_folder(load->dir);
}

void load_free(struct load *load)
{
    if (!load)
        return;
    if (load->txn) {
        if (load->cursor)
            mdb_cursor_close(load->cursor);
        mdb_txn_abort(load->txn);
    }
    if (load->env)
        mdb_env_close(load->env);
    free(load->dir);
    free(load);
}
