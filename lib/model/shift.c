/* Writer and reader side by side. */
#include "model/shift.h"

#include <string.h>


#define SHIFT_VERSION 1
/* Insurance, clearing type, flag, a count and four sums. */
#define TOTAL_BYTES_MAX (2 + 1 + 6 + 1 + 5 * 10)
_Static_assert(SHIFT_TOTALS_MAX *TOTAL_BYTES_MAX + 128 <= SHIFT_BYTES_MAX &&
                   SHIFT_BYTES_MAX < VALUE_INLINE_MAX,
               "a shift is one inline value");

/* The row of those, begun if need be; at the end of the room that of the rest. */
static struct shift_total *row_of(struct shift *shift, uint16_t insutype, const char *clr_type,
                                  bool refd_setl_flag)
{
    for (uint32_t i = 0; i < shift->total_count; i++) {
        struct shift_total *total = &shift->totals[i];
        if (total->insutype == insutype && total->refd_setl_flag == refd_setl_flag &&
            strcmp(total->clr_type, clr_type) == 0)
            return total;
    }
    if (insutype != 0 && shift->total_count >= SHIFT_TOTALS_MAX - 2)
        return row_of(shift, 0, "", refd_setl_flag);
    struct shift_total *total = &shift->totals[shift->total_count++];
    *total = (struct shift_total){.insutype = insutype, .refd_setl_flag = refd_setl_flag};
    memcpy(total->clr_type, clr_type, strlen(clr_type) + 1);
    return total;
}

enum err shift_add(struct shift *shift, const struct settlement *settlement)
{
    struct shift_total *total =
        row_of(shift, settlement->insutype, settlement->clr_type, settlement->refd_setl_flag);
    total->setl_cnt++;
    return totals_add(&settlement->totals, &total->medfee_sumamt, &total->fund_pay_sumamt,
                      &total->acct_pay, &total->psn_cash_pay)
               ? ERR_OK
               : ERR_LIMIT;
}

void shift_write(struct writer *w, const struct shift *shift)
{
    write_u8(w, SHIFT_VERSION);
    write_packed(w, shift->sign_no);
    write_packed(w, shift->dev_no);
    write_i64(w, shift->sign_time);
    write_i64(w, shift->sign_out_time);
    write_u8(w, (uint8_t)shift->total_count);
    for (uint32_t i = 0; i < shift->total_count; i++) {
        const struct shift_total *total = &shift->totals[i];
        write_u16(w, total->insutype);
        write_packed(w, total->clr_type);
        write_u8(w, total->refd_setl_flag);
        write_varint(w, total->setl_cnt);
        write_signed(w, total->medfee_sumamt);
        write_signed(w, total->fund_pay_sumamt);
        write_signed(w, total->acct_pay);
        write_signed(w, total->psn_cash_pay);
    }
}

void shift_read(struct reader *r, struct shift *shift)
{
    r->failed |= read_u8(r) != SHIFT_VERSION;
    read_packed(r, shift->sign_no, sizeof shift->sign_no);
    read_packed(r, shift->dev_no, sizeof shift->dev_no);
    shift->sign_time = read_i64(r);
    shift->sign_out_time = read_i64(r);
    const uint32_t count = read_u8(r);
    r->failed |= count > SHIFT_TOTALS_MAX;
    shift->total_count = r->failed ? 0 : count;
    for (uint32_t i = 0; i < shift->total_count; i++) {
        struct shift_total *total = &shift->totals[i];
        total->insutype = read_u16(r);
        read_packed(r, total->clr_type, sizeof total->clr_type);
        total->refd_setl_flag = read_u8(r) != 0;
        total->setl_cnt = read_varint(r);
        total->medfee_sumamt = read_signed(r);
        total->fund_pay_sumamt = read_signed(r);
        total->acct_pay = read_signed(r);
        total->psn_cash_pay = read_signed(r);
    }
}
