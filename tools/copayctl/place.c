/* Folders and what can be wrong with them. */
#include "place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool place_path(const char *dir, const char *name, char out[PATH_MAX])
{
    return snprintf(out, PATH_MAX, "%s/%s", dir, name) < PATH_MAX;
}

enum ctl_exit place_find(const char *dir, const char *region, struct place *place)
{
    struct stat st;
    if (!realpath(dir, place->dir) || !place_path(place->dir, "ledger", place->ledger) ||
        !place_path(place->dir, "lmdb", place->lmdb)) {
        fprintf(stderr, "copayctl: %s: %s\n", dir, strerror(errno));
        return CTL_FAILED;
    }
    const char *name = region ? region : strrchr(place->dir, '/') + 1;
    if (!id_is_admdvs(name)) {
        fprintf(stderr, "copayctl: %s：请用 --region 指明统筹区 / say which region with --region\n",
                dir);
        return CTL_FAILED;
    }
    memcpy(place->region, name, ID_ADMDVS + 1);
    if (stat(place->ledger, &st) == 0 && S_ISDIR(st.st_mode))
        return CTL_DONE;
    fprintf(stderr, "copayctl: %s：没有账本 / no ledger here\n", place->dir);
    return CTL_FAILED;
}

enum ctl_exit place_fail(const char *what, enum err err)
{
    if (err == ERR_FULL)
        fprintf(stderr, "copayctl: %s：空间不足 / no space left\n", what);
    else if (err == ERR_IO && errno != 0)
        fprintf(stderr, "copayctl: %s：%s: %s\n", what, err_text(err), strerror(errno));
    else
        fprintf(stderr, "copayctl: %s：%s\n", what, err_text(err));
    return CTL_FAILED;
}

enum ctl_exit place_open(const struct place *place, struct ledger **ledger)
{
    struct ledger_fault fault = {0};
    const struct ledger_options options = {.dir = place->ledger,
                                           .region = place->region,
                                           .segment_bytes = LEDGER_SEGMENT_MIN,
                                           .read_only = true};
    enum err err = ledger_open(&options, ledger, &fault);
    return err ? place_fail(place->ledger, err) : CTL_DONE;
}
