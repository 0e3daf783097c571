/* account: what the personal account, and relatives' accounts, may pay. */
#include "policy/compile.h"

uint8_t compile_parts(const struct yaml_node *node, uint8_t parts[FEE_PARTS])
{
    static const char *const names[] = {[PART_INSCP] = "inscp_scp_amt",
                                        [PART_PRESELFPAY] = "preselfpay_amt",
                                        [PART_OVERLMT] = "overlmt_selfpay",
                                        [PART_FULAMT] = "fulamt_ownpay_amt",
                                        NULL};
    uint32_t seen = 0;
    uint8_t count = 0;
    if (!yaml_seq(node, 1, FEE_PARTS))
        return 0;
    for (size_t i = 0; i < yaml_count(node); i++) {
        int part;
        if (!yaml_name(yaml_item(node, i), names, &part))
            continue;
        if (seen >> part & 1)
            yaml_fault(yaml_item(node, i), "“%s”重复", "\"%s\" occurs twice", names[part]);
        seen |= UINT32_C(1) << part;
        parts[count++] = (uint8_t)part;
    }
    return count;
}

static void read_purse(struct compile *c, const struct yaml_node *node, struct policy_purse *purse)
{
    const char *text;
    purse->fund_pay_type = "";
    purse->pay_count = compile_parts(yaml_need(node, "pays"), purse->pays);
    if (compile_digits(yaml_need(node, "fund_pay_type"), 6, 6, &text))
        purse->fund_pay_type = compile_copy(c, text);
    purse->clause = compile_clause(c, node, true);
}

void compile_account(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"insutypes", "kinds",  "pays",   "fund_pay_type",
                                       "order",     "clause", "family", NULL};
    static const char *const family_keys[] = {"pays", "fund_pay_type", "clause", NULL};
    static const char *const orders[] = {"last", "first", NULL};
    struct policy_account *account = &c->policy->account;
    const struct yaml_node *family = yaml_get(node, "family");
    account->own.fund_pay_type = account->family.fund_pay_type = "";
    int order = 0;
    if (!yaml_mapping(node, keys))
        return;
    compile_insutype_mask(c, yaml_need(node, "insutypes"), &account->insutypes);
    compile_kind_mask(c, yaml_need(node, "kinds"), &account->kinds);
    read_purse(c, node, &account->own);
    if (yaml_name(yaml_get(node, "order"), orders, &order))
        account->first = order == 1;
    if (yaml_mapping(family, family_keys))
        read_purse(c, family, &account->family);
}
