/* Lookups in a compiled policy. Tables are short: a walk beats a hash, and codes of a few digits
 * mostly differ in the first two, where calling strcmp() costs more than looking. */
#include <string.h>

#include "policy/policy.h"

static bool same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b)
        a++, b++;
    return *a == *b;
}

static bool begins_with(const char *text, const char *prefix)
{
    while (*prefix != '\0' && *prefix == *text)
        prefix++, text++;
    return *prefix == '\0';
}

const struct policy *policy_made(const struct policy *policy, bool against)
{
    return against && policy->transition ? policy->transition->against : policy;
}

bool policy_asks_filings(const struct policy *policy)
{
    const struct transition *t = policy->transition;
    return policy->files || (t && (t->filings != 0 || t->against->files));
}

int policy_insutype(const struct policy *policy, uint16_t insutype)
{
    for (int i = 0; i < policy->insutype_count; i++)
        if (policy->insutypes[i] == insutype)
            return i;
    return -1;
}

int policy_class(const struct policy *policy, uint16_t insutype, const char *psn_type)
{
    int index = policy_insutype(policy, insutype);
    for (int i = 0; index >= 0 && i < policy->class_count; i++) {
        const struct policy_class *class = &policy->classes[i];
        for (int j = 0; class->insutype == index && j < class->prefix_count; j++)
            if (begins_with(psn_type, class->prefixes[j]))
                return i;
    }
    return -1;
}

static int find(const char *const names[], int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

int policy_grade(const struct policy *policy, const char *name)
{
    return find(policy->grades, policy->grade_count, name);
}

int policy_kind(const struct policy *policy, const char *name)
{
    return find(policy->kinds, policy->kind_count, name);
}

int policy_institution_tag(const struct policy *policy, const char *name)
{
    return find(policy->institution_tags, policy->institution_tag_count, name);
}

int policy_item_tag(const struct policy *policy, const char *name)
{
    return find(policy->lines.item_tags, policy->lines.item_tag_count, name);
}

const struct policy_med_type *policy_med_type(const struct policy *policy, const char *med_type)
{
    for (int i = 0; i < policy->med_type_count; i++)
        if (same(policy->med_types[i].med_type, med_type))
            return &policy->med_types[i];
    return NULL;
}

int policy_identity(const struct policy *policy, const char *psn_idet_type)
{
    for (int i = 0; i < policy->identity_count; i++)
        for (int j = 0; j < policy->identities[i].code_count; j++)
            if (same(policy->identities[i].codes[j], psn_idet_type))
                return i;
    return -1;
}

int policy_filing(const struct policy *policy, const char *category)
{
    for (int i = 0; i < policy->filing_count; i++)
        for (int j = 0; j < policy->filings[i].code_count; j++)
            if (same(policy->filings[i].codes[j], category))
                return i;
    return -1;
}

const struct policy_clause *policy_clause(const struct policy *policy, uint16_t clause)
{
    CHECK(clause < policy->clause_count);
    return &policy->clauses[clause];
}

const struct policy_clause *policy_clause_find(const struct policy *policy, const char *id)
{
    for (int i = 1; i < policy->clause_count; i++)
        if (strcmp(policy->clauses[i].id, id) == 0)
            return &policy->clauses[i];
    return NULL;
}

const char *policy_title(const struct policy *policy, const char *name)
{
    for (int i = 0; i < policy->title_count; i++)
        if (strcmp(policy->titles[i].name, name) == 0)
            return policy->titles[i].zh;
    return NULL;
}

const struct layer *policy_layer(const struct policy *policy, const char *id)
{
    for (int i = 0; i < policy->layer_count; i++)
        if (strcmp(policy->layers[i].id, id) == 0)
            return &policy->layers[i];
    return NULL;
}

const struct ceiling *policy_ceiling(const struct policy *policy, const char *id)
{
    for (int i = 0; i < policy->lines.ceiling_count; i++)
        if (strcmp(policy->lines.ceilings[i].id, id) == 0)
            return &policy->lines.ceilings[i];
    return NULL;
}

bool cap_names(const struct cap_rule *cap, const char *accumulates)
{
    const size_t length = strlen(accumulates);
    for (uint8_t i = 0; i < cap->scope_count; i++)
        if (strncmp(cap->scopes[i], accumulates, length) == 0 &&
            (cap->scopes[i][length] == '\0' || cap->scopes[i][length] == '/'))
            return true;
    return false;
}

size_t rule_span_length(enum rule_per per)
{
    switch (per) {
    case PER_DAY:
        return sizeof "@240315" - 1;
    case PER_MONTH:
    case PER_QUARTER:
        return sizeof "@2403" - 1;
    case PER_HOSPITAL_YEAR:
        return 1 + ID_FIXMEDINS;
    case PER_NONE:
    case PER_STAY:
    case PER_VISIT:
    case PER_YEAR:
    case PER_PERIOD:
        break;
    }
    return 0;
}

const char *provenance_zh(enum provenance provenance)
{
    switch (provenance) {
    case PROVENANCE_OFFICIAL:
        return "官方";
    case PROVENANCE_SECONDARY:
        return "二手资料,未核实";
    case PROVENANCE_ILLUSTRATIVE:
        return "示例数据";
    }
    CHECK(!"a provenance");
}

const char *provenance_key(enum provenance provenance)
{
    static const char *const keys[] = {"official", "secondary", "illustrative"};
    CHECK(provenance <= PROVENANCE_ILLUSTRATIVE);
    return keys[provenance];
}
