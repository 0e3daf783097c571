/* What a layer is computed from: a sum of named amounts, whole or in part. */
#include <string.h>

#include "base/money.h"
#include "policy/compile.h"

#define AMOUNT_TEXT_MAX (ID_MAX_BYTES + 12) /* "-<layer>.deductible" */

static void check_layer_term(const struct yaml_node *node, const struct layer *of,
                             enum amount_name amount)
{
    if (amount == AMOUNT_LAYER_EXCESS && (of->cap_count == 0 || of->guarantee))
        yaml_fault(node, "层 %s 没有封顶线，没有超出部分", "layer %s has no cap to exceed", of->id);
    if (amount == AMOUNT_LAYER_DEDUCTIBLE && of->accrual == PER_NONE)
        yaml_fault(node, "层 %s 没有起付标准", "layer %s has no deductible", of->id);
}

/* "<layer>.paid", ".excess" or ".deductible" of a layer before this one. */
static bool read_layer_amount(struct compile *c, const struct yaml_node *node, const char *text,
                              struct base_term *term)
{
    static const char *const amounts[] = {"paid", "excess", "deductible"};
    const struct policy *p = c->policy;
    const char *dot = strchr(text, '.');
    size_t which = 0;
    while (dot && which < ARRAY_LEN(amounts) && strcmp(dot + 1, amounts[which]) != 0)
        which++;
    if (!dot || which == ARRAY_LEN(amounts)) {
        yaml_fault(node,
                   "“%s”不是金额：用 inscp_scp_amt 等，或 <层>.paid、<层>.excess、<层>.deductible",
                   "\"%s\" names no amount: inscp_scp_amt and others, <layer>.paid, "
                   "<layer>.excess, <layer>.deductible",
                   text);
        return false;
    }
    for (uint8_t i = 0; i < p->layer_count; i++) {
        if (strlen(p->layers[i].id) != (size_t)(dot - text) ||
            memcmp(p->layers[i].id, text, (size_t)(dot - text)) != 0)
            continue;
        term->amount = (enum amount_name)(AMOUNT_LAYER_PAID + which);
        term->layer = i;
        check_layer_term(node, &p->layers[i], term->amount);
        return true;
    }
    yaml_fault(node, "“%s”所指的层不在本层之前", "\"%s\": no such layer before this one", text);
    return false;
}

static bool read_amount(struct compile *c, const struct yaml_node *node, const char *text,
                        struct base_term *term)
{
    static const char *const amounts[] = {
        [AMOUNT_MEDFEE] = "medfee_sumamt",    [AMOUNT_FULAMT] = "fulamt_ownpay_amt",
        [AMOUNT_OVERLMT] = "overlmt_selfpay", [AMOUNT_PRESELFPAY] = "preselfpay_amt",
        [AMOUNT_INSCP] = "inscp_scp_amt",     [AMOUNT_REST_INSCP] = "rest_inscp",
        [AMOUNT_REST_TOTAL] = "rest_total",   [AMOUNT_TRANSFER_SELFPAY] = "transfer_selfpay"};
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++) {
        if (strcmp(amounts[i], text) == 0) {
            term->amount = (enum amount_name)i;
            return true;
        }
    }
    return read_layer_amount(c, node, text, term);
}

/* A share of an amount: from -1 to 1, not 0. */
static bool read_times(const struct yaml_node *node, int32_t *times)
{
    const char *text;
    int64_t value = 0;
    if (!yaml_text(node, MONEY_TEXT, &text))
        return false;
    if (money_parse(text, 4, RATIO_ONE, &value) != ERR_OK || value == 0) {
        yaml_fault(node, "“%s”应为 -1 至 1 之间至多四位小数的数，不为 0",
                   "\"%s\" is not a number from -1 to 1, other than 0, of at most four decimals",
                   text);
        return false;
    }
    *times = (int32_t)value;
    return true;
}

static bool read_term(struct compile *c, const struct yaml_node *node, struct base_term *term)
{
    static const char *const keys[] = {"amount", "times", NULL};
    const char *text;
    if (yaml_kind(node) == YAML_MAPPING) {
        const struct yaml_node *amount = yaml_need(node, "amount");
        return yaml_mapping(node, keys) && yaml_text(amount, AMOUNT_TEXT_MAX, &text) &&
               read_amount(c, amount, text, term) &&
               read_times(yaml_need(node, "times"), &term->times);
    }
    if (!yaml_text(node, AMOUNT_TEXT_MAX, &text))
        return false;
    bool minus = *text == '-';
    term->times = minus ? -RATIO_ONE : RATIO_ONE;
    return read_amount(c, node, text + minus, term);
}

/* What nobody has taken on so far is already without what earlier layers paid. */
static void check_rests(const struct yaml_node *node, const struct layer *layer)
{
    bool rest = false, paid = false;
    for (uint8_t i = 0; i < layer->term_count; i++) {
        const struct base_term *term = &layer->terms[i];
        rest |= term->amount == AMOUNT_REST_INSCP || term->amount == AMOUNT_REST_TOTAL;
        paid |= term->amount == AMOUNT_LAYER_PAID && term->times < 0;
    }
    if (rest && paid)
        yaml_fault(node, "rest_inscp、rest_total 已扣除各层支付，不能再减 <层>.paid",
                   "rest_inscp and rest_total are without what layers paid: it would be taken "
                   "off twice");
}

void compile_base(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    if (!yaml_seq(node, 1, LAYER_TERMS_MAX))
        return;
    bool adds = false, whole = true;
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct base_term term = {0};
        if (!read_term(c, yaml_item(node, i), &term)) {
            whole = false;
            continue;
        }
        for (size_t j = 0; j < layer->term_count; j++)
            if (layer->terms[j].amount == term.amount && layer->terms[j].layer == term.layer)
                yaml_fault(yaml_item(node, i), "同一金额出现两次", "the same amount occurs twice");
        adds |= term.times > 0;
        layer->terms[layer->term_count++] = term;
    }
    if (!adds && whole)
        yaml_fault(node, "基数没有正项", "the base has no positive term");
    check_rests(node, layer);
}
