/* The lines that a layer pays for. */
#include "policy/compile_codes.h"

uint32_t compile_code_mask(const struct yaml_node *node, int max)
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

static void read_match(struct compile *c, const struct yaml_node *node, struct line_match *match)
{
    static const char *const keys[] = {"chrgitm_lv", "bas_medn_flag", "med_chrgitm_type",
                                       "tags",       "items",         NULL};
    const struct line_rules *lines = &c->policy->lines;
    const struct yaml_node *tags = yaml_get(node, "tags"), *flag = yaml_get(node, "bas_medn_flag");
    if (!yaml_map(node, keys))
        return;
    if (yaml_count(node) == 0)
        yaml_fault(node, "没有任何条件", "no condition at all");
    match->chrgitm_lv = (uint8_t)compile_code_mask(yaml_get(node, "chrgitm_lv"), 3);
    match->med_chrgitm_type = (uint16_t)compile_code_mask(yaml_get(node, "med_chrgitm_type"), 14);
    if (flag && yaml_bool(flag, &match->bas_medn) && !match->bas_medn)
        yaml_fault(flag, "只能写 true；不问基本药物则不写",
                   "true is all that can be asked; leave it out to ask nothing");
    if (tags)
        compile_mask(tags, lines->item_tags, lines->item_tag_count, &match->tags);
    match->tags |= compile_item_list(c, yaml_get(node, "items"));
}

void compile_line_scope(struct compile *c, const struct yaml_node *map, struct line_scope *scope)
{
    const struct yaml_node *any = yaml_get(map, "any"), *none = yaml_get(map, "none");
    scope->any = (struct line_match){.chrgitm_lv = UINT8_MAX};
    if (!any && !none)
        yaml_fault(map, "须写 any 或 none", "expected any or none");
    if (any) {
        scope->any = (struct line_match){0};
        read_match(c, any, &scope->any);
    }
    if (none)
        read_match(c, none, &scope->none);
}

void compile_scope(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"any", "none", "clause", NULL};
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
    compile_line_scope(c, node, scope);
    if (layer->term_count != 1 || layer->terms[0].amount != AMOUNT_INSCP)
        yaml_fault(node, "限定范围时基数只能是 [inscp_scp_amt]",
                   "a scope needs the base [inscp_scp_amt] alone");
    const struct policy_account *account = &c->policy->account;
    if (account->first && (account->insutypes & layer->insutypes) &&
        (account->kinds & layer->kinds))
        yaml_fault(node, "个人账户先付时分不清付的是哪些明细，不能限定范围",
                   "an account that pays first pays no line in particular: no scope then");
}
