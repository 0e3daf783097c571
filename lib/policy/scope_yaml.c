/* The lines that a layer pays for. */
#include "policy/compile.h"

/* The numbers of a list of codes such as "01" to "14", as a mask with bit 1 << number. */
static uint32_t read_code_mask(const struct yaml_node *node, int max)
{
    uint32_t mask = 0;
    if (!yaml_seq(node, 1, 16))
        return 0;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const char *text;
        if (!compile_digits(yaml_item(node, i), 2, 2, &text))
            continue;
        int code = (text[0] - '0') * 10 + (text[1] - '0');
        if (code < 1 || code > max)
            yaml_fault(yaml_item(node, i), "“%s”超出 01 至 %02d", "\"%s\" is outside 01 to %02d",
                       text, max);
        else
            mask |= UINT32_C(1) << code;
    }
    return mask;
}

void compile_scope(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"any", "clause", NULL};
    static const char *const conditions[] = {"chrgitm_lv", "bas_medn_flag", "med_chrgitm_type",
                                             NULL};
    static const char *const all[] = {"all", NULL};
    struct line_scope *scope = &layer->scope;
    int which;
    scope->all = true;
    if (!node || yaml_kind(node) != YAML_MAPPING) {
        (void)yaml_name(node, all, &which);
        return;
    }
    scope->all = false;
    yaml_mapping(node, keys);
    scope->clause = compile_clause(c, node, true);
    const struct yaml_node *any = yaml_need(node, "any");
    if (!yaml_map(any, conditions))
        return;
    scope->chrgitm_lv = (uint8_t)read_code_mask(yaml_get(any, "chrgitm_lv"), 3);
    scope->med_chrgitm_type = (uint16_t)read_code_mask(yaml_get(any, "med_chrgitm_type"), 14);
    yaml_bool(yaml_get(any, "bas_medn_flag"), &scope->bas_medn);
    if (!scope->chrgitm_lv && !scope->med_chrgitm_type && !scope->bas_medn)
        yaml_fault(any, "没有任何条件，什么都不支付", "no condition: nothing would be paid for");
    if (layer->term_count != 1 || layer->terms[0].amount != AMOUNT_INSCP)
        yaml_fault(node, "限定范围时基数只能是 [inscp_scp_amt]",
                   "a scope needs the base [inscp_scp_amt] alone");
    const struct policy_account *account = &c->policy->account;
    if (account->first && (account->insutypes & layer->insutypes) &&
        (account->kinds & layer->kinds))
        yaml_fault(node, "个人账户先付时分不清付的是哪些明细，不能限定范围",
                   "an account that pays first pays no line in particular: no scope then");
}
