/* The head of policy.yaml: version, region, dates, vocabularies; then the parts in their order. */
#include <stdlib.h>
#include <string.h>

#include "policy/compile_dates.h"

void compile_language(struct compile *c, const struct yaml_node *root)
{
    const struct yaml_node *node = yaml_need(root, "language");
    int64_t language;
    if (!yaml_integer(node, 0, INT32_MAX, &language))
        return;
    if (language > POLICY_LANGUAGE)
        yaml_fault(node, "语言版本 %lld 不支持，应为 %d；更新的版本需要更新的 copayd",
                   "language version %lld is not supported, expected %d: a newer one needs a newer "
                   "copayd",
                   (long long)language, POLICY_LANGUAGE);
    else
        c->policy->language = (uint8_t)language;
}

static void read_region(struct compile *c, const struct yaml_node *root)
{
    const char *region;
    if (compile_digits(yaml_need(root, "region"), ID_ADMDVS, ID_ADMDVS, &region))
        memcpy(c->policy->region, region, ID_ADMDVS + 1);
    c->policy->name = "";
    compile_title(c, yaml_need(root, "name"), &c->policy->name);
}

static void read_insutypes(struct compile *c, const struct yaml_node *root)
{
    struct policy *p = c->policy;
    const struct yaml_node *node = yaml_need(root, "insutypes");
    if (!yaml_seq(node, 1, POLICY_INSUTYPES_MAX))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const char *text;
        if (!compile_digits(yaml_item(node, i), 3, 3, &text))
            continue;
        uint16_t insutype = (uint16_t)strtoul(text, NULL, 10);
        if (policy_insutype(p, insutype) >= 0)
            yaml_fault(yaml_item(node, i), "“%s”重复", "\"%s\" occurs twice", text);
        else
            p->insutypes[p->insutype_count++] = insutype;
    }
}

static uint8_t read_names(struct compile *c, const struct yaml_node *node, const char *names[])
{
    uint8_t count = 0;
    if (!yaml_seq(node, 1, POLICY_GRADES_MAX))
        return 0;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const char *name;
        if (!compile_name(c, yaml_item(node, i), &name))
            continue;
        bool twice = false;
        for (uint8_t j = 0; j < count; j++)
            twice |= strcmp(names[j], name) == 0;
        if (twice)
            yaml_fault(yaml_item(node, i), "“%s”重复", "\"%s\" occurs twice", name);
        else
            names[count++] = name;
    }
    return count;
}

static void read_grades(struct compile *c, const struct yaml_node *root)
{
    const struct yaml_node *caps = yaml_need(root, "cap_grades");
    c->policy->grade_count = read_names(c, yaml_need(root, "grades"), c->policy->grades);
    if (caps && yaml_count(caps) > CATALOGUE_CAP_GRADES_MAX)
        yaml_fault(caps, "限价级别过多，上限 %d", "too many cap grades, the limit is %d",
                   CATALOGUE_CAP_GRADES_MAX);
    else
        c->policy->cap_grade_count = read_names(c, caps, c->policy->cap_grades);
}

/* Of the document as a whole. */
static const char *const policy_keys[] = {
    "language",         "region",     "name",       "effective",  "dates",
    "insutypes",        "grades",     "cap_grades", "clauses",    "person_classes",
    "identities",       "kinds",      "med_types",  "lines",      "filings",
    "institution_tags", "situations", "account",    "layers",     "zh",
    "waiting",          "newborn",    "packages",   "allowances", "item_tags",
    "transition",       "rounding",   NULL};

bool compile_policy_key(const char *key)
{
    for (size_t i = 0; policy_keys[i]; i++)
        if (strcmp(policy_keys[i], key) == 0)
            return true;
    return false;
}

void compile_policy(struct compile *c, const struct yaml_node *root)
{
    if (!yaml_mapping(root, policy_keys))
        return;
    compile_language(c, root);
    read_region(c, root);
    compile_dates(c, root);
    read_insutypes(c, root);
    read_grades(c, root);
    compile_clauses(c, yaml_need(root, "clauses"));
    if (c->out_of_memory)
        return;
    compile_people(c, root);
    compile_waiting(c, root);
    compile_care(c, root);
    compile_item_tags(c, yaml_get(root, "item_tags"));
    compile_titles(c, yaml_get(root, "zh"));
    compile_situations(c, root);
    compile_transition(c, root);
    compile_alike(c, root);
    compile_rounding(c, yaml_get(root, "rounding"));
    compile_lines(c, yaml_need(root, "lines"));
    compile_layers(c, yaml_need(root, "layers"));
    compile_packages(c, yaml_get(root, "packages"));
    compile_allowances(c, yaml_get(root, "allowances"));
    compile_split_check(c, root);
    policy_index(c->policy);
    compile_labels(c);
}
