/* One table, for those who configure, carry and use keys. Any thread. */
#include "base/algorithm.h"

#include <string.h>

const char *const key_algorithms[] = {"ed25519", "sm2", NULL};

const char *key_algorithm_name(enum key_algorithm algorithm)
{
    return algorithm == KEY_ED25519 || algorithm == KEY_SM2
               ? key_algorithms[algorithm - KEY_ED25519]
               : NULL;
}

bool key_algorithm_parse(const char *name, enum key_algorithm *algorithm)
{
    for (int i = 0; key_algorithms[i]; i++) {
        if (strcmp(key_algorithms[i], name) == 0) {
            *algorithm = (enum key_algorithm)(KEY_ED25519 + i);
            return true;
        }
    }
    return false;
}
