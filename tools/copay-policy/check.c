/* Loads packs for both commands and prints the summary of a sound one. */
#include "check.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "base/yaml.h"

static bool has_file(const char *dir, const char *name)
{
    char path[PATH_MAX];
    struct stat st;
    int size = snprintf(path, sizeof path, "%s/%s", dir, name);
    return size > 0 && (size_t)size < sizeof path && stat(path, &st) == 0;
}

/* A region's folder, or the versions of a policy whose cases state their lines. */
static enum err load_folder(const char *path, struct pack **out, struct faults *faults)
{
    uint8_t *bundle;
    size_t size;
    bool tables = has_file(path, "catalogue.csv") || has_file(path, "institutions.csv");
    enum err err = tables ? pack_bundle(path, &bundle, &size, faults)
                          : pack_bundle_versions(path, &bundle, &size, faults);
    if (err != ERR_OK)
        return err;
    const struct slice bytes = {bundle, size};
    err = tables ? pack_compile(bytes, out, faults) : pack_compile_versions(bytes, out, faults);
    free(bundle);
    return err;
}

static enum err load_file(const char *path, struct pack **out, struct faults *faults)
{
    uint8_t *text;
    size_t size;
    enum err err = file_read(path, YAML_TEXT_MAX, &text, &size);
    if (err != ERR_OK)
        return err;
    err = pack_compile_policy(path, (struct slice){text, size}, out, faults);
    free(text);
    return err;
}

unsigned check_load(const char *path, struct pack **out)
{
    static struct faults faults;
    struct stat st;
    faults.count = faults.more = 0;
    *out = NULL;
    bool folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    enum err err = folder ? load_folder(path, out, &faults) : load_file(path, out, &faults);
    if (err != ERR_OK && faults.count == 0)
        faults_add(&faults, path, 0, NULL, "无法读取：%s", "cannot be read: %s", err_text(err));
    faults_report(&faults, stdout);
    return faults.count + faults.more;
}

static void print_layer(const struct layer *layer)
{
    printf("  %s（%s） 起付 %u 行，比例 %u 行，限额 %u 行，倾斜 %u 行%s\n", layer->name_zh,
           layer->id, layer->deductible_count, layer->ratio_count, layer->cap_count,
           layer->tilt_count, layer->cumulative ? "，按年累计" : "");
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

static void print_summary(const struct pack *pack, const char *path, int32_t today)
{
    struct hash digest = pack_digest(pack);
    char text[HASH_TEXT];
    printf("%s：统筹区 %s，目录 %u 条，摘要 %.16s\n", path, pack_region(pack),
           catalogue_count(pack_catalogue(pack)), hash_format(&digest, text));
    for (uint8_t i = 0; i < pack_version_count(pack); i++)
        print_version(pack_version(pack, i));
    if (!pack_policy(pack, today))
        printf("  今天没有生效的规则 no rules are in force today\n");
}

unsigned check_pack(const char *path)
{
    struct pack *pack;
    unsigned faults = check_load(path, &pack);
    if (faults) {
        printf("%s: %u 处错误 / %u faults\n", path, faults, faults);
    } else {
        print_summary(pack, path, date_of_time(clock_wall_ms()));
        pack_free(pack);
    }
    return faults;
}
