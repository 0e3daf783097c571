/* An operator's shift (班次) at an institution, from 9001 to 9002, and its totals. */
#ifndef MODEL_SHIFT_H
#define MODEL_SHIFT_H

#include "model/settlement.h"

/* Settlements, or voids, of one insurance and clearing type. */
struct shift_total {
    uint16_t insutype; /* 0: of all that have no row of their own */
    char clr_type[7];
    bool refd_setl_flag;
    uint64_t setl_cnt;
    int64_t medfee_sumamt, fund_pay_sumamt, acct_pay, psn_cash_pay; /* fen */
};

/* Two of them are for what has none of its own. */
#define SHIFT_TOTALS_MAX 24

struct shift {
    char sign_no[ID_SETL + 1]; /* of the record that began it: id_format_sign() */
    char dev_no[TEXT_ID_MAX + 1];
    int64_t sign_time;     /* ms */
    int64_t sign_out_time; /* ms; 0: it is running */
    uint32_t total_count;
    struct shift_total totals[SHIFT_TOTALS_MAX];
};

/* Adds a settlement or void to its row. ERR_LIMIT: a sum out of range; the shift is then not whole.
 */
enum err shift_add(struct shift *shift, const struct settlement *settlement) MUST_CHECK;

/* Stored layout, version 1; reading latches. */
#define SHIFT_BYTES_MAX 1800
void shift_write(struct writer *w, const struct shift *shift);
void shift_read(struct reader *r, struct shift *shift);

#endif
