/* Offline and read-only, as verify. Main thread. */
#include "impact.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/money.h"
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

static void print_entry(const struct impact_entry *e)
{
    char fund[MONEY_TEXT], would_fund[MONEY_TEXT], part[MONEY_TEXT], would_part[MONEY_TEXT];
    printf("%s%s ", e->setl_id, e->voided ? "（已撤销 voided）" : "");
    if (e->refused != REASON_NONE)
        printf("不予结算 refused %s\n", reason_name(e->refused));
    else
        printf("基金 funds %s → %s，个人 patient %s → %s\n", money_yuan(e->fund_pay_sumamt, fund),
               money_yuan(e->would_fund_pay_sumamt, would_fund), money_yuan(e->psn_part_amt, part),
               money_yuan(e->would_psn_part_amt, would_part));
}

static enum ctl_exit print_report(const char *region, const struct impact *impact)
{
    struct impact_report report = impact_report(impact);
    uint64_t live = 0;
    for (uint64_t i = 0; i < report.count; i++) {
        print_entry(&report.list[i]);
        live += !report.list[i].voided;
    }
    printf("%s 在其规则日期内的结算 settlements in its rules' days %" PRIu64
           "，会不同的 that would differ %" PRIu64 "，其中未撤销 of them not voided %" PRIu64 "\n",
           region, report.settlements, report.count, live);
    if (report.count)
        printf("%s 原结算不变，差额另立文书 these settlements stay; differences become documents\n",
               region);
    return report.count ? CTL_REFUSED : CTL_DONE;
}

static enum ctl_exit read_ledger(struct ledger *ledger, const char *region, const struct pack *pack)
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
        status = print_report(region, impact);
    impact_free(impact);
    return status;
}

static enum ctl_exit run(const struct place *place, const struct pack *pack)
{
    struct ledger *ledger;
    struct ledger_fault fault = {0};
    const struct ledger_options options = {.dir = place->ledger,
                                           .region = place->region,
                                           .segment_bytes = LEDGER_SEGMENT_MIN,
                                           .read_only = true};
    enum err err = ledger_open(&options, &ledger, &fault);
    if (err)
        return place_fail(place->ledger, err);
    enum ctl_exit status = read_ledger(ledger, place->region, pack);
    ledger_close(ledger);
    return status;
}

enum ctl_exit impact_show(const char *dir, const char *region, const char *pack_dir)
{
    struct place place;
    enum ctl_exit status = place_find(dir, region, &place);
    if (status)
        return status;
    struct folder folder;
    unsigned faults = folder_read(pack_dir, place.region, false, &folder);
    status = faults ? CTL_REFUSED : run(&place, folder.pack);
    folder_free(&folder);
    return status;
}
