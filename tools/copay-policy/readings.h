/* How a region reads the codes of its insurance catalogue: catalogue-import.yaml, beside the pack.
 * The code lists of price caps and first self-pay are the region's own, so nothing is guessed. */
#ifndef COPAY_POLICY_READINGS_H
#define COPAY_POLICY_READINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "policy/policy.h"

#define READINGS_FILE "catalogue-import.yaml"
#define READING_CODES_MAX 32
#define READING_COLUMNS_MAX 16
#define READING_CODE_MAX 15
#define READING_COLUMN 40

/* A list of codes that are taken. */
struct reading_codes {
    uint8_t count;
    char codes[READING_CODES_MAX][READING_CODE_MAX + 1];
};

/* A code, and the columns of catalogue.csv that its rows fill. */
struct reading_row {
    char code[READING_CODE_MAX + 1];
    uint8_t column_count;
    char columns[READING_COLUMNS_MAX][READING_COLUMN];
};

struct reading_map {
    uint8_t count;
    struct reading_row rows[READING_CODES_MAX];
};

struct readings {
    struct reading_codes insu_admdvs;       /* whose rows are the region's */
    struct reading_codes bas_medn_flag;     /* which of the national marks say essential drug */
    struct reading_codes selfpay_prop_type; /* which say first self-pay */
    struct reading_codes overlmt_dspo_way;  /* which leave what is over the cap to the patient */
    struct reading_map selfpay_prop_psn_type;
    struct reading_map hilist_lmtpric_type;
};

/* Reads it from the pack's folder. What is wrong is in faults. A file that is not there reads as
 * one that says the region itself, and "1" for an essential drug, and maps nothing. */
void readings_read(const char *folder, const struct policy *policy, struct faults *faults,
                   struct readings *out);

bool reading_lists(const struct reading_codes *list, const char *code);
/* NULL: the code is in no row. */
const struct reading_row *reading_find(const struct reading_map *map, const char *code);

#endif
