/* Caps and quotas of a layer. */
#ifndef POLICY_CAP_H
#define POLICY_CAP_H

#include "policy/rule.h"

#define CAP_RAISES_MAX 4

enum cap_on { CAP_ON_PAYMENT, CAP_ON_ELIGIBLE };

/* Years that enrolment counts, which raise a cap. */
enum cap_years { CAP_CONTINUOUS_YEARS, CAP_ZERO_CLAIM_YEARS };

struct cap_raise {
    enum cap_years by;
    uint8_t beyond; /* years that raise nothing yet */
    int64_t fen;    /* for each year after them */
};

/* What a layer may pay (or pay for) over a span, together with what the named accumulators hold
 * already. Where several hold for a person, the tightest does. */
struct cap_rule {
    struct selector who;
    enum cap_on on;
    enum rule_per per; /* stay and visit: this settlement */
    int64_t amount_fen;
    uint8_t raise_count;
    struct cap_raise raises[CAP_RAISES_MAX];
    int32_t raised_at_most; /* of the amount, x 10^4; -1: no limit */
    uint8_t scope_count;    /* scopes counted jointly, the layer's own among them: ACCUM_PAID, or
                               ACCUM_BASE when on eligible money */
    char scopes[LAYER_SCOPES_MAX][ACCUM_SCOPE + 1];
    uint8_t all_values; /* mask of the scopes that stand for all values of a dimension which their
                           layer accumulates by; by policy_index() */
    uint16_t clause;
};

/* True when the cap counts what is accumulated under that name, or under a value of it. */
bool cap_names(const struct cap_rule *cap, const char *accumulates);

#endif
