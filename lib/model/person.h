/* An insured person's facts: effective-dated lists, as 1101 answers them (reference: interface.md,
 * section 1.1). Kept per person in the region's state; bounded, so that copies need no memory. */
#ifndef MODEL_PERSON_H
#define MODEL_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/date.h"
#include "base/id.h"
#include "base/limits.h"

/* One insurance over one period. Arrears or waiting close the pool, not the personal account. */
struct insurance {
    uint16_t insutype;     /* 310 employee, 390 resident */
    uint8_t psn_insu_stas; /* as stored: 1 normal, 2 paused, 4 ended; display only */
    uint8_t cvlserv_flag;
    char cvlserv_lv[4]; /* rank of a civil servant */
    char psn_type[7];
    char insuplc_admdvs[ID_ADMDVS + 1]; /* county of enrolment: the book that pays */
    int32_t psn_insu_date;              /* cover begins */
    int32_t pool_begndate;  /* pooled benefits begin (waiting period); >= psn_insu_date */
    int32_t paus_insu_date; /* arrears from this day: pool closed; DATE_NONE when not paused */
    int32_t expi_date;      /* last day of cover; DATE_MAX when open */
};

struct identity {
    char psn_idet_type[4]; /* the region's code; the pack maps it to a name */
    char psn_type_lv[4];
    char admdvs[ID_ADMDVS + 1]; /* county that certified it: its assistance fund pays */
    int32_t begntime, endtime;  /* first and last day */
};

struct person {
    char psn_no[TEXT_ID_MAX + 1];
    char psn_cert_type[4];
    char certno[TEXT_CODE_MAX + 1];
    char psn_name[TEXT_NAME_MAX + 1];
    uint8_t gend; /* 1 male, 2 female */
    char naty[4];
    int32_t brdy;
    int32_t death_date; /* DATE_NONE when alive */
    uint32_t insurance_count;
    struct insurance insurances[INSURANCES_MAX];
    uint32_t identity_count;
    struct identity identities[IDENTITIES_MAX];
};

/* The insurance of that type whose period holds `date`; insutype 0: employee (310) before others.
 * NULL when there is none. Borrows from person. */
const struct insurance *person_insurance(const struct person *person, uint16_t insutype,
                                         int32_t date);
/* True when pooled benefits are open on `date`: after waiting, before arrears. `begins` is from
 * when they are, pool_begndate or what a policy makes of it. */
bool insurance_pool_open(const struct insurance *insurance, int32_t begins, int32_t date);

/* Layout of the stored value (schema version 2): facts, insurances, identities in one, because a
 * claim reads them all. Every list at its limit, it stays inside an LMDB page's share. Latches. */
void person_write(struct writer *w, const struct person *person);
void person_read(struct reader *r, struct person *person);

#endif
