/* The rows of a layer's tables (deductible, ratio, caps): each has a selector and a clause. */
#include "policy/rule_table.h"

#include <string.h>

#include "policy/rule_check.h"

bool compile_per(const struct yaml_node *node, enum rule_per last, enum rule_per *per)
{
    static const char *const all[] = {"stay",    "visit", "day",           "month",
                                      "quarter", "year",  "hospital_year", "period"};
    const char *names[ARRAY_LEN(all) + 1] = {NULL};
    int which;
    CHECK(last <= ARRAY_LEN(all));
    memcpy(names, all, last * sizeof *names);
    if (!yaml_name(node, names, &which))
        return false;
    *per = (enum rule_per)(which + 1);
    return true;
}

/* One of the two says it: who has one identity and lacks another is told by rank, or by a layer. */
static void check_without(const struct yaml_node *without, const struct yaml_node *identities,
                          const struct layer *layer, uint32_t mask)
{
    if (identities)
        yaml_fault(without, "identities 与 not_identities 只写其一",
                   "expected either identities or not_identities");
    if (layer->identities && (mask & ~layer->identities))
        yaml_fault(without, "有身份不属于本层", "an identity is none of this layer's");
    else if (layer->identities && !(layer->identities & ~mask))
        yaml_fault(without, "排除了本层的全部身份，无人适用",
                   "leaves none of this layer's identities");
}

/* False: not all that it names is known. */
static bool read_selector(struct compile *c, const struct yaml_node *row, const struct layer *layer,
                          struct selector *who)
{
    *who = (struct selector){.grades = SELECTOR_ANY,
                             .classes = SELECTOR_ANY,
                             .identities = SELECTOR_ANY,
                             .age_max = INT16_MAX};
    const struct yaml_node *grades = yaml_get(row, "grades"), *in = yaml_get(row, "in");
    const struct yaml_node *classes = yaml_get(row, "classes");
    const struct yaml_node *identities = yaml_get(row, "identities");
    const struct yaml_node *without = yaml_get(row, "not_identities");
    const bool graded = compile_grade_mask(c, grades, &who->grades),
               classed = compile_class_mask(c, classes, &who->classes),
               identified = compile_identity_mask(c, identities, &who->identities),
               parted = compile_identity_mask(c, without, &who->without);
    if (classed && (who->classes & ~layer->classes))
        yaml_fault(classes, "有人员类别不属于本层", "a person class is none of this layer's");
    if (identified && layer->identities && (who->identities & ~layer->identities))
        yaml_fault(identities, "有身份不属于本层", "an identity is none of this layer's");
    if (parted)
        check_without(without, identities, layer, who->without);
    compile_ages(yaml_get(row, "age"), &who->age_min, &who->age_max);
    compile_layer_in(c, in, layer, &who->in);
    return (graded || !grades) && (classed || !classes) && (identified || !identities) &&
           (parted || !without) && yaml_count(in) == (size_t)__builtin_popcount(who->in.dimensions);
}

size_t rule_table_open(const struct yaml_node *node, struct rule_table *table)
{
    *table = (struct rule_table){.node = node};
    if (!yaml_seq(node, 1, LAYER_RULES_MAX))
        return 0;
    return yaml_count(node);
}

bool rule_table_add(struct compile *c, struct rule_table *table, const struct yaml_node *row,
                    const char *const keys[], const struct layer *layer)
{
    if (!yaml_mapping(row, keys)) {
        table->broken = true;
        return false;
    }
    /* For nobody: as a row for all it would meet every other. */
    if (!read_selector(c, row, layer, &table->who[table->count])) {
        table->broken = true;
        table->who[table->count].grades = 0;
    }
    table->rows[table->count++] = row;
    return true;
}

void rule_table_check(const struct compile *c, const struct layer *layer,
                      const struct rule_table *table, bool complete)
{
    rule_check_overlaps(c->policy, table);
    if (complete && !table->broken)
        rule_check_gaps(c->policy, layer, table);
}
