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

enum err settle_hold(struct slice bundle, struct slice locks, struct faults *faults)
{
    struct province *province;
    if (locks.size == 0)
        return ERR_OK;
    enum err err = province_compile(locks, &province, faults);
    if (err != ERR_OK)
        return err;
    err = province_check(province, bundle, faults);
    province_free(province);
    return err;
}

enum err settle_rehearse(struct slice bundle, struct slice locks, const char *region,
                         struct pack **out, struct faults *faults)
{
    enum err err = settle_compile(bundle, region, out, faults);
    if (err == ERR_OK)
        err = pack_cases_run(bundle, *out, faults);
    if (err == ERR_OK || err == ERR_INVALID) {
        enum err held = settle_hold(bundle, locks, faults);
        err = held == ERR_OK ? err : held;
    }
    if (err != ERR_OK) {
        pack_free(*out);
        *out = NULL;
    }
    return err;
}

enum err settle_rehearse_province(struct slice bundle, const char *region, struct province **out,
                                  struct faults *faults)
{
    struct province *province;
    enum err err = province_compile(bundle, &province, faults);
    if (err == ERR_OK && !province_has(province, region)) {
        faults_add(faults, PROVINCE_FILE, 0, "province", "统筹区 %s 不属于 %s",
                   "region %s is none of %s", region, province_code(province));
        err = ERR_INVALID;
    }
    if (err == ERR_OK && out)
        *out = province;
    else
        province_free(province);
    return err;
}
