/* What the files that compile a pack share: the policy under construction, its arena and the reads
 * that resolve names. Internal to lib/policy; one thread compiles a pack. */
#ifndef POLICY_COMPILE_H
#define POLICY_COMPILE_H

#include "base/arena.h"
#include "base/yaml.h"
#include "policy/catalogue.h"
#include "policy/policy.h"

#define NAME_MAX_BYTES 15 /* grades, classes, kinds, identities, scopes */
#define ID_MAX_BYTES 31   /* clauses and layers */
#define TITLE_MAX_BYTES 150
#define CLAUSE_TEXT_MAX 1000

_Static_assert(2 * NAME_MAX_BYTES + 1 <= ACCUM_SCOPE, "scope/grade fits an accumulator's scope");

struct compile {
    struct arena *arena;
    struct policy *policy;
    bool out_of_memory;         /* latched */
    const struct policy *first; /* the pack's version read first, with which all agree; or NULL */
    const char *first_file;
    int effective_line; /* where the document says from when it holds; 0 */
};

/* Zeroed memory of the pack; NULL latches out_of_memory. */
void *compile_alloc(struct compile *c, size_t size) MUST_CHECK;
/* A copy in the pack's arena; "" when memory is gone. */
const char *compile_copy(struct compile *c, const char *text);

/* Lower-case words joined by '_' (names), or letters, digits, '-' and '_' (ids); copies. */
bool compile_name(struct compile *c, const struct yaml_node *node, const char **out);
bool compile_id(struct compile *c, const struct yaml_node *node, const char **out);
bool compile_title(struct compile *c, const struct yaml_node *node, const char **out);
/* A code of `min` to `max` digits. Borrows from the document. */
bool compile_digits(const struct yaml_node *node, size_t min, size_t max, const char **out);

/* The index of a name among `count` names that the pack defined. */
bool compile_index(const struct yaml_node *node, const char *const names[], size_t count,
                   size_t *index);
/* A mapping's key as a name; copies. */
bool compile_key(struct compile *c, const struct yaml_node *map, size_t i, const char **out);
/* A list of names, at least one, none twice, as a mask; of one of the pack's vocabularies below. */
bool compile_mask(const struct yaml_node *node, const char *const names[], size_t count,
                  uint32_t *mask);
bool compile_insutype_mask(const struct compile *c, const struct yaml_node *node, uint32_t *mask);
bool compile_class_mask(const struct compile *c, const struct yaml_node *node, uint32_t *mask);
bool compile_identity_mask(const struct compile *c, const struct yaml_node *node, uint32_t *mask);
bool compile_kind_mask(const struct compile *c, const struct yaml_node *node, uint32_t *mask);
bool compile_grade_mask(const struct compile *c, const struct yaml_node *node, uint32_t *mask);

/* from and to, years, inclusive, either optional. */
bool compile_ages(const struct yaml_node *node, int16_t *min, int16_t *max);
/* `in`: of each dimension named, the values asked for; absent: any situation. */
void compile_in(const struct compile *c, const struct yaml_node *node, struct situation_set *in);
/* The same of a rule of that layer, which must be able to meet them. */
void compile_layer_in(const struct compile *c, const struct yaml_node *node,
                      const struct layer *layer, struct situation_set *in);

/* The clause that the key "clause" of `map` names; 0 when it is absent or wrong (reported, as is
 * absence when needed). */
uint16_t compile_clause(const struct compile *c, const struct yaml_node *map, bool needed);
uint16_t compile_clause_of(const struct compile *c, const struct yaml_node *node);

/* The version of the language, one that these files read, into the policy. */
void compile_language(struct compile *c, const struct yaml_node *root);

/* Parts of policy.yaml, in this order: later parts refer to earlier ones. */
void compile_clauses(struct compile *c, const struct yaml_node *node);
void compile_people(struct compile *c, const struct yaml_node *root);
void compile_care(struct compile *c, const struct yaml_node *root);
void compile_titles(struct compile *c, const struct yaml_node *node);
void compile_situations(struct compile *c, const struct yaml_node *root);
void compile_matcher(struct compile *c, const struct yaml_node *node, struct matcher *matcher);
void compile_rounding(struct compile *c, const struct yaml_node *node);
void compile_account(struct compile *c, const struct yaml_node *node);
void compile_item_tags(struct compile *c, const struct yaml_node *node);
/* The bit of a list of codes, equal ones share it; 0 when it is absent or cannot be read. */
uint32_t compile_item_list(struct compile *c, const struct yaml_node *node);
void compile_lines(struct compile *c, const struct yaml_node *node);
/* A list of parts of the fee, none twice, into `parts`; how many. */
uint8_t compile_parts(const struct yaml_node *node, uint8_t parts[FEE_PARTS]);
void compile_ceilings(struct compile *c, const struct yaml_node *node);
void compile_layers(struct compile *c, const struct yaml_node *node);
void compile_base(struct compile *c, const struct yaml_node *node, struct layer *layer);
/* Instead of base and ratio. */
void compile_guarantee(struct compile *c, const struct yaml_node *node,
                       const struct yaml_node *layer_node, struct layer *layer);
void compile_scope(struct compile *c, const struct yaml_node *node, struct layer *layer);
/* any and none of `map`: at least one of them. */
void compile_line_scope(struct compile *c, const struct yaml_node *map, struct line_scope *scope);
void compile_deductible(struct compile *c, const struct yaml_node *node, struct layer *layer);
void compile_ratios(struct compile *c, const struct yaml_node *node, struct layer *layer);
void compile_caps(struct compile *c, const struct yaml_node *node, struct layer *layer);
void compile_adjusts(struct compile *c, const struct yaml_node *node, struct layer *layer);

void compile_packages(struct compile *c, const struct yaml_node *node);
void compile_allowances(struct compile *c, const struct yaml_node *node);
/* The id of a package or an allowance, which is no layer's and no other's. */
bool compile_benefit_id(struct compile *c, const struct yaml_node *node, const char **id);

/* c->policy->labels, from all that was compiled before. */
void compile_labels(struct compile *c);

/* Whether policy.yaml may have that key. */
bool compile_policy_key(const char *key);
/* The whole of policy.yaml; what is wrong is in the document's faults. */
void compile_policy(struct compile *c, const struct yaml_node *root);

#endif
