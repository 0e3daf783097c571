/* A strict reader of the YAML that people write for us: policy packs, the daemon's configuration,
 * cases. JSON texts are YAML and read the same way.
 *
 * libfyaml scans; the tree is ours, so that every node knows its file, line and key path and a
 * hostile text stays inside the bounds below. Anchors, aliases, tags, directives, several documents
 * and duplicate keys are refused. Scalars stay texts until a typed read asks: nothing guesses that
 * "11" is a number or that 1200.00 is binary floating point.
 *
 * Every read adds what it finds wrong to the collector given to yaml_parse() and returns false, and
 * takes a NULL node as already reported; so callers run a straight line and look once at the
 * collector. One thread at a time per document. */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/fault.h"

#define YAML_TEXT_MAX (1024 * 1024) /* bytes; the largest real pack is far under 100 KiB */
#define YAML_NODES_MAX 100000
#define YAML_DEPTH_MAX 16

struct yaml;      /* a document; borrows nothing after yaml_parse() but `faults` */
struct yaml_node; /* mapping, sequence or scalar; lives as long as its document */

/* `file` names the text in faults. ERR_INVALID: not one well-formed document, or one with anchors,
 * aliases, tags, keys that occur twice or hold control characters (in faults); ERR_LIMIT: over a
 * bound (in faults too); ERR_NOMEM. *out is the caller's: yaml_free(). With ERR_INVALID it is what
 * could be read, for those who look for more that is wrong, or NULL; with other errors NULL. */
enum err yaml_parse(const char *file, struct slice text, struct faults *faults,
                    struct yaml **out) MUST_CHECK;
void yaml_free(struct yaml *yaml);
const struct yaml_node *yaml_root(const struct yaml *yaml);

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };
enum yaml_kind yaml_kind(const struct yaml_node *node);
int yaml_line(const struct yaml_node *node);
/* Adds a fault at the node; formats as in faults_add(). */
void yaml_fault(const struct yaml_node *node, const char *zh, const char *en, ...) PRINTF_LIKE(2, 4)
    PRINTF_LIKE(3, 4);
/* The same of what can be used all the same (faults_object()). */
void yaml_object(const struct yaml_node *node, const char *zh, const char *en, ...)
    PRINTF_LIKE(2, 4) PRINTF_LIKE(3, 4);

/* The node is a mapping whose keys are all among `keys` (NULL-terminated), or a fault for each that
 * is not. keys NULL: any keys. */
bool yaml_map(const struct yaml_node *node, const char *const keys[]);
/* The same, but a key too many, a fault too, does not make it false: its siblings can be read. */
bool yaml_mapping(const struct yaml_node *node, const char *const keys[]);
/* Tells whoever watches a document which keys its reader takes: called for each mapping that is
 * read with yaml_map() or yaml_mapping(), as often as it is; keys as there. */
typedef void yaml_watcher(void *context, const struct yaml_node *map, const char *const keys[]);
void yaml_watch(struct yaml *yaml, yaml_watcher *watcher, void *context);
/* A mapping's value, NULL when absent or when the node is no mapping; need: absence is a fault. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
const struct yaml_node *yaml_need(const struct yaml_node *map, const char *key);
/* The node is a sequence of at least `min` and at most `max` items. */
bool yaml_seq(const struct yaml_node *node, size_t min, size_t max);
/* Items of a sequence, or pairs of a mapping in the order of the text; 0 of a scalar or NULL. */
size_t yaml_count(const struct yaml_node *node);
const struct yaml_node *yaml_item(const struct yaml_node *node, size_t i);
const char *yaml_key(const struct yaml_node *map, size_t i); /* of the i-th pair */

/* Typed reads of a scalar; *out is untouched on failure. Texts borrow from the document and hold at
 * most `max` bytes; an empty one is a fault, one that is not printable (utf8_printable()) meets an
 * objection and is given out. */
bool yaml_text(const struct yaml_node *node, size_t max, const char **out);
bool yaml_integer(const struct yaml_node *node, int64_t min, int64_t max, int64_t *out);
/* Exact decimals: 1200.00 into fen, not negative; 0.85 into 8500, from 0 to 1. */
bool yaml_yuan(const struct yaml_node *node, int64_t *fen);
bool yaml_ratio(const struct yaml_node *node, int32_t *ratio);
bool yaml_bool(const struct yaml_node *node, bool *out); /* true or false, nothing else */
bool yaml_date(const struct yaml_node *node, int32_t *date);
/* The index of the scalar among `names` (NULL-terminated). */
bool yaml_name(const struct yaml_node *node, const char *const names[], int *index);
/* What could stand there, for a fault: "a, b, c", whole names, with "…" in place of those that do
 * not fit. At most `count`, or up to a NULL. */
#define YAML_NAMES_TEXT 288
void yaml_list_names(const char *const names[], size_t count, char out[YAML_NAMES_TEXT]);

/* The texts of a fault about a key that is none of `keys`, which they list. */
#define YAML_UNKNOWN_TEXT (YAML_NAMES_TEXT + 120)
void yaml_unknown(const char *key, const char *const keys[], char zh[YAML_UNKNOWN_TEXT],
                  char en[YAML_UNKNOWN_TEXT]);

/* Values whatever their type (yaml_value.c); none of these adds a fault. */
/* A scalar's text, also an empty one; NULL for anything else. */
const char *yaml_scalar(const struct yaml_node *node);
/* The same keys with the same values, in any order, and the same items in the same order; of
 * decimals 0.7 is 0.70. */
bool yaml_same(const struct yaml_node *a, const struct yaml_node *b);
/* Writes the value in one line, "[0.70, {upto: 3}]", cut at a character, with control characters
 * escaped (utf8_show()); "" for NULL. */
void yaml_show(const struct yaml_node *node, char *out, size_t size);

#endif
