/* The hash that catalogue_csv.c builds the table with and catalogue.c looks it up with: eight bytes
 * a step and the last eight as they lie, because a bill's lines are looked up one by one. The codes
 * are the bureau's own, so nobody can choose them to collide. */
#ifndef POLICY_CATALOGUE_HASH_H
#define POLICY_CATALOGUE_HASH_H

#include <stdint.h>
#include <string.h>

static inline uint64_t catalogue_word(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

static inline uint32_t catalogue_hash(const char *code, size_t size)
{
    uint64_t hash = size;
    const char *end = code + size;
    if (size < 8) { /* no item has so short a code */
        for (; code < end; code++)
            hash = hash << 8 ^ (unsigned char)*code;
    } else {
        for (; end - code > 8; code += 8)
            hash = (hash ^ catalogue_word(code)) * UINT64_C(0xA0761D6478BD642F) ^ hash >> 32;
        hash ^= catalogue_word(end - 8);
    }
    hash *= UINT64_C(0xE7037ED1A0B428DB);
    return (uint32_t)(hash ^ hash >> 32);
}

#endif
