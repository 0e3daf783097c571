/* A region's folder: read for its policy, items and institutions, and written anew with as many
 * items and institutions as asked, each a copy of one of the base's under another name. */
#ifndef REPLAY_REGION_H
#define REPLAY_REGION_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/pack.h"

struct item {
    char med_list_codg[31];
    bool limited; /* limited use: the hospital's flag decides */
};

/* Kinds of care, as masks of the policy's. */
struct place {
    char fixmedins_code[ID_FIXMEDINS + 1];
    uint32_t kinds;
    char admdvs[ID_ADMDVS + 1];
};

struct region {
    struct pack *pack; /* the policy alone */
    const struct policy *policy;
    uint32_t item_count, place_count;
    struct item *items;   /* in force today */
    struct place *places; /* in force today */
};

/* stderr says what is wrong. */
bool region_read(const char *dir, struct region *region);
void region_free(struct region *region);

/* Copies base's policy to dir and grows its tables to `items` and `places` rows; a table that is
 * larger already is kept whole. */
bool region_write(const char *base, const char *dir, uint64_t seed, uint32_t items,
                  uint32_t places);

#endif
