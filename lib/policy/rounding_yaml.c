/* rounding: where and how fen are rounded. */
#include "policy/compile.h"

/* `places`: the usual one first, then the other one. */
static void read_rule(const struct yaml_node *node, const char *const places[], bool *other,
                      enum rounding *to)
{
    static const char *const keys[] = {"per", "to", NULL};
    static const char *const tos[] = {
        [ROUND_HALF_UP] = "half_up", [ROUND_DOWN] = "down", [ROUND_UP] = "up", NULL};
    int which;
    if (!yaml_mapping(node, keys))
        return;
    if (yaml_name(yaml_need(node, "per"), places, &which))
        *other = which == 1;
    if (yaml_name(yaml_need(node, "to"), tos, &which))
        *to = (enum rounding)which;
}

void compile_rounding(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"preselfpay", "segments", NULL};
    static const char *const bills[] = {"line", "bill", NULL};
    static const char *const layers[] = {"layer", "segment", NULL};
    if (!yaml_mapping(node, keys))
        return;
    if (yaml_count(node) == 0)
        yaml_fault(node, "应写 preselfpay、segments 之一",
                   "expected at least one of preselfpay, segments");
    struct policy_rounding *rounding = &c->policy->rounding;
    read_rule(yaml_get(node, "preselfpay"), bills, &rounding->preselfpay.of_bill,
              &rounding->preselfpay.to);
    read_rule(yaml_get(node, "segments"), layers, &rounding->segments.apart,
              &rounding->segments.to);
}
