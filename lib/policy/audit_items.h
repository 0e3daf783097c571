/* For whom and what care a smart-audit rule is, and for which items. Masks are of the pack's
 * indexes that all its versions share. */
#ifndef POLICY_AUDIT_ITEMS_H
#define POLICY_AUDIT_ITEMS_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/situation.h"

/* What `when` and `only` may ask; `asked` is a mask of them. */
enum audit_match {
    AUDIT_MATCH_NONE,
    AUDIT_MATCH_KINDS,
    AUDIT_MATCH_INSUTYPES,
    AUDIT_MATCH_GRADES,
    AUDIT_MATCH_INSTITUTION_TAGS,
    AUDIT_MATCH_SEX,
    AUDIT_MATCH_AGE, /* on the day of the fee; of the claim: when the care began */
    AUDIT_MATCH_DIAGNOSES,
    AUDIT_MATCH_OPERATIONS,
    AUDIT_MATCH_EMERGENCY,
    AUDIT_MATCH_HOSP_APPR, /* of a line */
    AUDIT_MATCHES
};

struct audit_where {
    uint32_t asked;
    uint32_t kinds, insutypes, grades, institution_tags;
    uint8_t sex;       /* 1 male, 2 female */
    uint8_t hosp_appr; /* mask of hosp_appr_flag */
    bool emergency;
    int16_t age_min, age_max;
    struct code_list diagnoses, operations; /* prefixes */
};

/* One that holds is enough. */
struct audit_items_match {
    uint8_t chrgitm_lv;        /* mask, bit 1 << lv */
    uint16_t med_chrgitm_type; /* mask, bit 1 << type */
    bool lmt_used;             /* of limited use */
    uint32_t tags;             /* mask of the item tags */
    struct code_list codes;    /* prefixes of med_list_codg */
};

/* Lines of `any` that are not of `none`; of `any` without conditions: all lines. */
struct audit_items {
    bool all;
    struct audit_items_match any, none;
};

/* What an item is to a slot. */
struct audit_item {
    const char *med_list_codg;
    uint8_t chrgitm_lv, med_chrgitm_type;
    bool lmt_used;
    uint32_t tags;
};
bool audit_items_hold(const struct audit_items *items, const struct audit_item *item);

#endif
