/* filings and situations: what else of a claim the rules tell apart; and `in`, which asks for it.
 */
#include <stdio.h>
#include <string.h>

#include "policy/compile.h"

static void read_filing_codes(struct compile *c, const struct yaml_node *node,
                              struct policy_filing *filing)
{
    if (!yaml_seq(node, 1, ARRAY_LEN(filing->codes)))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        const char *code;
        if (!yaml_text(item, FILING_CODE, &code))
            continue;
        bool taken = policy_filing(c->policy, code) >= 0;
        for (size_t j = 0; j < filing->code_count; j++)
            taken |= strcmp(filing->codes[j], code) == 0;
        if (taken)
            yaml_fault(item, "代码“%s”重复", "code \"%s\" occurs twice", code);
        else
            memcpy(filing->codes[filing->code_count++], code, strlen(code) + 1);
    }
}

static void read_filings(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"zh", "codes", "days", "clause", NULL};
    struct policy *p = c->policy;
    if (!node || !yaml_map(node, NULL))
        return;
    if (yaml_count(node) == 0 || yaml_count(node) > POLICY_FILINGS_MAX) {
        yaml_fault(node, "备案类型应有 1 至 %d 个", "expected 1 to %d kinds of filing",
                   POLICY_FILINGS_MAX);
        return;
    }
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        struct policy_filing filing = {.name = "", .name_zh = ""};
        int64_t days = 0;
        compile_key(c, node, i, &filing.name);
        if (yaml_mapping(item, keys)) {
            compile_title(c, yaml_need(item, "zh"), &filing.name_zh);
            read_filing_codes(c, yaml_need(item, "codes"), &filing);
            yaml_integer(yaml_get(item, "days"), 1, 36500, &days);
            filing.clause = compile_clause(c, item, false);
        }
        filing.days = (int32_t)days;
        p->filings[p->filing_count++] = filing;
    }
}

static void read_tags(struct compile *c, const struct yaml_node *node)
{
    struct policy *p = c->policy;
    if (!node || !yaml_seq(node, 1, POLICY_TAGS_MAX))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const char *name;
        if (!compile_name(c, yaml_item(node, i), &name))
            continue;
        if (policy_institution_tag(p, name) >= 0)
            yaml_fault(yaml_item(node, i), "“%s”重复", "\"%s\" occurs twice", name);
        else
            p->institution_tags[p->institution_tag_count++] = name;
    }
}

static const char *value_id(struct compile *c, const char *dimension, const char *value)
{
    char id[SITUATION_ID + 1];
    int size = snprintf(id, sizeof id, "%s/%s", dimension, value);
    CHECK(size > 0 && (size_t)size < sizeof id);
    return compile_copy(c, id);
}

/* Where an earlier value holds whenever this one does, this one never comes. */
static void check_reached(const struct yaml_node *node, const struct dimension *dimension,
                          const struct dimension_value *value)
{
    for (uint8_t i = 0; i < dimension->value_count && value->when.asked != 0; i++) {
        const struct matcher *earlier = &dimension->values[i].when;
        if (earlier->asked != 0 && matcher_within(&value->when, earlier))
            yaml_object(node, "不会用到：%s 成立时，%s 已先成立",
                        "is never reached: whenever %s holds, %s before it does", value->name,
                        dimension->values[i].name);
    }
}

static void read_value(struct compile *c, const struct yaml_node *node, bool last,
                       struct dimension *dimension)
{
    static const char *const keys[] = {"name", "zh", "when", "clause", NULL};
    struct dimension_value value = {.name = "", .name_zh = ""};
    if (yaml_mapping(node, keys)) {
        const struct yaml_node *when = yaml_get(node, "when");
        compile_name(c, yaml_need(node, "name"), &value.name);
        compile_title(c, yaml_need(node, "zh"), &value.name_zh);
        if (last && when)
            yaml_fault(when, "最后一个情形没有 when：它是其余一切",
                       "the last value has no when: it is all the rest");
        else if (last && yaml_get(node, "clause"))
            yaml_object(yaml_get(node, "clause"), "最后一个情形没有 when，条款无所指",
                        "the last value has no when that a clause could be of");
        else if (!last)
            compile_matcher(c, yaml_need(node, "when"), &value.when);
        value.clause = compile_clause(c, node, false);
    }
    for (uint8_t i = 0; i < dimension->value_count; i++)
        if (strcmp(dimension->values[i].name, value.name) == 0)
            yaml_fault(node, "“%s”重复", "\"%s\" occurs twice", value.name);
    check_reached(node, dimension, &value);
    value.id = value_id(c, dimension->name, value.name);
    dimension->values[dimension->value_count++] = value;
}

