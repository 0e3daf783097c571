/* One lock as it was compiled. Internal to lib/policy. */
#ifndef POLICY_LOCK_H
#define POLICY_LOCK_H

#include "base/yaml.h"
#include "policy/key_path.h"

/* Bounds are decimals times 10^6: finer than any figure of the language. */
#define LOCK_SCALE 6
#define LOCK_BOUND_MAX INT64_C(1000000000000000000)

struct lock {
    const char *key; /* as written */
    int line;        /* of it */
    struct key_path path;
    int32_t begndate, enddate;
    uint16_t clause;
    bool optional, unset; /* the key may be absent; it must be */
    const struct yaml_node *is;
    const char *min, *max; /* as written; NULL: no bound */
    int64_t min_value, max_value;
};

#endif
