/* Labels are rendered from the pack and never stored: a later pack may word a clause better. */
#include "settle/labels.h"

#include <string.h>

static void add(struct settle_answer *answer, struct reply_label label)
{
    for (uint32_t i = 0; i < answer->label_count; i++) {
        const struct reply_label *had = &answer->labels[i];
        /* A clause and a layer may share an id. */
        if (!had->provenance == !label.provenance && strcmp(had->id, label.id) == 0)
            return;
    }
    if (answer->label_count < REPLY_LABELS_MAX)
        answer->labels[answer->label_count++] = label;
}

static void add_clause(struct settle_answer *answer, const struct policy *policy, uint16_t index)
{
    if (index == 0)
        return;
    const struct policy_clause *clause = policy_clause(policy, index);
    add(answer, (struct reply_label){.id = clause->id,
                                     .text = clause->text,
                                     .provenance = provenance_key(clause->provenance)});
}

static void add_layer(struct settle_answer *answer, const struct policy *policy, const char *id)
{
    if (id[0] == '\0')
        return;
    const struct layer *layer = policy_layer(policy, id);
    if (layer)
        add(answer, (struct reply_label){.id = layer->id, .text = layer->name_zh});
    else if (strcmp(id, "account") == 0)
        add(answer, (struct reply_label){.id = "account", .text = "个人账户"});
}

void labels_of_result(struct settle_answer *answer, const struct policy *policy,
                      const struct result *result)
{
    for (uint32_t i = 0; i < result->row_count; i++) {
        add_layer(answer, policy, result->rows[i].layer);
        add_clause(answer, policy, result->rows[i].clause);
    }
    for (uint32_t i = 0; i < result->step_count; i++) {
        add_layer(answer, policy, result->steps[i].layer);
        add_clause(answer, policy, result->steps[i].clause);
    }
    for (uint32_t i = 0; i < result->line_count; i++)
        add_clause(answer, policy, result->lines[i].clause);
}

void labels_of_settlement(struct settle_answer *answer, const struct policy *policy,
                          const struct settlement *settlement)
{
    for (uint32_t i = 0; i < settlement->row_count; i++)
        add_layer(answer, policy, settlement->rows[i].layer);
}
