/* The explanation: what was computed, from what, by which clause (design section 6, point 10). */
#ifndef MODEL_STEP_H
#define MODEL_STEP_H

#include <stdint.h>

/* Codes of the explanation's steps. Stored and compared by verify: numbers are never reused.
 * Below 32: a line's reason; from 32: a layer's or payer's step. */
enum step_code {
    STEP_NONE = 0,
    STEP_CLASS_A = 1,    /* 甲类; the class's own reason is its number, which replies leave out */
    STEP_CLASS_B = 2,    /* 乙类, first self-pay ratio */
    STEP_CLASS_C = 3,    /* 丙类 */
    STEP_RESTRICTED = 4, /* a restriction of the catalogue entry is not met: wholly own */
    STEP_LIMITED_USE = 5,          /* the hospital's flag says: wholly own */
    STEP_REFUNDED = 6,             /* a refund line: split(after) - split(before) of its original */
    STEP_STATED = 7,               /* the split was stated directly (cases) */
    STEP_LIMITED_USE_HOSPITAL = 8, /* the hospital's flag says: the hospital bears it */
    STEP_REFUSED = 9,              /* audit refuses it, the patient bears it */
    STEP_REFUSED_HOSPITAL = 10,    /* audit refuses it, the hospital bears it */
    STEP_PAY_STANDARD = 11,        /* part of it is above the item's payment standard */
    STEP_ITEM_DEDC = 12,           /* part of it is the item's deductible, first self-pay */
    STEP_OVER_CEILING = 13,        /* part of it is above a ceiling over a group of lines */
    STEP_UNCOVERED = 31,           /* the person was not insured on its day: wholly own */
    STEP_BASE = 32,                /* base of a layer: amount */
    STEP_SCOPE = 33,               /* lines outside a benefit's scope: amount left out */
    STEP_DEDUCTIBLE = 34,          /* limit: the deductible due; amount: consumed */
    STEP_SEGMENT = 35,             /* base x ratio = amount */
    STEP_BEFORE = 36,      /* cumulative layer: f(before), taken off; base: cumulated before */
    STEP_QUOTA = 37,       /* quota or cap: limit; base: payment before the cut; amount: after */
    STEP_EXCESS = 38,      /* eligible money above a cap, computed back: amount */
    STEP_POOL_CLOSED = 40, /* waiting or arrears: the layer pays nothing */
    STEP_ACCOUNT = 41,     /* limit: balance before; base: what it may pay; amount: paid */
    STEP_CASH = 42,
    STEP_SITUATION = 43, /* the claim's value of a dimension, when it is not the last one; the layer
                            is "dimension/value" */
    STEP_TRANSITION = 46, /* the patient's total under this version (base) and under the other
                             (limit); amount: the better one, whose figures these are */
    STEP_PART = 48,    /* the part of a split stay whose steps follow: amount: its fee; the layer is
                          its first day */
    STEP_NEWBORN = 47, /* a newborn's care under another's cover; no figures */
    STEP_GUARANTEE = 65,  /* base: what the target is a share of; ratio: the share; limit: what the
                             counted layers paid; amount: missing */
    STEP_PAID_LATER = 66, /* amount: due from the layer, but not on this bill */
    STEP_FAMILY = 67,     /* limit: the relatives' balance before; base: what it may pay; amount */
    STEP_CARRIED = 50, /* limit: the stay's own deductible; amount: the rest of an earlier stay's,
                          due in its place */
    STEP_LEFT = 51,    /* not consumed: amount, which is due in the next stay */
    STEP_CEILING = 62, /* base: in-scope money of a ceiling's lines; limit: what stays; amount: what
                          is above */
    STEP_HOSPITAL_LINES = 63, /* lines that the hospital bears: amount */
    STEP_PACKAGE = 68, /* base: what a package's price stands for; limit: the price; amount: what
                          the hospital bears above it */
    STEP_PACKAGE_SHARE = 69, /* the patient's part by the price, or fixed. base: what the layer pays
                                at the price, or its base; limit: what the fee is below the price,
                                or the fixed sum; amount: base less limit */
    STEP_INSTITUTION = 70,   /* the institution's gain or, below 0, loss under its payment method.
                                base: what the price stands for; limit: the price */
    STEP_INSTITUTION_DUE = 71, /* base: what the layer pays on the bill; amount: what its fund owes
                                  the institution for it */
    STEP_ALLOWANCE = 72,       /* a cash benefit beside the bill. base: a month's wage; limit: days,
                                  a number; amount */
    STEP_PERIOD = 53,          /* a settlement period of the stay: amount: its part of the base */
    STEP_MERGED = 52, /* a stay that continues the one before: limit: its own deductible; base:
                         what was consumed before; amount: due now */
    STEP_FIRST_SELFPAY = 55,  /* base x ratio = amount, which leaves the base (转外自付) */
    STEP_POINTS = 56,         /* ratio: added to every band's */
    STEP_POINTS_OFF = 57,     /* ratio: taken off every band's */
    STEP_MULTIPLY = 58,       /* ratio: every band's is multiplied by it */
    STEP_PERSONAL_SHARE = 59, /* ratio: what every band leaves to the person is multiplied by it */
    STEP_LUMP = 60,           /* limit: the sum; base: the money there is; amount: paid of it */
    STEP_CASH_BENEFIT = 61,   /* amount: what a lump is above that, which is not on the bill */
    STEP_DEDC_TIMES = 80,     /* ratio: the deductible is multiplied by it */
    STEP_DEDC_PLUS = 81,      /* amount: added to a deductible that is not 0 */
    STEP_UNCAPPED = 82,       /* the layer's caps do not hold */
    STEP_CAP_RAISED = 83,     /* a cap by the person's years. base: the cap; limit: raised; amount:
                                 by so much */
    STEP_BANDS_BEFORE = 84,   /* bands over the year: amount: the money that they ran over before,
                                 which this settlement's begins above */
};

struct step {
    uint8_t code;                /* enum step_code */
    const char *layer;           /* the layer's id; "" */
    int64_t base, limit, amount; /* fen; what each means stands at the code */
    int32_t ratio;               /* 0: none */
    uint16_t clause;
};

#endif
