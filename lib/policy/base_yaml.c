/* What a layer is computed from: a sum of named amounts. */
#include <string.h>

#include "policy/compile.h"

/* "<layer>.paid" or "<layer>.excess" of a layer before this one. */
static bool read_layer_term(struct compile *c, const struct yaml_node *node, const char *text,
                            struct base_term *term)
{
    const struct policy *p = c->policy;
    const char *dot = strchr(text, '.');
    bool paid = dot && strcmp(dot, ".paid") == 0;
    if (!dot || (!paid && strcmp(dot, ".excess") != 0)) {
        yaml_fault(node, "“%s”不是金额：用 inscp_scp_amt 等，或 <层>.paid、<层>.excess",
                   "\"%s\" names no amount: inscp_scp_amt and others, <layer>.paid, <layer>.excess",
                   text);
        return false;
    }
    for (uint8_t i = 0; i < p->layer_count; i++) {
        if (strlen(p->layers[i].id) != (size_t)(dot - text) ||
            memcmp(p->layers[i].id, text, (size_t)(dot - text)) != 0)
            continue;
        term->amount = paid ? AMOUNT_LAYER_PAID : AMOUNT_LAYER_EXCESS;
        term->layer = i;
        if (!paid && p->layers[i].cap_count == 0)
            yaml_fault(node, "层 %s 没有封顶线，没有超出部分", "layer %s has no cap to exceed",
                       p->layers[i].id);
        return true;
    }
    yaml_fault(node, "“%s”所指的层不在本层之前", "\"%s\": no such layer before this one", text);
    return false;
}

static bool read_term(struct compile *c, const struct yaml_node *node, struct base_term *term)
{
    static const char *const amounts[] = {[AMOUNT_MEDFEE] = "medfee_sumamt",
                                          [AMOUNT_FULAMT] = "fulamt_ownpay_amt",
                                          [AMOUNT_OVERLMT] = "overlmt_selfpay",
                                          [AMOUNT_PRESELFPAY] = "preselfpay_amt",
                                          [AMOUNT_INSCP] = "inscp_scp_amt"};
    const char *text;
    if (!yaml_text(node, ID_MAX_BYTES + 8, &text))
        return false;
    term->sign = *text == '-' ? -1 : 1;
    text += *text == '-';
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++) {
        if (strcmp(amounts[i], text) == 0) {
            term->amount = (enum amount_name)i;
            return true;
        }
    }
    return read_layer_term(c, node, text, term);
}

void compile_base(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    if (!yaml_seq(node, 1, LAYER_TERMS_MAX))
        return;
    bool adds = false;
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct base_term term = {0};
        if (!read_term(c, yaml_item(node, i), &term))
            return;
        for (size_t j = 0; j < layer->term_count; j++)
            if (layer->terms[j].amount == term.amount && layer->terms[j].layer == term.layer)
                yaml_fault(yaml_item(node, i), "同一金额出现两次", "the same amount occurs twice");
        adds |= term.sign > 0;
        layer->terms[layer->term_count++] = term;
    }
    if (!adds)
        yaml_fault(node, "基数没有正项", "the base has no positive term");
}
