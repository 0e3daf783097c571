/* What the catalogue would say of a line, when a case states it instead of a code. */
#ifndef POLICY_STATED_LINE_H
#define POLICY_STATED_LINE_H

#include <stdbool.h>
#include <stdint.h>

struct stated_line {
    uint8_t chrgitm_lv; /* 1 to 3; 0: nothing is stated, the catalogue is asked */
    uint8_t med_chrgitm_type;
    bool bas_medn_flag;
    int32_t selfpay_prop;
    int64_t pric_uplmt_amt; /* yuan x 10^6; -1: none */
    uint32_t tags;          /* mask of the policy's item tags */
    int64_t item_dedc;      /* fen; 0: none */
    int64_t pay_standard;   /* yuan x 10^6; 0: none */
};

#endif
