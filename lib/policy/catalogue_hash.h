/* The hash that catalogue_csv.c builds the table with and catalogue.c looks it up with: eight bytes
 * a step, because a bill's lines are looked up one by one and FNV takes a multiplication a byte.
 * The codes are the bureau's own, so nobody can choose them to collide. */
#ifndef POLICY_CATALOGUE_HASH_H
#define POLICY_CATALOGUE_HASH_H

#include <stdint.h>
#include <string.h>

static inline uint32_t catalogue_hash(const char *code)
{
    uint64_t h = 0, word;
    size_t left = strlen(code);
    for (; left >= sizeof word; code += sizeof word, left -= sizeof word) {
        memcpy(&word, code, sizeof word);
        h = (h ^ word) * UINT64_C(0xA0761D6478BD642F);
        h ^= h >> 32;
    }
    word = 0;
    memcpy(&word, code, left);
    h = (h ^ word) * UINT64_C(0xE7037ED1A0B428DB);
    return (uint32_t)(h ^ h >> 32);
}

#endif