static void read_dimension(struct compile *c, const struct yaml_node *node,
                           struct dimension *dimension)
{
    static const char *const keys[] = {"zh", "values", NULL};
    dimension->name_zh = "";
    if (!yaml_mapping(node, keys))
        return;
    compile_title(c, yaml_need(node, "zh"), &dimension->name_zh);
    const struct yaml_node *values = yaml_need(node, "values");
    if (!yaml_seq(values, 2, DIMENSION_VALUES_MAX))
        return;
    size_t count = yaml_count(values);
    for (size_t i = 0; i < count; i++)
        read_value(c, yaml_item(values, i), i + 1 == count, dimension);
}

void compile_situations(struct compile *c, const struct yaml_node *root)
{
    read_filings(c, yaml_get(root, "filings"));
    read_tags(c, yaml_get(root, "institution_tags"));
    const struct yaml_node *node = yaml_get(root, "situations");
    if (!node || !yaml_map(node, NULL))
        return;
    size_t count = yaml_count(node);
    if (count == 0 || count > POLICY_DIMENSIONS_MAX) {
        yaml_fault(node, "情形应有 1 至 %d 组", "expected 1 to %d dimensions",
                   POLICY_DIMENSIONS_MAX);
        return;
    }
    struct dimension *dimensions = compile_alloc(c, count * sizeof *dimensions);
    for (size_t i = 0; dimensions && i < count; i++) {
        dimensions[i].name = "";
        compile_key(c, node, i, &dimensions[i].name);
        read_dimension(c, yaml_item(node, i), &dimensions[i]);
        c->policy->dimension_count++;
    }
    c->policy->dimensions = dimensions;
}

static int dimension_of(const struct policy *policy, const char *name)
{
    for (int i = 0; i < policy->dimension_count; i++)
        if (strcmp(policy->dimensions[i].name, name) == 0)
            return i;
    return -1;
}

static void read_in(const struct compile *c, const char *key, const struct yaml_node *node,
                    struct situation_set *in)
{
    int d = dimension_of(c->policy, key);
    if (d < 0) {
        yaml_fault(node, "情形“%s”未定义", "situations have no \"%s\"", key);
        return;
    }
    const struct dimension *dimension = &c->policy->dimensions[d];
    const char *names[DIMENSION_VALUES_MAX];
    uint32_t mask;
    for (uint8_t i = 0; i < dimension->value_count; i++)
        names[i] = dimension->values[i].name;
    if (!compile_mask(node, names, dimension->value_count, &mask))
        return;
    in->dimensions |= (uint8_t)(1u << d);
    in->values[d] = (uint16_t)mask;
}

void compile_in(const struct compile *c, const struct yaml_node *node, struct situation_set *in)
{
    *in = (struct situation_set){0};
    if (!node || !yaml_map(node, NULL))
        return;
    for (size_t i = 0; i < yaml_count(node); i++)
        read_in(c, yaml_key(node, i), yaml_item(node, i), in);
    if (yaml_count(node) == 0)
        yaml_object(node, "没有任何情形", "names no situation");
}

void compile_layer_in(const struct compile *c, const struct yaml_node *node,
                      const struct layer *layer, struct situation_set *in)
{
    const struct policy *p = c->policy;
    compile_in(c, node, in);
    for (uint8_t d = 0; d < p->dimension_count; d++) {
        if (!(in->dimensions >> d & 1))
            continue;
        const struct dimension *dimension = &p->dimensions[d];
        uint16_t known = layer_situations(p, layer, layer->classes, d);
        for (uint8_t i = 0; i < dimension->value_count; i++)
            if (in->values[d] >> i & 1 && !(known >> i & 1))
                yaml_object(node, "本层不会有情形 %s", "this layer never meets %s",
                            dimension->values[i].id);
    }
}
