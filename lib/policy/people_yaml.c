/* person_classes and identities: whom the rules tell apart. */
#include <string.h>

#include "policy/compile.h"

/* "11" also means 1101, so a prefix of another would make the class depend on their order. */
static bool prefixes_meet(const char *a, const char *b)
{
    size_t x = strlen(a), y = strlen(b);
    return memcmp(a, b, x < y ? x : y) == 0;
}

static void check_prefix(const struct policy *p, const struct policy_class *class,
                         const struct yaml_node *node, const char *prefix)
{
    for (size_t i = 0; i <= p->class_count; i++) {
        const struct policy_class *other = i < p->class_count ? &p->classes[i] : class;
        for (size_t j = 0; j < other->prefix_count && other->insutype == class->insutype; j++)
            if (prefixes_meet(other->prefixes[j], prefix))
                yaml_fault(node, "“%s”与类别 %s 的“%s”重叠",
                           "\"%s\" overlaps class %s, which has \"%s\"", prefix, other->name,
                           other->prefixes[j]);
    }
}

static bool read_class(struct compile *c, const struct yaml_node *map, size_t i,
                       struct policy_class *class)
{
    static const char *const keys[] = {"insutype", "psn_type", NULL};
    const struct policy *p = c->policy;
    const struct yaml_node *node = yaml_item(map, i);
    class->name = compile_copy(c, yaml_key(map, i));
    if (strlen(class->name) > NAME_MAX_BYTES)
        yaml_fault(node, "名称至多 %d 字节", "a name has at most %d bytes", NAME_MAX_BYTES);
    if (!yaml_mapping(node, keys))
        return false;
    const struct yaml_node *insutype = yaml_need(node, "insutype");
    const char *text;
    if (!compile_digits(insutype, 3, 3, &text))
        return false;
    int index = policy_insutype(
        p, (uint16_t)((text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0')));
    if (index < 0) {
        yaml_fault(insutype, "险种“%s”未定义，应为 insutypes 中的一个",
                   "insutype \"%s\" is not defined, expected one of insutypes", text);
        return false;
    }
    class->insutype = (uint8_t)index;
    const struct yaml_node *types = yaml_need(node, "psn_type");
    if (!yaml_seq(types, 1, ARRAY_LEN(class->prefixes)))
        return false;
    for (size_t j = 0; j < yaml_count(types); j++) {
        if (!compile_digits(yaml_item(types, j), 1, 6, &text))
            continue;
        check_prefix(p, class, yaml_item(types, j), text);
        memcpy(class->prefixes[class->prefix_count++], text, strlen(text) + 1);
    }
    return true;
}

static void read_classes(struct compile *c, const struct yaml_node *node)
{
    if (!yaml_map(node, NULL))
        return;
    if (yaml_count(node) == 0 || yaml_count(node) > POLICY_CLASSES_MAX) {
        yaml_fault(node, "人员类别应有 1 至 %d 个", "expected 1 to %d person classes",
                   POLICY_CLASSES_MAX);
        return;
    }
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct policy_class class = {0};
        if (read_class(c, node, i, &class))
            c->policy->classes[c->policy->class_count++] = class;
    }
}

static void read_codes(struct compile *c, const struct yaml_node *node,
                       struct policy_identity *identity)
{
    if (!yaml_seq(node, 1, ARRAY_LEN(identity->codes)))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        const char *code;
        if (!yaml_text(item, sizeof identity->codes[0] - 1, &code))
            continue;
        bool taken = policy_identity(c->policy, code) >= 0;
        for (size_t j = 0; j < identity->code_count; j++)
            taken |= strcmp(identity->codes[j], code) == 0;
        if (taken)
            yaml_fault(item, "代码“%s”重复", "code \"%s\" occurs twice", code);
        else
            memcpy(identity->codes[identity->code_count++], code, strlen(code) + 1);
    }
}

static void read_identity(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"name", "zh", "codes", "rank", NULL};
    struct policy *p = c->policy;
    struct policy_identity identity = {.name = "", .name_zh = ""};
    if (!yaml_mapping(node, keys))
        return;
    bool named = compile_name(c, yaml_need(node, "name"), &identity.name);
    compile_title(c, yaml_need(node, "zh"), &identity.name_zh);
    read_codes(c, yaml_need(node, "codes"), &identity);
    int64_t rank = 0;
    const struct yaml_node *rank_node = yaml_need(node, "rank");
    if (yaml_integer(rank_node, 1, UINT8_MAX, &rank))
        identity.rank = (uint8_t)rank;
    for (size_t i = 0; i < p->identity_count; i++) {
        if (strcmp(p->identities[i].name, identity.name) == 0)
            yaml_fault(node, "“%s”重复", "\"%s\" occurs twice", identity.name);
        if (rank != 0 && p->identities[i].rank == identity.rank)
            yaml_fault(rank_node, "位次 %d 已用于 %s", "rank %d is already that of %s",
                       identity.rank, p->identities[i].name);
    }
    if (named)
        p->identities[p->identity_count++] = identity;
}

static void read_identities(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"combine", "list", NULL};
    static const char *const combine[] = {"best", "stacked", NULL};
    if (!yaml_mapping(node, keys))
        return;
    int choice;
    if (yaml_name(yaml_need(node, "combine"), combine, &choice))
        c->policy->identities_stacked = choice == 1;
    const struct yaml_node *list = yaml_need(node, "list");
    if (yaml_seq(list, 1, POLICY_IDENTITIES_MAX))
        for (size_t i = 0; i < yaml_count(list); i++)
            read_identity(c, yaml_item(list, i));
}

void compile_people(struct compile *c, const struct yaml_node *root)
{
    read_classes(c, yaml_need(root, "person_classes"));
    read_identities(c, yaml_get(root, "identities"));
}
