/* A code as the table keeps it, and its hash: catalogue_csv.c builds the table with them and
 * catalogue.c looks it up. Whole words with NULs behind the text, because a bill's lines are looked
 * up one by one: neither hash nor comparison goes by the byte. The codes are the bureau's own, so
 * nobody can choose them to collide. */
#ifndef POLICY_CATALOGUE_HASH_H
#define POLICY_CATALOGUE_HASH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "policy/catalogue.h"

struct catalogue_code {
    char text[CATALOGUE_CODE]; /* NULs to the end */
    uint32_t hash;
};

static inline uint64_t catalogue_mixed(uint64_t hash, const char *text, size_t size)
{
    uint64_t word = 0;
    memcpy(&word, text, size);
    hash = (hash ^ word) * UINT64_C(0xA0761D6478BD642F);
    return hash ^ hash >> 32;
}

/* False: too long for any code. */
static inline bool catalogue_code(const char *text, struct catalogue_code *code)
{
    size_t size = strlen(text);
    if (size >= CATALOGUE_CODE)
        return false;
    memset(code->text, 0, CATALOGUE_CODE);
    memcpy(code->text, text, size);
    uint64_t hash = catalogue_mixed(0, code->text, 8);
    hash = catalogue_mixed(hash, code->text + 8, 8);
    hash = catalogue_mixed(hash, code->text + 16, 8);
    code->hash = (uint32_t)catalogue_mixed(hash, code->text + 24, CATALOGUE_CODE - 24);
    return true;
}

static inline bool catalogue_same(const char *a, const char *b)
{
    return memcmp(a, b, CATALOGUE_CODE) == 0;
}

#endif
