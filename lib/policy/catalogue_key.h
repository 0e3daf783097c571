/* A code as the catalogue's table compares and hashes it: four words, NULs behind the last
 * character. What catalogue_csv.c builds the table with and catalogue.c looks it up with. The codes
 * are the bureau's own, so nobody can choose them to collide. */
#ifndef POLICY_CATALOGUE_KEY_H
#define POLICY_CATALOGUE_KEY_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "policy/catalogue.h"

_Static_assert(CATALOGUE_CODE > 24 && CATALOGUE_CODE <= 32, "four words hold a code");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "a shift drops a word's first characters");

struct catalogue_key {
    uint64_t words[4];
    uint32_t hash;
};

static inline uint64_t catalogue_word(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

/* The `rest` last characters of a text of at least eight, NULs behind them. */
static inline uint64_t catalogue_tail(const char *end, size_t rest)
{
    return rest == 0 ? 0 : catalogue_word(end - 8) >> (64 - 8 * rest);
}

/* Both halves of the product: every bit of either word moves every bit of the hash. */
static inline uint64_t catalogue_mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* False: empty, which would be any free slot's code, or too long for one; *key is not set then. A
 * bill's lines are looked up one by one, so the words are read as they lie. */
static inline bool catalogue_key(const char *code, struct catalogue_key *key)
{
    size_t size = strlen(code);
    const char *end = code + size;
    uint64_t a = 0, b = 0, c = 0, d = 0;
    if (size == 0 || size >= CATALOGUE_CODE)
        return false;
    if (size >= 16) {
        a = catalogue_word(code);
        b = catalogue_word(code + 8);
        c = size < 24 ? catalogue_tail(end, size - 16) : catalogue_word(code + 16);
        d = size < 24 ? 0 : catalogue_tail(end, size - 24);
    } else if (size >= 8) {
        a = catalogue_word(code);
        b = catalogue_tail(end, size - 8);
    } else { /* no item has so short a code */
        memcpy(&a, code, size);
    }
    uint64_t hash =
        catalogue_mix(a ^ UINT64_C(0xA0761D6478BD642F), b ^ UINT64_C(0x8EBC6AF09C88C6E3)) ^
        catalogue_mix(c ^ UINT64_C(0xE7037ED1A0B428DB), d ^ UINT64_C(0x589965CC75374CC3));
    *key = (struct catalogue_key){{a, b, c, d}, (uint32_t)(hash ^ hash >> 32)};
    return true;
}

static inline bool catalogue_key_matches(const struct catalogue_key *key,
                                         const char code[CATALOGUE_CODE])
{
    uint32_t last;
    memcpy(&last, code + 24, sizeof last);
    return key->words[0] == catalogue_word(code) && key->words[1] == catalogue_word(code + 8) &&
           key->words[2] == catalogue_word(code + 16) && key->words[3] == last;
}

/* Where a code's path begins, and how it goes on. */
static inline uint32_t catalogue_home(const struct catalogue_key *key, uint32_t slot_count)
{
    return (uint32_t)((uint64_t)key->hash * slot_count >> 32);
}

static inline uint32_t catalogue_next(uint32_t slot, uint32_t slot_count)
{
    return slot + 1 < slot_count ? slot + 1 : 0;
}

#endif
