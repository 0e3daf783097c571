/* Bundles it, compiles it, says what is wrong with it. Main thread. */
#include "folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static bool is_province(const char *dir)
{
    char path[4096];
    struct stat st;
    int size = snprintf(path, sizeof path, "%s/" PROVINCE_FILE, dir);
    return size > 0 && (size_t)size < sizeof path && stat(path, &st) == 0;
}

static enum err read_province(const char *dir, const char *region, struct folder *out,
                              struct faults *faults)
{
    enum err err = province_bundle(dir, &out->bundle, &out->size, faults);
    const struct slice bundle = {out->bundle, out->size};
    struct province *province = NULL;
    if (err == ERR_OK)
        err = settle_rehearse_province(bundle, region, &province, faults);
    if (err == ERR_OK)
        err = province_check_keys(province, faults);
    province_free(province);
    return err;
}

/* Which locks bind it the daemon knows, and says. */
static enum err read_region(const char *dir, const char *region, bool rehearse, struct folder *out,
                            struct faults *faults)
{
    enum err err = pack_bundle(dir, &out->bundle, &out->size, faults);
    const struct slice bundle = {out->bundle, out->size}, no_locks = {0};
    if (err != ERR_OK)
        return err;
    return rehearse ? settle_rehearse(bundle, no_locks, region, &out->pack, faults)
                    : settle_compile(bundle, region, &out->pack, faults);
}

unsigned folder_read(const char *dir, const char *region, bool rehearse, struct folder *out)
{
    static struct faults faults;
    *out = (struct folder){.province = is_province(dir)};
    faults_clear(&faults);
    enum err err = out->province ? read_province(dir, region, out, &faults)
                                 : read_region(dir, region, rehearse, out, &faults);
    if (err != ERR_OK && faults.count == 0)
        faults_add(&faults, dir, 0, NULL, "无法读取：%s", "cannot be read: %s", err_text(err));
    faults_report(&faults, stdout);
    return faults_total(&faults);
}

void folder_free(struct folder *folder)
{
    pack_free(folder->pack);
    free(folder->bundle);
}
