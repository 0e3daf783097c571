/* Bundles it, compiles it, says what is wrong with it. Main thread. */
#include "folder.h"

#include <stdio.h>
#include <stdlib.h>

unsigned folder_read(const char *dir, const char *region, folder_compile *compile,
                     struct folder *out)
{
    static struct faults faults;
    *out = (struct folder){0};
    faults.count = faults.more = 0;
    enum err err = pack_bundle(dir, &out->bundle, &out->size, &faults);
    if (err == ERR_OK)
        err = compile((struct slice){out->bundle, out->size}, region, &out->pack, &faults);
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
