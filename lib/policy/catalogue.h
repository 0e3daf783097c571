/* The catalogue and the institutions of a pack: immutable tables, looked up by code. */
#ifndef POLICY_CATALOGUE_H
#define POLICY_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"

#define CATALOGUE_INSUTYPES_MAX 4   /* columns selfpay_prop_<insutype> */
#define CATALOGUE_CAP_GRADES_MAX 12 /* columns pric_uplmt_<cap grade> */

/* A code and the NULs behind it: nothing but consumables has as many as 27 characters. */
#define CATALOGUE_CODE 28
/* A cache line, and where the entries begin. */
#define CATALOGUE_ALIGN 64

/* One row, in force from begndate to enddate. Several rows of one code follow each other in time.
 * A bill asks for entries all over a catalogue that no cache holds, so what every line needs stands
 * in the first cache line, and the caps behind it. */
struct catalogue_entry {
    char med_list_codg[CATALOGUE_CODE]; /* NULs to the end */
    uint8_t chrgitm_lv;                 /* 1 甲 2 乙 3 丙 */
    uint8_t med_chrgitm_type;           /* 01 to 14 */
    bool bas_medn_flag;                 /* essential drug */
    bool lmt_used_flag;                 /* limited use: the hospital's flag decides the split */
    bool inpatient_only;
    uint8_t sex_limit;        /* 0 none, 1 male, 2 female */
    int16_t age_min, age_max; /* years, inclusive; 0 and INT16_MAX when open */
    int32_t begndate, enddate;
    int32_t selfpay_prop[CATALOGUE_INSUTYPES_MAX];    /* by the policy's insutype index */
    int64_t pric_uplmt_amt[CATALOGUE_CAP_GRADES_MAX]; /* by cap grade index; -1: no cap */
    const char *name;
    uint8_t fill[24]; /* to whole cache lines */
};
_Static_assert(offsetof(struct catalogue_entry, pric_uplmt_amt) == CATALOGUE_ALIGN &&
                   sizeof(struct catalogue_entry) % CATALOGUE_ALIGN == 0,
               "what every line needs is one cache line");

struct institution {
    char fixmedins_code[ID_FIXMEDINS + 1];
    const char *name;
    uint8_t fixmedins_type;     /* 1 medical institution, 2 pharmacy */
    char admdvs[ID_ADMDVS + 1]; /* county: clr_optins */
    uint8_t benefit_grade, cap_grade,
        dedc_grade;            /* indexes into the policy's grades / cap grades */
    uint32_t kinds;            /* mask of kinds of care it may provide, by the policy's index */
    int32_t begndate, enddate; /* designation */
};

struct catalogue; /* many entries behind one hash table */

enum catalogue_found { CATALOGUE_FOUND, CATALOGUE_UNKNOWN, CATALOGUE_NOT_IN_FORCE };

/* The entry of that code in force on `date`. Borrows from the catalogue. */
enum catalogue_found catalogue_find(const struct catalogue *catalogue, const char *med_list_codg,
                                    int32_t date, const struct catalogue_entry **entry);
/* Fetches into the cache what catalogue_find() will look at for these codes, all at once: one after
 * the other, a bill's lines would each wait for memory twice. */
#define CATALOGUE_WARM_MAX 16
void catalogue_warm(const struct catalogue *catalogue, const char *const *codes, uint32_t count);
uint32_t catalogue_count(const struct catalogue *catalogue);

#endif
