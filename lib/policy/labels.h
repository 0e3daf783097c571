/* What an answer says of a pack's ids, packed when the pack is compiled: it is the same in every
 * answer, and measuring and packing it again took longer than all other fields. */
#ifndef POLICY_LABELS_H
#define POLICY_LABELS_H

#include "model/reply.h"
#include "policy/policy.h"

#define POLICY_CODES_MAX ARRAY_LEN(((struct policy_identity *)NULL)->codes)
/* Layers, the scopes of their accumulators, the account, the relatives' and the hospital. */
#define POLICY_NAMES_MAX (2 * POLICY_LAYERS_MAX + 3)

/* An id's number among the pack's names, and its packed label. Two layers may give one scope two
 * labels; an answer takes one. */
struct policy_name {
    uint8_t number;
    struct slice label;
};

struct policy_labels {
    const struct reply_id *clause_ids;        /* by clause */
    const struct slice *clauses;              /* labels by clause; empty for 0 */
    const char *layer_ids[POLICY_LAYERS_MAX]; /* those of the layers: close together */
    struct policy_name layers[POLICY_LAYERS_MAX], scopes[POLICY_LAYERS_MAX], account, family,
        hospital;
    struct slice ceilings[CEILINGS_MAX];
    /* "place/filed", as the values of the dimensions */
    struct slice situations[POLICY_DIMENSIONS_MAX][DIMENSION_VALUES_MAX];
    struct slice packages[POLICY_PACKAGES_MAX], allowances[POLICY_ALLOWANCES_MAX];
    struct slice med_types[POLICY_MED_TYPES_MAX]; /* "med_type:21" */
    /* "psn_idet_type:1", as the codes of the identities */
    struct slice identities[POLICY_IDENTITIES_MAX][POLICY_CODES_MAX];
};

/* The layer with that id, best found by the pack's own pointer; -1 when there is none. */
int policy_labels_layer(const struct policy *policy, const char *id);
/* Empty when there is none. */
struct slice policy_labels_med_type(const struct policy *policy, const char *med_type);
struct slice policy_labels_identity(const struct policy *policy, const char *psn_idet_type);
/* A package's or an allowance's. */
struct slice policy_labels_benefit(const struct policy *policy, const char *id);
struct slice policy_labels_situation(const struct policy *policy, const char *id);
struct slice policy_labels_ceiling(const struct policy *policy, const char *id);

#endif
