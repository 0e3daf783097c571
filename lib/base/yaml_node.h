/* The tree behind yaml.h, shared by yaml.c (builds and walks it) and yaml_read.c (typed reads). */
#ifndef BASE_YAML_NODE_H
#define BASE_YAML_NODE_H

#include "base/arena.h"
#include "base/yaml.h"

struct yaml {
    const char *file; /* copy in the arena */
    struct arena *arena;
    struct faults *faults; /* the caller's */
    struct yaml_node *root;
    yaml_watcher *watcher; /* NULL: nobody watches */
    void *watching;        /* its context */
};

struct yaml_node {
    struct yaml *yaml;
    struct yaml_node *parent;
    struct yaml_node *next; /* sibling, in order of the text */
    const char *key;        /* in a mapping */
    uint32_t index;         /* in a sequence */
    int line;
    enum yaml_kind kind;
    bool plain;       /* scalar without quotes */
    bool refused;     /* an alias, and told: nothing more is said of it */
    const char *text; /* scalar */
    struct yaml_node *first, *last;
    const struct yaml_node **items; /* the children again, as an array */
    uint32_t count;
};

/* yaml_hint.c: more words for a fault, "" when there is nothing to say; they follow what it says.
 */
struct yaml_hint {
    char zh[80], en[80];
};
/* Of the first full-width character outside quotes that should be ASCII; false: there is none. */
bool yaml_hint_wide(const char *text, size_t size, struct yaml_hint *hint);
/* The same of a line of YAML: comments do not count, nor does the punctuation of a Chinese text. */
bool yaml_hint_line(const char *text, size_t size, struct yaml_hint *hint);
/* Of a key that is none of `keys`. */
void yaml_hint_key(const char *key, const char *const keys[], struct yaml_hint *hint);
/* What libfyaml says, in Chinese where that is known. */
const char *yaml_hint_syntax(const char *message);

#endif
