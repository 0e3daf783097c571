/* Small files, written whole and synced with their folder. Main thread; the marker also from the
 * thread that met the damage. */
#include "daemon/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define PATH_ROOM 512

static enum err folder_error(void)
{
    return errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_IO;
}

/* Syncs the folder that holds `path`. */
static enum err sync_parent(const char *path)
{
    char parent[PATH_ROOM];
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    if (length >= sizeof parent)
        return ERR_LIMIT;
    if (slash)
        (void)snprintf(parent, sizeof parent, "%.*s", (int)(length ? length : 1), path);
    else
        (void)snprintf(parent, sizeof parent, ".");
    return file_sync_folder(parent);
}

enum err folder_make(const char *dir)
{
    if (mkdir(dir, 0700) == 0)
        return sync_parent(dir);
    return errno == EEXIST ? ERR_OK : folder_error();
}

enum err folder_path(const char *dir, const char *name, char *out, size_t capacity)
{
    int n = snprintf(out, capacity, "%s/%s", dir, name);
    return n < 0 || (size_t)n >= capacity ? ERR_LIMIT : ERR_OK;
}

enum err folder_write(const char *path, const void *bytes, size_t size)
{
    char temporary[PATH_ROOM];
    int n = snprintf(temporary, sizeof temporary, "%s.tmp", path);
    if (n < 0 || (size_t)n >= sizeof temporary)
        return ERR_LIMIT;
    enum err err = file_write(temporary, false, 0600, bytes, size);
    if (!err && rename(temporary, path) != 0)
        err = folder_error();
    return err ? err : sync_parent(path);
}

static enum err read_key(const char *path, uint8_t key[HASH_SIZE])
{
    uint8_t *stored;
    size_t size;
    enum err err = file_read(path, HASH_SIZE, &stored, &size);
    if (err)
        return err == ERR_LIMIT ? ERR_CORRUPT : err;
    if (size == HASH_SIZE)
        memcpy(key, stored, HASH_SIZE);
    free(stored);
    return size == HASH_SIZE ? ERR_OK : ERR_CORRUPT;
}

enum err folder_salt_key(const char *dir, uint8_t key[HASH_SIZE], bool *fresh)
{
    char path[PATH_ROOM], new_path[PATH_ROOM], ledger[PATH_ROOM];
    *fresh = false;
    enum err err = folder_path(dir, "salt.key", path, sizeof path);
    if (!err)
        err = folder_path(dir, "salt.new", new_path, sizeof new_path);
    if (!err)
        err = folder_path(dir, "ledger", ledger, sizeof ledger);
    if (!err)
        err = read_key(path, key);
    if (err != ERR_NOTFOUND)
        return err;
    *fresh = true;
    err = read_key(new_path, key);
    if (err != ERR_NOTFOUND)
        return err;
    /* The key is made and synced before the ledger's folder is. With another one no record could be
     * made again. */
    if (access(ledger, F_OK) == 0)
        return ERR_NOTFOUND;
    if (getrandom(key, HASH_SIZE, 0) != HASH_SIZE)
        return ERR_IO;
    return folder_write(new_path, key, HASH_SIZE);
}

enum err folder_salt_keep(const char *dir)
{
    char path[PATH_ROOM], new_path[PATH_ROOM];
    enum err err = folder_path(dir, "salt.key", path, sizeof path);
    if (!err)
        err = folder_path(dir, "salt.new", new_path, sizeof new_path);
    if (!err && rename(new_path, path) != 0)
        err = folder_error();
    return err ? err : sync_parent(path);
}

enum err folder_remove(const char *path)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return folder_error();
    return sync_parent(path);
}

bool folder_rebuild_wanted(const char *dir)
{
    char path[PATH_ROOM];
    return folder_path(dir, "rebuild", path, sizeof path) == ERR_OK && access(path, F_OK) == 0;
}

enum err folder_rebuild_mark(const char *dir)
{
    char path[PATH_ROOM];
    enum err err = folder_path(dir, "rebuild", path, sizeof path);
    return err ? err : folder_write(path, "", 0);
}

enum err folder_rebuild_done(const char *dir)
{
    char path[PATH_ROOM];
    enum err err = folder_path(dir, "rebuild", path, sizeof path);
    return err ? err : folder_remove(path);
}
