/* Labels are taken from the pack and never stored: a later pack may word a clause better. */
#include "settle/labels.h"

#include <string.h>

#include "policy/labels.h"
#include "wire/names.h"

/* An answer's labels as they gather; `list` NULL: no memory, no labels. */
struct labels {
    const struct policy *policy;
    const char *layer; /* the last one: a layer's rows and steps stand together */
    uint64_t names;    /* those said, by their numbers */
    uint64_t clauses[POLICY_CLAUSES_MAX / 64 + 1];
    uint32_t count;
    struct slice *list;
};

static struct labels labels_begin(const struct policy *policy, struct arena *arena)
{
    return (struct labels){
        .policy = policy,
        .layer = "",
        .list = arena_alloc_raw(arena, REPLY_LABELS_MAX * sizeof(struct slice)),
    };
}

static void labels_end(const struct labels *labels, struct settle_answer *answer)
{
    answer->label_count = labels->count;
    answer->labels = labels->list;
}

static void add(struct labels *labels, struct slice label)
{
    if (label.size > 0 && labels->list && labels->count < REPLY_LABELS_MAX)
        labels->list[labels->count++] = label;
}

static inline void add_clause(struct labels *labels, uint16_t clause)
{
    CHECK(clause < labels->policy->clause_count);
    uint64_t *said = &labels->clauses[clause / 64], bit = UINT64_C(1) << clause % 64;
    if (*said & bit)
        return;
    *said |= bit;
    add(labels, labels->policy->labels->clauses[clause]);
}

static void add_name(struct labels *labels, const struct policy_name *name)
{
    uint64_t bit = UINT64_C(1) << name->number;
    if (labels->names & bit || name->label.size == 0)
        return;
    labels->names |= bit;
    add(labels, name->label);
}

/* With the scope of its accumulators; a situation stands in a layer's place, once. */
static void add_layer(struct labels *labels, const char *id)
{
    const struct policy_labels *own = labels->policy->labels;
    if (id == labels->layer || !id[0])
        return;
    labels->layer = id;
    int layer = policy_labels_layer(labels->policy, id);
    if (layer >= 0) {
        add_name(labels, &own->layers[layer]);
        add_name(labels, &own->scopes[layer]);
    } else if (strcmp(id, "account") == 0) {
        add_name(labels, &own->account);
    } else if (strcmp(id, "family") == 0) {
        add_name(labels, &own->family);
    } else if (strcmp(id, "hospital") == 0) {
        add_name(labels, &own->hospital);
    } else {
        add(labels, policy_labels_benefit(labels->policy, id));
        add(labels, policy_labels_situation(labels->policy, id));
        add(labels, policy_labels_ceiling(labels->policy, id));
    }
}

/* Comma-separated codes. */
static void add_identities(struct labels *labels, const char *codes)
{
    while (codes[0]) {
        char code[8] = "";
        size_t size = strcspn(codes, ",");
        if (size < sizeof code)
            memcpy(code, codes, size);
        add(labels, policy_labels_identity(labels->policy, code));
        codes += size + (codes[size] == ',');
    }
}

void labels_of_result(struct turn *turn, const struct policy *policy, const struct result *result)
{
    struct labels labels = labels_begin(policy, turn->arena);
    add(&labels, policy_labels_med_type(policy, turn->request->claim.med_type));
    add_identities(&labels, result->identities);
    for (uint32_t i = 0; i < result->row_count; i++) {
        add_layer(&labels, result->rows[i].layer);
        add_clause(&labels, result->rows[i].clause);
    }
    for (uint32_t i = 0; i < result->step_count; i++) {
        add_layer(&labels, result->steps[i].layer);
        add_clause(&labels, result->steps[i].clause);
    }
    for (uint32_t i = 0; i < result->line_count; i++)
        add_clause(&labels, result->lines[i].clause);
    labels_end(&labels, turn->answer);
}

void labels_of_splits(struct turn *turn, const struct policy *policy,
                      const struct line_split *lines, uint32_t count)
{
    struct labels labels = labels_begin(policy, turn->arena);
    for (uint32_t i = 0; i < count; i++)
        add_clause(&labels, lines[i].clause);
    labels_end(&labels, turn->answer);
}

void labels_of_settlement(struct turn *turn, const struct policy *policy,
                          const struct settlement *settlement)
{
    struct labels labels = labels_begin(policy, turn->arena);
    add(&labels, policy_labels_med_type(policy, settlement->med_type));
    add_identities(&labels, settlement->identities);
    for (uint32_t i = 0; i < settlement->row_count; i++)
        add_layer(&labels, settlement->rows[i].layer);
    labels_end(&labels, turn->answer);
}

void labels_of_entitlements(struct turn *turn, const struct policy *policy)
{
    struct labels labels = labels_begin(policy, turn->arena);
    for (uint32_t i = 0; i < turn->reply->entitlement_count; i++)
        add_layer(&labels, turn->reply->entitlements[i].layer);
    labels_end(&labels, turn->answer);
}

static void add_named(void *context, enum reply_name kind, const char *text)
{
    struct labels *labels = context;
    const struct policy *policy = labels->policy;
    const struct policy_clause *clause;
    switch (kind) {
    case NAME_CLAUSE:
        clause = policy_clause_find(policy, text);
        if (clause)
            add_clause(labels, (uint16_t)(clause - policy->clauses));
        break;
    case NAME_LAYER:
        add_layer(labels, text);
        break;
    case NAME_MED_TYPE:
        add(labels, policy_labels_med_type(policy, text));
        break;
    case NAME_IDENTITIES:
        add_identities(labels, text);
        break;
    }
}

enum err labels_of_reply(const struct policy *policy, struct slice reply, struct arena *arena,
                         struct settle_answer *answer)
{
    struct labels labels = labels_begin(policy, arena);
    enum err err = wire_reply_names(reply, arena, add_named, &labels);
    labels_end(&labels, answer);
    return err;
}
