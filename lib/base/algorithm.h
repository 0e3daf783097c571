/* The algorithms that a ledger may be signed with, by number and by name: in the configuration, on
 * the wire and in what people read. Pure. */
#ifndef BASE_ALGORITHM_H
#define BASE_ALGORITHM_H

#include <stdbool.h>

#include "base/check.h"

/* Stored; never reuse a number. */
enum key_algorithm { KEY_ED25519 = 1, KEY_SM2 = 2 };

/* By number, from KEY_ED25519 on; NULL behind the last one. */
extern const char *const key_algorithms[];

/* "ed25519", "sm2"; NULL for anything else, and false. */
const char *key_algorithm_name(enum key_algorithm algorithm);
bool key_algorithm_parse(const char *name, enum key_algorithm *algorithm) MUST_CHECK;

#endif
