/* What a bundle compiles to, and whether it may be put in force. */
#include "settle/compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "cases/pack_cases.h"

static enum err check_region(enum err err, const char *region, struct pack **out,
                             struct faults *faults)
{
    if (err != ERR_OK || strcmp(pack_region(*out), region) == 0)
        return err;
    faults_add(faults, "policy.yaml", 0, "region", "统筹区应为 %s，不是 %s", "must be %s, not %s",
               region, pack_region(*out));
    pack_free(*out);
    *out = NULL;
    return ERR_INVALID;
}

enum err settle_compile(struct slice bundle, const char *region, struct pack **out,
                        struct faults *faults)
{
    return check_region(pack_compile(bundle, out, faults), region, out, faults);
}

enum err settle_compile_published(struct slice bundle, const char *region, struct pack **out,
                                  struct faults *faults)
{
    enum err err = pack_compile_published(bundle, true, out, faults);
    return check_region(err, region, out, faults);
}

void settle_days_text(const struct pack *pack, int32_t day, char zh[SETTLE_DAYS_TEXT],
                      char en[SETTLE_DAYS_TEXT])
{
    const int32_t last = pack_version(pack, pack_version_count(pack) - 1)->enddate;
    char from[DATE_TEXT], to[DATE_TEXT], today[DATE_TEXT];
    date_format(pack_version(pack, 0)->begndate, from);
    date_format(last, to);
    date_format(day, today);
    snprintf(zh, SETTLE_DAYS_TEXT,
             "规则自 %s 起%s%s，今日 %s；将来的版本应作为另一文件与现行规则放在同一文件夹", from,
             last == DATE_MAX ? "" : "至 ", last == DATE_MAX ? "" : to, today);
    snprintf(en, SETTLE_DAYS_TEXT,
             "its rules are from %s%s%s, today is %s; a future version is one more file in the "
             "folder, beside the rules in force",
             from, last == DATE_MAX ? "" : " to ", last == DATE_MAX ? "" : to, today);
}

/* Nobody who submits a pack can mend what is objected to in the province's file. */
static enum err compile_locks(struct slice locks, struct province **out, struct faults *faults)
{
    struct faults *objections = calloc(1, sizeof *objections);
    if (!objections)
        return ERR_NOMEM;
    enum err err = province_compile_published(locks, out, objections);
    free(objections);
    return err == ERR_INVALID ? province_compile(locks, out, faults) : err;
}

enum err settle_hold(struct slice bundle, struct slice locks, struct faults *faults)
{
    struct province *province;
    if (locks.size == 0)
        return ERR_OK;
    enum err err = compile_locks(locks, &province, faults);
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
    if (err == ERR_OK)
        err = province_check_region(province, region, faults);
    if (err == ERR_OK && out)
        *out = province;
    else
        province_free(province);
    return err;
}
