/* Packs a policy's labels into the pack's arena, and finds them. */
#include "policy/labels.h"

#include <stdio.h>
#include <string.h>

#include "policy/compile.h"
#include "wire/label.h"

/* "psn_idet_type:" and a code. */
#define CODE_TEXT 24

_Static_assert(ID_MAX_BYTES == REPLY_ID_MAX, "an id fits its place");
_Static_assert(POLICY_NAMES_MAX <= 64, "names fit a mask");

/* The names numbered so far. */
struct numbers {
    uint8_t count;
    const char *ids[POLICY_NAMES_MAX];
};

static uint8_t number_of(struct numbers *numbers, const char *id)
{
    uint8_t i = 0;
    while (i < numbers->count && strcmp(numbers->ids[i], id) != 0)
        i++;
    CHECK(i < POLICY_NAMES_MAX);
    if (i == numbers->count)
        numbers->ids[numbers->count++] = id;
    return i;
}

static struct slice pack(struct compile *c, const char *id, const char *text,
                         const char *provenance)
{
    const struct label label = {id, text, provenance};
    struct slice packed = {0};
    if (wire_label(&label, c->arena, &packed) != ERR_OK)
        c->out_of_memory = true;
    return packed;
}

static struct policy_name name_of(struct compile *c, struct numbers *numbers, const char *id,
                                  const char *text)
{
    return (struct policy_name){number_of(numbers, id), pack(c, id, text, NULL)};
}

static struct slice code_of(struct compile *c, const char *field, const char *code,
                            const char *text)
{
    char id[CODE_TEXT];
    size_t length = strlen(field), size = strlen(code);
    CHECK(length + size < sizeof id);
    memcpy(id, field, length);
    memcpy(id + length, code, size + 1);
    return pack(c, id, text, NULL);
}

/* An id that is too long was reported, and its pack will not be used. */
static void pack_clauses(struct compile *c, struct policy_labels *labels)
{
    const struct policy *p = c->policy;
    struct reply_id *ids = compile_alloc(c, p->clause_count * sizeof *ids);
    struct slice *clauses = compile_alloc(c, p->clause_count * sizeof *clauses);
    for (uint16_t i = 1; ids && clauses && i < p->clause_count; i++) {
        const struct policy_clause *clause = &p->clauses[i];
        size_t size = strlen(clause->id);
        if (size > sizeof ids[i].text)
            continue;
        ids[i].size = (uint8_t)size;
        memcpy(ids[i].text, clause->id, size);
        clauses[i] = pack(c, clause->id, clause->text, provenance_key(clause->provenance));
    }
    labels->clause_ids = ids;
    labels->clauses = clauses;
}

/* The layer's name also stands for the scope of its accumulators. */
static void pack_layers(struct compile *c, struct policy_labels *labels)
{
    struct numbers numbers = {0};
    for (uint8_t i = 0; i < c->policy->layer_count; i++) {
        const struct layer *layer = &c->policy->layers[i];
        labels->layer_ids[i] = layer->id;
        labels->layers[i] = name_of(c, &numbers, layer->id, layer->name_zh);
        if (layer->accumulates[0])
            labels->scopes[i] = name_of(c, &numbers, layer->accumulates, layer->name_zh);
    }
    labels->account = name_of(c, &numbers, "account", "个人账户");
    labels->family = name_of(c, &numbers, "family", "家庭共济账户");
    labels->hospital = name_of(c, &numbers, "hospital", "医疗机构负担");
}

/* "place/filed": 就医情形：异地长期居住 */
static void pack_situations(struct compile *c, struct policy_labels *labels)
{
    for (uint8_t i = 0; i < c->policy->dimension_count; i++) {
        const struct dimension *dimension = &c->policy->dimensions[i];
        for (uint8_t j = 0; j < dimension->value_count; j++) {
            char text[2 * TITLE_MAX_BYTES + sizeof "："];
            snprintf(text, sizeof text, "%s：%s", dimension->name_zh, dimension->values[j].name_zh);
            labels->situations[i][j] = pack(c, dimension->values[j].id, text, NULL);
        }
    }
}

