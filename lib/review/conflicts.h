/* catalogue-conflicts.csv: where a county's catalogue and the city's say different things of an
 * item, and which of the two is in force until that is decided. It stands beside the pack, whose
 * catalogue holds the winner's rows; it is no part of the bundle. */
#ifndef REVIEW_CONFLICTS_H
#define REVIEW_CONFLICTS_H

#include "base/fault.h"
#include "policy/pack.h"
#include "review/words.h"

#define CONFLICTS_FILE "catalogue-conflicts.csv"
#define CONFLICTS_MAX 500 /* a table that people decide about, row by row */

struct conflict_side {
    uint8_t chrgitm_lv;    /* 1 甲 2 乙 3 丙 */
    uint16_t selfpay_prop; /* ratio; of 乙 alone */
};

struct conflict {
    char med_list_codg[CATALOGUE_CODE];
    char name[256];
    char county_code[ID_ADMDVS + 1];
    struct conflict_side county, city;
    bool county_wins;
    int32_t begndate, enddate;
    char state[128]; /* what becomes of it, for people */
};

struct conflicts {
    uint32_t count;
    struct conflict list[CONFLICTS_MAX];
};

/* Reads the file in the folder `dir`, which need not have one, and holds every row against the
 * pack's catalogue. What is wrong is added to `faults`, each with its line; such rows are not
 * listed. */
void conflicts_read(const char *dir, const struct pack *pack, struct conflicts *out,
                    struct faults *faults);

/* One in a line, for who decides. */
void conflict_say(FILE *out, enum lang lang, const struct conflict *conflict);

#endif
