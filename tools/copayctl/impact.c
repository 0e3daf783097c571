/* Offline and read-only, as verify. Main thread. */
#include "impact.h"

#include <stdio.h>

#include "difference.h"
#include "folder.h"
#include "ledger/group.h"
#include "ledger/ledger.h"
#include "place.h"
#include "settle/impact.h"

static enum err visit(void *context, const struct group *group, const uint8_t *records)
{
    struct impact *impact = context;
    uint64_t at = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        enum err err = impact_record(impact, group->first + i, group_record(records, &at));
        if (err)
            return err;
    }
    return ERR_OK;
}

static enum ctl_exit print_report(const char *region, const struct impact *impact,
                                  const struct pack *pack, enum impact_form form)
{
    struct impact_report report = impact_report(impact);
    if (form == IMPACT_JSON && !difference_print_json(region, pack, &report))
        return place_fail(region, ERR_NOMEM);
    for (uint64_t i = 0; i < report.count; i++) {
        if (form == IMPACT_LIST)
            difference_print_line(&report.list[i]);
        if (form == IMPACT_DOCUMENTS)
            difference_print_document(pack, &report.list[i]);
    }
    if (form != IMPACT_JSON)
        difference_print_sums(&report);
    return report.count ? CTL_REFUSED : CTL_DONE;
}

static enum ctl_exit read_ledger(struct ledger *ledger, const char *region, const struct pack *pack,
                                 enum impact_form form)
{
    struct impact *impact;
    struct ledger_fault fault = {0};
    enum err err = impact_new(region, pack, &impact);
    if (err)
        return place_fail(region, err);
    err = ledger_read_groups(ledger, 1, visit, impact, &fault);
    enum ctl_exit status = CTL_FAILED;
    if (err)
        printf("%s 未能读完 could not be read to its end: %s %s\n", region, err_text(err),
               fault.text);
    else
        status = print_report(region, impact, pack, form);
    impact_free(impact);
    return status;
}

enum ctl_exit impact_of(const struct place *place, const struct pack *pack, enum impact_form form)
{
    struct ledger *ledger;
    enum ctl_exit status = place_open(place, &ledger);
    if (status != CTL_DONE)
        return status;
    status = read_ledger(ledger, place->region, pack, form);
    ledger_close(ledger);
    return status;
}

enum ctl_exit impact_show(const char *dir, const char *region, const char *pack_dir,
                          enum impact_form form)
{
    struct place place;
    enum ctl_exit status = place_find(dir, region, &place);
    if (status)
        return status;
    struct folder folder;
    unsigned faults = folder_read(pack_dir, place.region, false, &folder);
    if (folder.province)
        printf("%s 是省级文件，没有结算规则 / is a province's file, which settles nothing\n",
               pack_dir);
    status = faults || folder.province ? CTL_REFUSED : impact_of(&place, folder.pack, form);
    folder_free(&folder);
    return status;
}
