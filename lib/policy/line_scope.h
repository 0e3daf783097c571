/* Which lines of a bill a rule is about. */
#ifndef POLICY_LINE_SCOPE_H
#define POLICY_LINE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

/* Conditions of a line; one that holds is enough. */
struct line_match {
    uint8_t chrgitm_lv;        /* mask, bit 1 << lv */
    bool bas_medn;             /* essential drugs */
    uint16_t med_chrgitm_type; /* mask, bit 1 << type */
    uint32_t tags;             /* item_list.h */
};

/* Lines of `any` that are not of `none`. */
struct line_scope {
    bool all;
    struct line_match any, none;
    uint16_t clause;
};

#endif
