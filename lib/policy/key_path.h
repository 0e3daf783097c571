/* Places in a document of the policy language, as a province's locks name them. Internal to
 * lib/policy.
 *
 * A path is keys joined by dots. A key whose value is a list is followed by [] for every item, or
 * by [key=value, ...] for those that may be meant: an item is left out when it states the key with
 * another value, and stays in when it does not state it, for then it holds for every value; where
 * it states a list, one equal member is enough. One that states the value under not_<key> is left
 * out too. So
 * layers[layer=inpatient].ratio.table[grades=level3] names each row that some care at level3 may
 * come to. */
#ifndef POLICY_KEY_PATH_H
#define POLICY_KEY_PATH_H

#include "base/arena.h"
#include "base/yaml.h"

#define KEY_PATH_MAX 120 /* bytes; a fault's key holds it */
#define KEY_STEPS_MAX 8
#define KEY_CONDITIONS_MAX 4

struct key_condition {
    const char *key, *value; /* the key may be keys joined by dots */
};

struct key_step {
    const char *key;
    bool items; /* of the list under the key */
    uint8_t condition_count;
    struct key_condition conditions[KEY_CONDITIONS_MAX];
};

struct key_path {
    uint8_t count;
    struct key_step steps[KEY_STEPS_MAX];
};

/* The scalar as a path; copies into the arena. Otherwise false with a fault; *no_memory latches. */
bool key_path_read(const struct yaml_node *node, struct arena *arena, struct key_path *out,
                   bool *no_memory);

/* Called for each place that the path names below `root`; where a key or every item is missing,
 * `node` is NULL and `near` what lacks it, and `place` says whether that is the last key alone. */
typedef void key_path_visit(void *context, const struct yaml_node *node,
                            const struct yaml_node *near, bool place);
void key_path_walk(const struct key_path *path, const struct yaml_node *root, key_path_visit *visit,
                   void *context);

#endif
