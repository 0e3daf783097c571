/* Members from a seed. Shares follow a Hunan prefecture's in the round: one in three is an employee
 * or retired, every fifth a pupil or student, some four in a hundred live on minimum income. */
#include "population.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "random.h"

/* Everybody is born before this day, whatever day it is now: one seed, one population. */
#define CENSUS_YEAR 2025
#define WRITE_BUFFER (1 << 20)

static const struct group {
    uint16_t insutype;
    const char *psn_type;
    uint8_t age_min, age_max, share; /* of 100 */
} groups[] = {{310, "1101", 20, 59, 23},
              {310, "1201", 60, 95, 9},
              {390, "1403", 1, 18, 20},
              {390, "1501", 19, 59, 34},
              {390, "1601", 60, 98, 14}};

static const char *const surnames[] = {"陈", "李", "周", "王", "何", "曹", "谢", "黄", "刘", "唐",
                                       "邓", "雷", "欧", "廖", "段", "侯", "骆", "邝", "首", "肖"};
static const char *const given[] = {"立", "桂", "福", "淑", "善", "志", "雨", "建", "小", "文",
                                    "国", "秀", "海", "春", "明", "玉", "永", "晓", "新", "香",
                                    "生", "珍", "远", "桐", "华", "兰", "军", "平", "芳", "林"};

void population_psn_no(uint32_t index, char out[MEMBER_PSN_NO + 1])
{
    snprintf(out, MEMBER_PSN_NO + 1, "43100099%012" PRIu32, index + 1);
}

static const struct group *choose_group(const struct population *p, struct random *r)
{
    const struct group *known = NULL;
    uint32_t at = (uint32_t)random_below(r, 100);
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        const struct group *g = &groups[i];
        if (policy_class(p->policy, g->insutype, g->psn_type) >= 0)
            known = g;
        if (at < g->share && known)
            return known;
        at = at < g->share ? 0 : at - g->share;
    }
    return known ? known : &groups[0];
}

/* The best-ranked identities are rare, the last one is minimum income. */
static const char *choose_identity(const struct population *p, struct random *r)
{
    uint32_t at = (uint32_t)random_below(r, 1000);
    for (uint32_t i = p->policy->identity_count; i > 0; i--) {
        const struct policy_identity *identity = &p->policy->identities[i - 1];
        uint32_t share = i == p->policy->identity_count ? 36 : 6;
        if (at < share)
            return identity->code_count ? identity->codes[0] : NULL;
        at -= share;
    }
    return NULL;
}

void population_member(const struct population *population, uint32_t index, struct member *member)
{
    struct random r = random_on(population->seed, index);
    const struct group *group = choose_group(population, &r);
    uint32_t age =
        group->age_min + (uint32_t)random_below(&r, (uint64_t)group->age_max - group->age_min + 1);
    uint64_t state = random_below(&r, 1000);
    *member = (struct member){
        .insutype = group->insutype,
        .psn_type = group->psn_type,
        .gend = (uint8_t)(1 + random_below(&r, 2)),
        .dead = state < 2,
        .paused = state >= 2 && state < 7,
        .brdy = date_of(CENSUS_YEAR - (int)age - 1, 1, 1) + (int32_t)random_below(&r, 365),
        .since = date_of(2017, 1, 1) + (int32_t)random_below(&r, 2000),
        .county = population->counties[random_below(&r, population->county_count)],
        .psn_idet_type = choose_identity(population, &r),
    };
    if (member->since < member->brdy)
        member->since = member->brdy;
    if (member->insutype == 310)
        member->balc = (int64_t)random_below(&r, 800000);
}

struct tables {
    FILE *members, *insurances, *identities;
};

static void write_one(const struct population *p, uint32_t index, const struct tables *t)
{
    struct member m;
    char psn_no[MEMBER_PSN_NO + 1], born[DATE_TEXT], since[DATE_TEXT];
    struct random r = random_on(~p->seed, index);
    population_member(p, index, &m);
    population_psn_no(index, psn_no);
    date_format(m.brdy, born);
    date_format(m.since, since);
    /* Numbers of a district that does not exist (99....), so that nobody's real one is made. */
    fprintf(t->members, "%s,01,99%04" PRIu32 "%.4s%.2s%.2s%03" PRIu32 "0,%s%s%s,%u,01,%s,%s\n",
            psn_no, index / 1000 % 10000, born, born + 5, born + 8, index % 1000,
            surnames[random_below(&r, ARRAY_LEN(surnames))],
            given[random_below(&r, ARRAY_LEN(given))], given[random_below(&r, ARRAY_LEN(given))],
            m.gend, born, m.dead ? "2025-06-30" : "");
    fprintf(t->insurances, "%s,%u,%s,%d,%s,%s,%s,%s,,0,", psn_no, m.insutype, m.psn_type,
            m.paused ? 2 : 1, m.county, since, since, m.paused ? "2025-01-01" : "");
    if (m.insutype == 310)
        fprintf(t->insurances, "%" PRId64 ".%02" PRId64, m.balc / 100, m.balc % 100);
    fputc('\n', t->insurances);
    if (m.psn_idet_type)
        fprintf(t->identities, "%s,%s,,%s,2023-01-01,9999-12-31\n", psn_no, m.psn_idet_type,
                m.county);
}

static FILE *open_table(const char *dir, const char *name, const char *header)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    if (!file) {
        fprintf(stderr, "copay-replay: %s: %s\n", path, strerror(errno));
        return NULL;
    }
    setvbuf(file, NULL, _IOFBF, WRITE_BUFFER);
    fprintf(file, "%s\n", header);
    return file;
}

static bool close_table(FILE *file)
{
    bool written = file && !ferror(file);
    if (file && (fclose(file) != 0 || !written)) {
        fprintf(stderr, "copay-replay: the members cannot be written: %s\n", strerror(errno));
        return false;
    }
    return written;
}

bool population_write(const struct population *population, const char *dir)
{
    struct tables t = {
        open_table(dir, "members.csv",
                   "psn_no,psn_cert_type,certno,psn_name,gend,naty,brdy,death_date"),
        open_table(dir, "insurances.csv",
                   "psn_no,insutype,psn_type,psn_insu_stas,insuplc_admdvs,psn_insu_date,"
                   "pool_begndate,paus_insu_date,expi_date,cvlserv_flag,balc"),
        open_table(dir, "identities.csv",
                   "psn_no,psn_idet_type,psn_type_lv,admdvs,begntime,endtime")};
    if (t.members && t.insurances && t.identities)
        for (uint32_t i = 0; i < population->count; i++)
            write_one(population, i, &t);
    bool written = close_table(t.members);
    written = close_table(t.insurances) && written;
    return close_table(t.identities) && written;
}