static void pack_benefits(struct compile *c, struct policy_labels *labels)
{
    const struct policy_packages *packages = c->policy->packages;
    const struct policy_allowances *allowances = c->policy->allowances;
    for (uint8_t i = 0; packages && i < packages->count; i++)
        labels->packages[i] = pack(c, packages->list[i].id, packages->list[i].name_zh, NULL);
    for (uint8_t i = 0; allowances && i < allowances->count; i++)
        labels->allowances[i] = pack(c, allowances->list[i].id, allowances->list[i].name_zh, NULL);
}

static void pack_ceilings(struct compile *c, struct policy_labels *labels)
{
    const struct line_rules *lines = &c->policy->lines;
    for (uint8_t i = 0; i < lines->ceiling_count; i++)
        labels->ceilings[i] = pack(c, lines->ceilings[i].id, lines->ceilings[i].name_zh, NULL);
}

static void pack_codes(struct compile *c, struct policy_labels *labels)
{
    const struct policy *p = c->policy;
    for (uint16_t i = 0; i < p->med_type_count; i++)
        labels->med_types[i] =
            code_of(c, "med_type:", p->med_types[i].med_type, p->med_types[i].name_zh);
    for (uint8_t i = 0; i < p->identity_count; i++)
        for (uint8_t j = 0; j < p->identities[i].code_count; j++)
            labels->identities[i][j] =
                code_of(c, "psn_idet_type:", p->identities[i].codes[j], p->identities[i].name_zh);
}

void compile_labels(struct compile *c)
{
    struct policy_labels *labels = compile_alloc(c, sizeof *labels);
    if (!labels)
        return;
    pack_clauses(c, labels);
    pack_layers(c, labels);
    pack_situations(c, labels);
    pack_benefits(c, labels);
    pack_codes(c, labels);
    pack_ceilings(c, labels);
    c->policy->labels = labels;
}

int policy_labels_layer(const struct policy *policy, const char *id)
{
    const struct policy_labels *labels = policy->labels;
    for (int i = 0; i < policy->layer_count; i++)
        if (labels->layer_ids[i] == id)
            return i;
    for (int i = 0; i < policy->layer_count; i++)
        if (strcmp(labels->layer_ids[i], id) == 0)
            return i;
    return -1;
}

struct slice policy_labels_med_type(const struct policy *policy, const char *med_type)
{
    const struct policy_med_type *type = policy_med_type(policy, med_type);
    return type ? policy->labels->med_types[type - policy->med_types] : (struct slice){0};
}

struct slice policy_labels_identity(const struct policy *policy, const char *psn_idet_type)
{
    int i = policy_identity(policy, psn_idet_type);
    for (uint8_t j = 0; i >= 0 && j < policy->identities[i].code_count; j++)
        if (strcmp(policy->identities[i].codes[j], psn_idet_type) == 0)
            return policy->labels->identities[i][j];
    return (struct slice){0};
}

struct slice policy_labels_benefit(const struct policy *policy, const char *id)
{
    const struct policy_packages *packages = policy->packages;
    const struct policy_allowances *allowances = policy->allowances;
    for (uint8_t i = 0; packages && i < packages->count; i++)
        if (strcmp(packages->list[i].id, id) == 0)
            return policy->labels->packages[i];
    for (uint8_t i = 0; allowances && i < allowances->count; i++)
        if (strcmp(allowances->list[i].id, id) == 0)
            return policy->labels->allowances[i];
    return (struct slice){0};
}

struct slice policy_labels_situation(const struct policy *policy, const char *id)
{
    for (uint8_t i = 0; i < policy->dimension_count; i++)
        for (uint8_t j = 0; j < policy->dimensions[i].value_count; j++)
            if (strcmp(policy->dimensions[i].values[j].id, id) == 0)
                return policy->labels->situations[i][j];
    return (struct slice){0};
}

struct slice policy_labels_ceiling(const struct policy *policy, const char *id)
{
    const struct ceiling *ceiling = policy_ceiling(policy, id);
    return ceiling ? policy->labels->ceilings[ceiling - policy->lines.ceilings] : (struct slice){0};
}
