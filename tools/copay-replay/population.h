/* The invented insured: who the i-th member is follows from the seed and i alone, so that a run
 * knows everyone without reading ten million rows. */
#ifndef REPLAY_POPULATION_H
#define REPLAY_POPULATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"
#include "policy/policy.h"

#define MEMBER_PSN_NO 20
#define COUNTIES_MAX 256

struct population {
    uint64_t seed;
    uint32_t count;
    const struct policy *policy; /* borrowed: which insutypes, classes and identities there are */
    uint32_t county_count;
    char counties[COUNTIES_MAX][ID_ADMDVS + 1];
};

struct member {
    uint16_t insutype;
    const char *psn_type;
    uint8_t gend;
    bool dead, paused; /* in arrears: the pool is closed */
    int32_t brdy, since;
    const char *county;
    const char *psn_idet_type; /* NULL: none */
    int64_t balc;              /* fen; 310 only */
};

void population_psn_no(uint32_t index, char out[MEMBER_PSN_NO + 1]);
void population_member(const struct population *population, uint32_t index, struct member *member);

/* Writes dir/members.csv, insurances.csv and identities.csv in the form that `copayctl import
 * members` reads. False: stderr says why. */
bool population_write(const struct population *population, const char *dir);

#endif
