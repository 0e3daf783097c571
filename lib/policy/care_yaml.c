/* kinds and med_types: what care there is. */
#include <string.h>

#include "policy/compile.h"

static void read_kinds(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"stay", "before_days", "pharmacy", "clause", NULL};
    struct policy *p = c->policy;
    if (!yaml_map(node, NULL))
        return;
    if (yaml_count(node) == 0 || yaml_count(node) > POLICY_KINDS_MAX) {
        yaml_fault(node, "医疗类型应有 1 至 %d 个", "expected 1 to %d kinds of care",
                   POLICY_KINDS_MAX);
        return;
    }
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *kind = yaml_item(node, i);
        bool stay = false, pharmacy = false;
        if (strlen(yaml_key(node, i)) > NAME_MAX_BYTES)
            yaml_fault(kind, "名称至多 %d 字节", "a name has at most %d bytes", NAME_MAX_BYTES);
        if (yaml_map(kind, keys)) {
            yaml_bool(yaml_get(kind, "stay"), &stay);
            yaml_bool(yaml_get(kind, "pharmacy"), &pharmacy);
        }
        if (stay && pharmacy)
            yaml_fault(kind, "不能既是住院又是药店", "cannot be both a stay and a pharmacy's");
        int64_t before = 0;
        if (yaml_integer(yaml_get(kind, "before_days"), 0, BEFORE_DAYS_MAX, &before) && !stay)
            yaml_fault(yaml_get(kind, "before_days"), "只有住院可以并入此前的费用",
                       "only a stay's bill takes earlier fees");
        p->before_days[p->kind_count] = (uint8_t)before;
        p->before_clauses[p->kind_count] = compile_clause(c, kind, false);
        if (p->before_clauses[p->kind_count] && !before)
            yaml_object(yaml_get(kind, "clause"), "没有 before_days，条款无所指",
                        "there are no before_days that it could be of");
        uint32_t bit = UINT32_C(1) << p->kind_count;
        p->inpatient_kinds |= stay ? bit : 0;
        p->pharmacy_kinds |= pharmacy ? bit : 0;
        p->kinds[p->kind_count++] = compile_copy(c, yaml_key(node, i));
    }
}

static void read_med_type(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"code", "zh", "kind", "trauma", "clr_type", "clr_way", NULL};
    struct policy *p = c->policy;
    struct policy_med_type m = {.name_zh = "", .clr_type = "", .clr_way = ""};
    if (!yaml_mapping(node, keys))
        return;
    const struct yaml_node *code = yaml_need(node, "code");
    const char *text;
    size_t kind;
    if (compile_digits(code, 2, 6, &text)) {
        memcpy(m.med_type, text, strlen(text) + 1);
        if (policy_med_type(p, text))
            yaml_fault(code, "医疗类别“%s”重复", "med_type \"%s\" occurs twice", text);
    }
    compile_title(c, yaml_need(node, "zh"), &m.name_zh);
    if (compile_index(yaml_need(node, "kind"), p->kinds, p->kind_count, &kind))
        m.kind = (uint8_t)kind;
    yaml_bool(yaml_get(node, "trauma"), &m.trauma);
    if (compile_digits(yaml_need(node, "clr_type"), 1, 6, &text))
        m.clr_type = compile_copy(c, text);
    if (compile_digits(yaml_need(node, "clr_way"), 1, 6, &text))
        m.clr_way = compile_copy(c, text);
    p->med_types[p->med_type_count++] = m;
}

void compile_care(struct compile *c, const struct yaml_node *root)
{
    read_kinds(c, yaml_need(root, "kinds"));
    const struct yaml_node *med_types = yaml_need(root, "med_types");
    if (yaml_seq(med_types, 1, POLICY_MED_TYPES_MAX))
        for (size_t i = 0; i < yaml_count(med_types); i++)
            read_med_type(c, yaml_item(med_types, i));
    compile_account(c, yaml_get(root, "account"));
}
