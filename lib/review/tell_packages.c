/* Packages and allowances: prices by the institution's payment method, and cash benefits by days.
 */
#include "base/money.h"
#include "review/statements.h"

static const char *method_name(enum lang lang, enum package_method method)
{
    switch (method) {
    case METHOD_DISEASE:
        return in_words(lang, "按病种付费", "by disease");
    case METHOD_PER_DIEM:
        return in_words(lang, "按床日付费", "per diem");
    case METHOD_CAPITATION:
        return in_words(lang, "按人头付费，不影响患者", "by head, the patient untouched");
    case METHOD_DRG:
        return in_words(lang, "DRG付费，不影响患者", "DRG, the patient untouched");
    case METHOD_DIP:
        return in_words(lang, "DIP付费，不影响患者", "DIP, the patient untouched");
    }
    CHECK(!"a method");
}

static const char *share_name(enum lang lang, enum package_share share)
{
    switch (share) {
    case SHARE_ACTUAL:
        return in_words(lang, "按实际费用", "on the actual fee");
    case SHARE_PRICE:
        return in_words(lang, "按价格", "on the price");
    case SHARE_FIXED:
        return in_words(lang, "定额", "a fixed sum");
    }
    CHECK(!"a share");
}

static bool by_price(const struct package *package)
{
    return package->method == METHOD_DISEASE || package->method == METHOD_PER_DIEM;
}

static void tell_shares(struct statements *s, const struct package *package)
{
    tell_text(s, "share_on", in_words(s->lang, "患者分担", "the patient shares"), 0,
              share_name(s->lang, package->share_on));
    FILE *out =
        tell(s, "above", in_words(s->lang, "超出价格部分", "what is above the price"), NULL, 0);
    if (package->above_hospital)
        say(out, s->lang, "由医院承担（%s）", "is the hospital's (%s)", package->fund_pay_type);
    else
        fputs(in_words(s->lang, "由患者承担", "is the patient's"), out);
    told(s);
    tell_text(s, "below", in_words(s->lang, "低于价格的结余", "what is saved of the price"), 0,
              package->below_kept ? in_words(s->lang, "归医院", "is the hospital's")
                                  : in_words(s->lang, "归基金", "is the fund's"));
}

static void tell_price(struct statements *s, const struct package *package,
                       const struct package_rule *rule)
{
    FILE *out = tell(s, "price", in_words(s->lang, "价格", "price"), &rule->who, rule->clause);
    if (rule->price_fen >= 0)
        say(out, s->lang, "%s 元", "%s yuan", SHORT_YUAN(rule->price_fen));
    else
        fputs(package->method == METHOD_CAPITATION
                  ? in_words(s->lang, "按人头另行结算", "settled by head")
                  : in_words(s->lang, "按分组结果", "as grouped"),
              out);
    if (package->method == METHOD_PER_DIEM)
        fputs(in_words(s->lang, "/日", " a day"), out);
    if (by_price(package) && package->share_on == SHARE_FIXED)
        say(out, s->lang, "，患者 %s 元", ", the patient %s yuan", SHORT_YUAN(rule->patient_fen));
    told(s);
}

void tell_package(struct statements *s, uint8_t index)
{
    const struct policy_packages *packages = s->policy->packages;
    const struct package *package = &packages->list[index];
    const struct layer *layer = &s->policy->layers[package->layer];
    tell_text(s, "method", in_words(s->lang, "支付方式", "method"), 0,
              method_name(s->lang, package->method));
    tell_text(s, "fund", in_words(s->lang, "结算", "settled by"), 0,
              in_words(s->lang, layer->name_zh, layer->id));
    if (package->part_count) {
        say_parts(tell(s, "of", in_words(s->lang, "价格包含", "the price stands for"), NULL, 0),
                  s->lang, package->parts, package->part_count);
        told(s);
    }
    if (by_price(package))
        tell_shares(s, package);
    for (uint8_t i = 0; i < packages->rule_count; i++)
        if (packages->rules[i].package == index)
            tell_price(s, package, &packages->rules[i]);
}

void tell_allowance(struct statements *s, uint8_t index)
{
    const struct allowance *allowance = &s->policy->allowances->list[index];
    FILE *out = tell(s, "when", in_words(s->lang, "适用", "for"), NULL, 0);
    say_names(out, s->lang, s->policy, allowance->insutypes, insutype_name);
    fputs(in_words(s->lang, "，", ", "), out);
    say_names(out, s->lang, s->policy, allowance->kinds, kind_name);
    if (allowance->classes != SELECTOR_ANY) {
        fputs(in_words(s->lang, "，", ", "), out);
        say_names(out, s->lang, s->policy, allowance->classes, class_name);
    }
    if (allowance->in.dimensions) {
        fputs(in_words(s->lang, "，", ", "), out);
        say_situations(out, s->lang, s->policy, &allowance->in);
    }
    told(s);
    tell_text(s, "pool", in_words(s->lang, "等待期和欠费", "waiting and arrears"), 0,
              allowance->needs_pool ? in_words(s->lang, "期间不享受", "nothing is paid meanwhile")
                                    : in_words(s->lang, "不影响", "no matter"));
    out = tell(s, "wage", in_words(s->lang, "日津贴", "a day's allowance"), NULL, 0);
    say(out, s->lang, "用人单位职工月平均工资除以 %d", "the employer's average monthly wage / %d",
        allowance->over_days);
    if (allowance->rounds_days)
        fputs(in_words(s->lang, "，先取到分", ", rounded to the fen"), out);
    told(s);
    for (uint8_t i = 0; i < allowance->row_count; i++) {
        const struct allowance_row *row = &allowance->rows[i];
        out = tell(s, "days", in_words(s->lang, "天数", "days"), NULL, row->clause);
        if (row->in.dimensions) {
            say_situations(out, s->lang, s->policy, &row->in);
            fputs(in_words(s->lang, "：", ": "), out);
        }
        fprintf(out, "%d", row->days);
        told(s);
    }
}
