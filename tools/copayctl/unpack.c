/* Files written and removed again. Main thread. */
#include "unpack.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "policy/pack.h"

enum err unpack_begin(struct unpacked *unpacked)
{
    enum err err = file_temporary_folder("copayctl", unpacked->root, sizeof unpacked->root);
    if (err)
        unpacked->root[0] = '\0';
    return err;
}

/* A bundle is content that others made: no name of it may lead elsewhere. */
static bool is_plain(const char *name)
{
    const size_t prefix = strlen(PACK_CASES);
    if (strncmp(name, PACK_CASES, prefix) == 0)
        name += prefix;
    return name[0] != '.' && name[0] != '\0' && !strchr(name, '/');
}

static enum err write_file(const char *path, struct slice bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return ERR_IO;
    enum err err = file_put(fd, bytes.data, bytes.size);
    return close(fd) == 0 || err != ERR_OK ? err : ERR_IO;
}

static bool make_folder(const char *root, const char *name, const char *below)
{
    char path[PATH_MAX];
    int size = snprintf(path, sizeof path, "%s/%s%s", root, name, below);
    return size > 0 && (size_t)size < sizeof path && mkdir(path, 0700) == 0;
}

enum err unpack_bundle(const struct unpacked *unpacked, const char *name, struct slice bundle)
{
    char file[BUNDLE_NAME], path[PATH_MAX];
    struct slice bytes;
    size_t at = 0;
    if (!make_folder(unpacked->root, name, "") || !make_folder(unpacked->root, name, "/cases"))
        return ERR_IO;
    while (bundle_next(bundle, &at, file, &bytes)) {
        if (!is_plain(file))
            continue;
        int size = snprintf(path, sizeof path, "%s/%s/%s", unpacked->root, name, file);
        if (size < 0 || (size_t)size >= sizeof path)
            return ERR_LIMIT;
        enum err err = write_file(path, bytes);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    (void)remove(path);
    return 0;
}

void unpack_end(struct unpacked *unpacked)
{
    if (unpacked->root[0])
        (void)nftw(unpacked->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    unpacked->root[0] = '\0';
}
