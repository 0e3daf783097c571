/* A prepared world on disk, and what a run reads back of it. */
#ifndef REPLAY_WORLD_H
#define REPLAY_WORLD_H

#include "population.h"
#include "region.h"

struct world_plan {
    const char *dir, *base; /* the folder to make; the region's folder to grow */
    uint64_t seed;
    uint32_t members, institutions, items;
};

/* Makes everything; an existing world.json there is refused. False: stderr says why. */
bool world_prepare(const struct world_plan *plan);

struct world {
    char dir[1024];
    char code[ID_ADMDVS + 1]; /* the region's */
    uint64_t seed;
    struct region region;
    struct population population;
};

/* NULL: stderr says why. world_close(). */
struct world *world_open(const char *dir);
void world_close(struct world *world);

#endif
