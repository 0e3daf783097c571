/* The catalogue and the institutions of a pack: immutable tables, looked up by code. */
#ifndef POLICY_CATALOGUE_H
#define POLICY_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "policy/rule.h"

#define CATALOGUE_INSUTYPES_MAX 4   /* columns selfpay_prop_<insutype> */
#define CATALOGUE_CAP_GRADES_MAX 12 /* columns pric_uplmt_<cap grade> */

/* A code and the NULs behind it: nothing but consumables has as many as 27 characters. */
#define CATALOGUE_CODE 28
/* A cache line, and where the entries begin. */
#define CATALOGUE_ALIGN 64
#define CATALOGUE_AGE_OPEN UINT8_MAX

/* One row, in force from begndate to enddate. A bill asks for entries all over a catalogue that no
 * cache holds, so an entry is one cache line, and the only one where caps do not differ by grade.
 */
struct catalogue_entry {
    char med_list_codg[CATALOGUE_CODE]; /* NULs to the end */
    int32_t begndate, enddate;
    uint16_t selfpay_prop[CATALOGUE_INSUTYPES_MAX]; /* ratio, by the policy's insutype index */
    uint8_t chrgitm_lv;                             /* 1 甲 2 乙 3 丙 */
    uint8_t med_chrgitm_type;                       /* 01 to 14 */
    bool bas_medn_flag;                             /* essential drug */
    bool lmt_used_flag; /* limited use: the hospital's flag decides the split */
    bool inpatient_only;
    uint8_t sex_limit;        /* 0 none, 1 male, 2 female */
    uint8_t age_min, age_max; /* years, inclusive; 0 and CATALOGUE_AGE_OPEN when open */
    bool caps_by_grade;
    uint16_t more; /* in the catalogue's table of them; 0: nothing more */
    union {
        int64_t at_all;          /* -1: no cap */
        const int64_t *by_grade; /* by cap grade index, when caps_by_grade */
    } pric_uplmt_amt;
};
_Static_assert(sizeof(struct catalogue_entry) == CATALOGUE_ALIGN, "an entry is one cache line");

/* What is stated of few items. */
struct catalogue_more {
    uint32_t tags;                             /* item_list.h */
    int64_t item_dedc;                         /* fen of a bill that are first self-pay; 0: none */
    int64_t pay_standard;                      /* yuan x 10^6; 0: none */
    uint16_t selfpay_prop[POLICY_CLASSES_MAX]; /* by class, instead of the insutype's */
};
#define CATALOGUE_PROP_NONE UINT16_MAX

/* -1: no cap. */
static inline int64_t catalogue_cap(const struct catalogue_entry *entry, uint8_t cap_grade)
{
    return entry->caps_by_grade ? entry->pric_uplmt_amt.by_grade[cap_grade]
                                : entry->pric_uplmt_amt.at_all;
}

struct institution {
    char fixmedins_code[ID_FIXMEDINS + 1];
    const char *name;
    uint8_t fixmedins_type;     /* 1 medical institution, 2 pharmacy */
    char admdvs[ID_ADMDVS + 1]; /* county: clr_optins */
    uint8_t benefit_grade, cap_grade,
        dedc_grade;            /* indexes into the policy's grades / cap grades */
    uint32_t tags;             /* mask of the policy's institution tags */
    uint32_t kinds;            /* mask of kinds of care it may provide, by the policy's index */
    int32_t begndate, enddate; /* designation */
};

struct catalogue; /* many entries, which are a hash table */

enum catalogue_found { CATALOGUE_FOUND, CATALOGUE_UNKNOWN, CATALOGUE_NOT_IN_FORCE };

/* The entry of that code in force on `date`. Borrows from the catalogue. */
enum catalogue_found catalogue_find(const struct catalogue *catalogue, const char *med_list_codg,
                                    int32_t date, const struct catalogue_entry **entry);

/* What a line asks, and the answer. */
struct catalogue_query {
    const char *med_list_codg;
    int32_t date;
    enum catalogue_found found;
    const struct catalogue_entry *entry; /* NULL unless found */
};
/* Answers them together: one after the other, each line of a bill would wait for memory. */
#define CATALOGUE_QUERIES_MAX 16
void catalogue_find_all(const struct catalogue *catalogue, struct catalogue_query *queries,
                        uint32_t count);
/* Fetches into the cache what a lookup of that code will look at, and does not wait for it. */
void catalogue_warm(const struct catalogue *catalogue, const char *med_list_codg);
uint32_t catalogue_count(const struct catalogue *catalogue);
/* The names of the columns that catalogue.csv must have under that policy, in the usual order, at
 * most TABLE_COLUMNS_MAX (base/table.h); those that are made are written to texts. Returns how many
 * there are. */
struct policy;
size_t catalogue_columns(const struct policy *policy, const char *columns[], char texts[][32]);
/* Whether a text has the form of an item's code: a drug's, a service's or a consumable's. */
bool catalogue_is_code(const char *text);
/* Of an entry whose `more` is not 0. */
const struct catalogue_more *catalogue_more(const struct catalogue *catalogue,
                                            const struct catalogue_entry *entry);

#endif
