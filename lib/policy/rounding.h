/* Where and how what a bill splits into, and what layers pay, become whole fen (V-64). All zero:
 * half up, first self-pay by the line, segments by their sum. */
#ifndef POLICY_ROUNDING_H
#define POLICY_ROUNDING_H

#include <stdbool.h>

#include "base/money.h"

struct preselfpay_rounding {
    bool of_bill; /* of the bill's sum, not of each line */
    enum rounding to;
};

struct segment_rounding {
    bool apart; /* each segment by itself, not their sum */
    enum rounding to;
};

struct policy_rounding {
    struct preselfpay_rounding preselfpay;
    struct segment_rounding segments;
};

#endif
