/* What the files that compile audit.yaml share. Internal to lib/policy. */
#ifndef POLICY_COMPILE_AUDIT_H
#define POLICY_COMPILE_AUDIT_H

#include "policy/audit_rules.h"
#include "policy/compile_codes.h"
#include "policy/pack.h"
#include "policy/versions.h"

/* The rules under construction. */
struct audit_draft {
    struct compile c; /* its policy: a copy of the first version with the clauses of audit.yaml */
    struct audit_rules *out;
    struct audit_rule *rules;
    struct audit_slot *slots;
    const struct versions *versions; /* what they must have where a rule lays lines on hospitals */
};

/* audit_yaml.c: reads audit.yaml in the vocabulary of the pack's versions, one at least. What is
 * wrong is in faults; the return value is ERR_NOMEM or ERR_OK. NULL in *out: it could not be read.
 */
enum err audit_compile(struct slice text, const struct versions *versions, struct arena *arena,
                       struct faults *faults, struct audit_rules **out) MUST_CHECK;

/* audit_kind_yaml.c: what a rule is about, and the key that says so, exactly one of them. */
void audit_read_kind(struct audit_draft *draft, const struct yaml_node *node,
                     struct audit_rule *rule);
extern const char *const audit_kind_keys[]; /* by enum audit_kind; ends with NULL */

/* audit_where_yaml.c: conditions of claims; of lines too, where hosp_appr is one of them. */
void audit_read_where(struct audit_draft *draft, const struct yaml_node *node, bool of_line,
                      struct audit_where *where);
/* A new slot of the rule; AUDIT_NO_SLOT: there is no room. */
uint16_t audit_read_items(struct audit_draft *draft, const struct yaml_node *node, uint16_t rule,
                          bool with);

/* audit_index.c: the slots of each entry of a catalogue, whose entries are all there. ERR_NOMEM. */
enum err audit_index(struct audit_rules *rules, const struct catalogue *catalogue,
                     struct arena *arena, struct faults *faults) MUST_CHECK;

#endif
