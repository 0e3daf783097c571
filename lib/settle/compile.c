/* What a bundle compiles to, and whether it may be put in force. */
#include "settle/compile.h"

#include <string.h>

#include "cases/pack_cases.h"

enum err settle_compile(struct slice bundle, const char *region, struct pack **out,
                        struct faults *faults)
{
    enum err err = pack_compile(bundle, out, faults);
    if (err != ERR_OK || strcmp(pack_region(*out), region) == 0)
        return err;
    faults_add(faults, "policy.yaml", 0, "region", "统筹区应为 %s，不是 %s", "must be %s, not %s",
               region, pack_region(*out));
    pack_free(*out);
    *out = NULL;
    return ERR_INVALID;
}

enum err settle_rehearse(struct slice bundle, const char *region, struct pack **out,
                         struct faults *faults)
{
    enum err err = settle_compile(bundle, region, out, faults);
    if (err == ERR_OK)
        err = pack_cases_run(bundle, *out, faults);
    if (err != ERR_OK) {
        pack_free(*out);
        *out = NULL;
    }
    return err;
}
