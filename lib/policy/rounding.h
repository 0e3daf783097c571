/* Where and how what a bill splits into, and what layers pay, become whole fen (V-64). All zero:
 * half up, first self-pay by the line, segments by their sum. */
#ifndef POLICY_ROUNDING_H
#define POLICY_ROUNDING_H

#include <stdbool.h>

#include "base/money.h"

struct rounding_rule {
    bool apart; /* the other place: first self-pay of the bill's sum, segments each by itself */
    enum rounding to;
};

struct policy_rounding {
    struct rounding_rule preselfpay, segments;
};

#endif
