/* Labels are rendered from the pack and never stored: a later pack may word a clause better. */
#include "settle/labels.h"

#include <string.h>

#include "wire/names.h"

struct labels {
    struct settle_answer *answer;
    const struct policy *policy;
    struct arena *arena;
};

static void add(const struct labels *labels, struct reply_label label)
{
    struct settle_answer *answer = labels->answer;
    for (uint32_t i = 0; i < answer->label_count; i++) {
        const struct reply_label *had = &answer->labels[i];
        /* A clause and a layer may share an id. */
        if (!had->provenance == !label.provenance && strcmp(had->id, label.id) == 0)
            return;
    }
    if (answer->label_count < REPLY_LABELS_MAX)
        answer->labels[answer->label_count++] = label;
}

static void add_clause(const struct labels *labels, const struct policy_clause *clause)
{
    if (clause && clause->id[0])
        add(labels, (struct reply_label){.id = clause->id,
                                         .text = clause->text,
                                         .provenance = provenance_key(clause->provenance)});
}

/* The layer's name also stands for the scope of its accumulators. */
static void add_layer(const struct labels *labels, const char *id)
{
    const struct layer *layer = policy_layer(labels->policy, id);
    if (layer) {
        add(labels, (struct reply_label){.id = layer->id, .text = layer->name_zh});
        if (layer->accumulates[0])
            add(labels, (struct reply_label){.id = layer->accumulates, .text = layer->name_zh});
    } else if (strcmp(id, "account") == 0) {
        add(labels, (struct reply_label){.id = "account", .text = "个人账户"});
    }
}

/* "med_type:21", "psn_idet_type:1": codes that a layer's id could be confused with. Without memory
 * for its id a label is left out. */
static void add_code(const struct labels *labels, const char *field, const char *code, size_t size,
                     const char *text)
{
    size_t length = strlen(field);
    char *id = text ? arena_alloc_raw(labels->arena, length + 1 + size + 1) : NULL;
    if (!id)
        return;
    memcpy(id, field, length);
    id[length] = ':';
    memcpy(id + length + 1, code, size);
    id[length + 1 + size] = '\0';
    add(labels, (struct reply_label){.id = id, .text = text});
}

static void add_med_type(const struct labels *labels, const char *code)
{
    const struct policy_med_type *type = policy_med_type(labels->policy, code);
    add_code(labels, "med_type", code, strlen(code), type ? type->name_zh : NULL);
}

/* Comma-separated codes. */
static void add_identities(const struct labels *labels, const char *codes)
{
    while (codes[0]) {
        char code[8] = "";
        size_t size = strcspn(codes, ",");
        if (size < sizeof code)
            memcpy(code, codes, size);
        int index = policy_identity(labels->policy, code);
        if (index >= 0)
            add_code(labels, "psn_idet_type", codes, size,
                     labels->policy->identities[index].name_zh);
        codes += size + (codes[size] == ',');
    }
}

void labels_of_result(struct turn *turn, const struct policy *policy, const struct result *result)
{
    const struct labels labels = {turn->answer, policy, turn->arena};
    add_med_type(&labels, turn->request->claim.med_type);
    add_identities(&labels, result->identities);
    for (uint32_t i = 0; i < result->row_count; i++) {
        add_layer(&labels, result->rows[i].layer);
        add_clause(&labels, policy_clause(policy, result->rows[i].clause));
    }
    for (uint32_t i = 0; i < result->step_count; i++) {
        add_layer(&labels, result->steps[i].layer);
        add_clause(&labels, policy_clause(policy, result->steps[i].clause));
    }
    uint64_t seen = 0; /* a bill's lines rest on a handful of clauses */
    for (uint32_t i = 0; i < result->line_count; i++) {
        uint16_t clause = result->lines[i].clause;
        if (clause >= 64 || !(seen >> clause & 1))
            add_clause(&labels, policy_clause(policy, clause));
        seen |= clause < 64 ? UINT64_C(1) << clause : 0;
    }
}

void labels_of_settlement(struct turn *turn, const struct policy *policy,
                          const struct settlement *settlement)
{
    const struct labels labels = {turn->answer, policy, turn->arena};
    add_med_type(&labels, settlement->med_type);
    add_identities(&labels, settlement->identities);
    for (uint32_t i = 0; i < settlement->row_count; i++)
        add_layer(&labels, settlement->rows[i].layer);
}

void labels_of_entitlements(struct turn *turn, const struct policy *policy)
{
    const struct labels labels = {turn->answer, policy, turn->arena};
    for (uint32_t i = 0; i < turn->reply->entitlement_count; i++)
        add_layer(&labels, turn->reply->entitlements[i].layer);
}

static void add_name(void *context, enum reply_name kind, const char *text)
{
    const struct labels *labels = context;
    switch (kind) {
    case NAME_CLAUSE:
        add_clause(labels, policy_clause_find(labels->policy, text));
        break;
    case NAME_LAYER:
        add_layer(labels, text);
        break;
    case NAME_MED_TYPE:
        add_med_type(labels, text);
        break;
    case NAME_IDENTITIES:
        add_identities(labels, text);
        break;
    }
}

enum err settle_labels(const struct settle *settle, const struct record *record,
                       struct arena *arena, struct settle_answer *answer)
{
    answer->label_count = 0;
    if (record->schema != SCHEMA_TERMINAL || !settle->pack)
        return ERR_OK;
    struct hash active = pack_digest(settle->pack);
    const struct policy *policy = pack_policy(settle->pack, date_of_time(record->time_ms));
    if (!policy || memcmp(active.bytes, record->policy.bytes, HASH_SIZE) != 0)
        return ERR_OK;
    struct labels labels = {answer, policy, arena};
    enum err err = wire_reply_names(record->reply, arena, add_name, &labels);
    return err == ERR_INVALID ? ERR_CORRUPT : err;
}
