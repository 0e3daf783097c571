/* Rounding in words, where it is not half up, by the line and of a layer's sum. */
#include "review/statements.h"

static void tell_rule(struct statements *s, const char *topic, const char *about, const char *place,
                      enum rounding to)
{
    say(tell(s, topic, about, NULL, 0), s->lang, "%s%s", "%s %s", place,
        rounding_words(s->lang, to));
    told(s);
}

void tell_rounding(struct statements *s)
{
    const struct policy_rounding *rounding = &s->policy->rounding;
    const struct preselfpay_rounding *first = &rounding->preselfpay;
    const struct segment_rounding *segments = &rounding->segments;
    if (first->of_bill || first->to != ROUND_HALF_UP)
        tell_rule(s, "round_preselfpay",
                  in_words(s->lang, "先行自付的舍入", "first self-pay is rounded"),
                  first->of_bill ? in_words(s->lang, "按整张单据合计", "on the bill's sum")
                                 : in_words(s->lang, "按每条明细", "by the line"),
                  first->to);
    if (segments->apart || segments->to != ROUND_HALF_UP)
        tell_rule(s, "round_segments",
                  in_words(s->lang, "分段支付的舍入", "what segments pay is rounded"),
                  segments->apart ? in_words(s->lang, "各段分别", "by the segment")
                                  : in_words(s->lang, "按各段合计", "on their sum"),
                  segments->to);
}
