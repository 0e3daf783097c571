/* The tilts of a layer: identities for whom it is easier. */
#include "base/money.h"
#include "policy/compile.h"

static void check_points(const struct yaml_node *node, const struct layer *layer, int32_t points)
{
    for (size_t i = 0; i < layer->ratio_count; i++)
        for (size_t j = 0; j < layer->ratios[i].band_count; j++)
            if (layer->ratios[i].bands[j].ratio + points > RATIO_ONE) {
                yaml_fault(node, "加上后支付比例超过 1", "added to a ratio this is above 1");
                return;
            }
}

static void read_tilt(struct compile *c, const struct yaml_node *row, const struct layer *layer,
                      struct tilt_rule *tilt)
{
    tilt->dedc_ratio = RATIO_ONE;
    compile_identity_mask(c, yaml_need(row, "identities"), &tilt->identities);
    yaml_ratio(yaml_get(row, "deductible"), &tilt->dedc_ratio);
    if (yaml_ratio(yaml_get(row, "points"), &tilt->points))
        check_points(yaml_get(row, "points"), layer, tilt->points);
    yaml_bool(yaml_get(row, "uncapped"), &tilt->uncapped);
    tilt->clause = compile_clause(c, row, true);
    if (!yaml_get(row, "deductible") && !yaml_get(row, "points") && !yaml_get(row, "uncapped"))
        yaml_fault(row, "没有任何倾斜", "nothing is made easier");
}

void compile_tilts(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const row_keys[] = {"identities", "deductible", "points",
                                           "uncapped",   "clause",     NULL};
    if (!node || !yaml_seq(node, 1, POLICY_IDENTITIES_MAX))
        return;
    struct tilt_rule *rules = compile_alloc(c, yaml_count(node) * sizeof *rules);
    for (size_t i = 0; rules && i < yaml_count(node); i++) {
        const struct yaml_node *row = yaml_item(node, i);
        if (!yaml_mapping(row, row_keys))
            continue;
        struct tilt_rule *tilt = &rules[layer->tilt_count++];
        read_tilt(c, row, layer, tilt);
        for (const struct tilt_rule *other = rules; other < tilt; other++)
            if ((other->identities & tilt->identities) || c->policy->identities_stacked)
                yaml_fault(row, "身份与前一条倾斜重叠", "its identities overlap an earlier tilt's");
    }
    layer->tilts = rules;
}
