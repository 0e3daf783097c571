/* check: every fault of a pack or of a province's file, or the summary of a sound one. */
#include <getopt.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/date.h"
#include "commands.h"
#include "review/load.h"
#include "review/province.h"
#include "review/warn.h"

static void print_layer(const struct layer *layer)
{
    printf("  %s（%s） 起付 %u 行，比例 %u 行，限额 %u 行，调整 %u 行%s\n", layer->name_zh,
           layer->id, layer->deductible_count, layer->ratio_count, layer->cap_count,
           layer->adjust_count, layer->cumulative ? "，按年累计" : "");
}

static void print_provenance(const struct policy *policy)
{
    unsigned counts[3] = {0};
    for (uint16_t i = 1; i < policy->clause_count; i++)
        counts[policy_clause(policy, i)->provenance]++;
    printf("  条款 %u：", policy->clause_count - 1);
    for (int p = PROVENANCE_OFFICIAL; p <= PROVENANCE_ILLUSTRATIVE; p++)
        printf("%s%s %u", p ? "，" : "", provenance_zh((enum provenance)p), counts[p]);
    printf("\n");
}

static void print_version(const struct policy *policy)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    printf("  %s，自 %s 至 %s\n", policy->name, date_format(policy->begndate, from),
           policy->enddate == DATE_MAX ? "另行通知" : date_format(policy->enddate, to));
    for (uint8_t i = 0; i < policy->layer_count; i++)
        print_layer(&policy->layers[i]);
    print_provenance(policy);
}

static void print_sources(const struct catalogue_sources *sources)
{
    char day[DATE_TEXT];
    for (uint8_t i = 0; i < sources->count; i++)
        printf("  目录来源 %s %s，%s 导入\n", sources->list[i].infno, sources->list[i].ver,
               date_format(sources->list[i].imported, day));
}

static void print_audit(const struct audit_rules *rules)
{
    unsigned counts[AUDIT_REFUSE_CLAIM + 1] = {0};
    if (!rules)
        return;
    for (uint16_t i = 0; i < rules->rule_count; i++)
        counts[rules->rules[i].sev_deg]++;
    printf("  智能审核规则 %u 条：提示 %u，询问 %u，暂缓 %u，拒付明细 %u，拒付单据 %u\n",
           rules->rule_count, counts[AUDIT_INFORM], counts[AUDIT_ASK], counts[AUDIT_HOLD],
           counts[AUDIT_REFUSE_LINE], counts[AUDIT_REFUSE_CLAIM]);
}

static void print_summary(const struct pack *pack, const char *path, int32_t today)
{
    struct hash digest = pack_digest(pack);
    char text[HASH_TEXT];
    printf("%s：统筹区 %s，目录 %u 条，摘要 %.16s\n", path, pack_region(pack),
           catalogue_count(pack_catalogue(pack)), hash_format(&digest, text));
    print_sources(pack_catalogue_sources(pack));
    for (uint8_t i = 0; i < pack_version_count(pack); i++)
        print_version(pack_version(pack, i));
    print_audit(pack_audit(pack));
    if (!pack_policy(pack, today))
        printf("  今天没有生效的规则 no rules are in force today\n");
}

static void print_warnings(struct pack *pack, const char *path, unsigned count)
{
    for (uint8_t i = 0; i < pack_version_count(pack); i++)
        count += warn_version(path, pack, pack_version(pack, i));
    printf("  %u 处警告 / %u warnings\n", count, count);
}

static int check_province(const char *path)
{
    struct province *province;
    unsigned faults = load_province(path, &province);
    if (faults) {
        printf("%s: %u 处错误 / %u faults\n", path, faults, faults);
    } else {
        province_print(province, path);
        province_print_freeze(province, date_of_time(clock_wall_ms()));
    }
    province_free(province);
    return status_of(faults);
}

static unsigned warn_about_pack(const struct pack *pack, const char *path, int32_t today)
{
    const bool lacks = load_lacks_cases(path);
    if (lacks)
        printf("  警告：" PACK_CASES " 中没有案例，提交时会被拒绝 / warning: no case in " PACK_CASES
               ": the pack will be refused when it is submitted\n");
    return warn_end(pack, today) + lacks;
}

static int check_pack(const char *path, const char *province_path)
{
    static struct lock_reach reach[LOCKS_MAX];
    struct province *province = NULL;
    struct pack *pack = NULL;
    const int32_t today = date_of_time(clock_wall_ms());
    unsigned faults = province_path ? load_province(province_path, &province) : 0;
    faults += load_pack(path, &pack);
    if (province)
        faults += load_held(path, pack, province, reach);
    if (faults) {
        printf("%s: %u 处错误 / %u faults\n", path, faults, faults);
    } else {
        print_summary(pack, path, today);
        unsigned warnings = warn_about_pack(pack, path, today);
        if (province)
            warnings += province_print_reach(province, reach);
        if (province)
            province_print_freeze(province, today);
        print_warnings(pack, path, warnings);
    }
    pack_free(pack);
    province_free(province);
    return status_of(faults);
}

int command_check(int argc, char *argv[])
{
    static const struct option options[] = {{"province", required_argument, NULL, 'p'}, {0}};
    const char *province = NULL;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option != 'p')
            return STATUS_USAGE;
        province = optarg;
    }
    if (argc - optind != 1)
        return STATUS_USAGE;
    const char *path = argv[optind];
    return !province && load_is_province(path) ? check_province(path) : check_pack(path, province);
}
