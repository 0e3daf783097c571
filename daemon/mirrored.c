/* Two small files in the region's folder: `mirrored`, which we write when a mirror holds all that
 * we hold, and `mirror.new`, with which an operator says that an empty one is meant; it counts
 * once. */
#include "daemon/mirrored.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/folder.h"

#define MADE "mirrored"
#define WANTED "mirror.new"

static bool is_there(const char *dir, const char *name)
{
    char path[REGION_PATH_MAX + 32];
    return folder_path(dir, name, path, sizeof path) == ERR_OK && access(path, F_OK) == 0;
}

/* Every ledger of ours has its epoch beside its segments. */
static enum err check_made(const struct region *region, const char *dir)
{
    if (is_there(dir, "epoch") || !is_there(region->dir, MADE) || is_there(region->dir, WANTED))
        return ERR_OK;
    log_event(LOG_ERROR, "mirror_missing",
              "region=%s folder=\"%s\" text=\"there was a mirror and this folder holds none: mount "
              "its disk, or touch %s/" WANTED " to fill this one anew\"",
              region->code, dir, region->dir);
    return ERR_NOTFOUND;
}

enum err mirrored_find(const struct region *region, char *dir, size_t capacity)
{
    char parent[REGION_PATH_MAX];
    enum err err = folder_path(region->config->mirror, region->code, parent, sizeof parent);
    if (!err)
        err = folder_path(parent, "ledger", dir, capacity);
    if (!err && access(region->config->mirror, F_OK) != 0)
        err = ERR_NOTFOUND;
    if (!err)
        err = check_made(region, dir);
    if (!err)
        err = folder_make(parent);
    if (err)
        log_event(LOG_ERROR, "mirror_refused", "region=%s folder=\"%s\" error=\"%s\"", region->code,
                  region->config->mirror, err_text(err));
    return err;
}

static enum err remove_marker(const struct region *region, const char *name)
{
    char path[REGION_PATH_MAX + 32];
    enum err err = folder_path(region->dir, name, path, sizeof path);
    return err || access(path, F_OK) != 0 ? err : folder_remove(path);
}

enum err mirrored_note(const struct region *region)
{
    const char *mirror = region->config->mirror;
    char path[REGION_PATH_MAX + 32];
    if (!mirror[0])
        return remove_marker(region, MADE);
    enum err err = folder_path(region->dir, MADE, path, sizeof path);
    if (!err && !is_there(region->dir, MADE))
        err = folder_write(path, mirror, strlen(mirror));
    return err ? err : remove_marker(region, WANTED);
}
