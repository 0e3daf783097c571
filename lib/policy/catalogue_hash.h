/* The hash that catalogue_csv.c builds the table with and catalogue.c looks it up with: FNV-1a. The
 * codes are the bureau's own, so nobody can choose them to collide. */
#ifndef POLICY_CATALOGUE_HASH_H
#define POLICY_CATALOGUE_HASH_H

#include <stdint.h>

static inline uint32_t catalogue_hash(const char *code)
{
    uint32_t h = UINT32_C(2166136261);
    for (; *code; code++)
        h = (h ^ (uint8_t)*code) * UINT32_C(16777619);
    return h;
}

#endif
