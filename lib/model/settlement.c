/* The stored layout of a settlement, version 5: packed texts, only the totals that are not zero (a
 * bit mask says which), rows, deltas; figures are varints. Pure; any thread. */
#include "model/settlement.h"

#include <string.h>

#include "base/date.h"

#define SETTLEMENT_VERSION 5
/* Figures of one settlement that are written as varints: heads, totals, rows, deltas. */
#define FIGURES_MAX (5 + TOTALS + 3 * FUND_ROWS_MAX + DELTAS_MAX)
#define TOTALS (15 + FUND_FIELDS + 1)

/* No text takes more room in the layout than in the struct: its head byte stands for its NUL. A
 * varint takes at most two bytes more than its figure. The rest is the version, the mask and two
 * counts. */
_Static_assert(sizeof(struct settlement) + 2 * FIGURES_MAX + 16 + SETTLEMENT_HEAD_MAX <=
                   SETTLEMENT_BYTES_MAX,
               "a settlement's layout must fit its bound");
_Static_assert(TOTALS <= 32 && sizeof(struct totals) == TOTALS * sizeof(int64_t),
               "every total has its bit in the mask");
_Static_assert(FUND_ROWS_MAX <= UINT8_MAX && DELTAS_MAX <= UINT8_MAX, "counts are one byte");

/* The order of the mask's bits: stored, never to be changed. */
static void totals_list(struct totals *t, int64_t *list[TOTALS])
{
    int64_t *const heads[] = {&t->medfee_sumamt,  &t->fulamt_ownpay_amt, &t->overlmt_selfpay,
                              &t->preselfpay_amt, &t->inscp_scp_amt,     &t->act_pay_dedc};
    int64_t *const tails[] = {&t->fund_pay_sumamt, &t->psn_part_amt,    &t->hosp_part_amt,
                              &t->acct_pay,        &t->acct_mulaid_pay, &t->psn_cash_pay,
                              &t->psn_selfpay_amt, &t->psn_ownpay_amt,  &t->balc,
                              &t->transfer_selfpay};
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        list[n++] = heads[i];
    for (size_t i = 0; i < FUND_FIELDS; i++)
        list[n++] = &t->fund[i];
    for (size_t i = 0; i < ARRAY_LEN(tails); i++)
        list[n++] = tails[i];
    CHECK(n == TOTALS);
}

static void write_totals(struct writer *w, const struct totals *totals)
{
    struct totals copy = *totals;
    int64_t *list[TOTALS];
    uint32_t mask = 0;
    totals_list(&copy, list);
    for (size_t i = 0; i < TOTALS; i++)
        mask |= (uint32_t)(*list[i] != 0) << i;
    write_u32(w, mask);
    for (size_t i = 0; i < TOTALS; i++)
        if (*list[i] != 0)
            write_signed(w, *list[i]);
}

static void read_totals(struct reader *r, struct totals *totals)
{
    int64_t *list[TOTALS];
    uint32_t mask = read_u32(r);
    totals_list(totals, list);
    if (mask >> TOTALS)
        r->failed = true;
    for (size_t i = 0; i < TOTALS; i++)
        *list[i] = mask >> i & 1 ? read_signed(r) : 0;
}

static void write_rows(struct writer *w, const struct settlement *s)
{
    write_u8(w, (uint8_t)s->row_count);
    for (uint32_t i = 0; i < s->row_count; i++) {
        const struct settlement_row *row = &s->rows[i];
        write_packed(w, row->layer);
        write_packed(w, row->fund_pay_type);
        write_u8(w, row->field);
        write_u8(w, row->owner_kind);
        write_packed(w, row->owner);
        write_signed(w, row->base);
        write_signed(w, row->amount);
        write_signed(w, row->ratio);
    }
}

static void read_rows(struct reader *r, struct settlement *s)
{
    uint32_t count = read_u8(r);
    if (count > FUND_ROWS_MAX)
        r->failed = true;
    for (uint32_t i = 0; i < count && !r->failed; i++) {
        struct settlement_row *row = &s->rows[i];
        read_packed(r, row->layer, sizeof row->layer);
        read_packed(r, row->fund_pay_type, sizeof row->fund_pay_type);
        row->field = read_u8(r);
        row->owner_kind = read_u8(r);
        read_packed(r, row->owner, sizeof row->owner);
        row->base = read_signed(r);
        row->amount = read_signed(r);
        int64_t ratio = read_signed(r);
        row->ratio = (int32_t)ratio;
        if (row->field > FUND_FIELDS || ratio != row->ratio)
            r->failed = true;
    }
    s->row_count = r->failed ? 0 : count;
}

static void write_deltas(struct writer *w, const struct settlement *s)
{
    write_u8(w, (uint8_t)s->delta_count);
    for (uint32_t i = 0; i < s->delta_count; i++)
        accum_write(w, &s->deltas[i]);
}

static void read_deltas(struct reader *r, struct settlement *s)
{
    uint32_t count = read_u8(r);
    if (count > DELTAS_MAX)
        r->failed = true;
    for (uint32_t i = 0; i < count && !r->failed; i++)
        accum_read(r, &s->deltas[i]);
    s->delta_count = r->failed ? 0 : count;
}

/* The texts in stored order, so that writer and reader cannot disagree: first those that keys are
 * made of. */
#define SETTLEMENT_NAMES(TEXT)                                                                     \
    TEXT(psn_no)                                                                                   \
    TEXT(ipt_otp_no)                                                                               \
    TEXT(chrg_bchno)                                                                               \
    TEXT(dev_no)                                                                                   \
    TEXT(clr_type)                                                                                 \
    TEXT(setl_optins)
#define SETTLEMENT_TEXTS(TEXT)                                                                     \
    TEXT(infno)                                                                                    \
    TEXT(init_setl_id)                                                                             \
    TEXT(void_setl_id)                                                                             \
    TEXT(prev_setl_id)                                                                             \
    TEXT(invono)                                                                                   \
    TEXT(opter)                                                                                    \
    TEXT(mdtrt_cert_type)                                                                          \
    TEXT(psn_type)                                                                                 \
    TEXT(med_type)                                                                                 \
    TEXT(identities)                                                                               \
    TEXT(insuplc_admdvs)                                                                           \
    TEXT(mdtrtarea_admvs)                                                                          \
    TEXT(clr_way)                                                                                  \
    TEXT(clr_optins)

/* Moments beside the settlement's own: near it, and often the same. Unsigned, because damage may
 * say anything. */
static void write_moment(struct writer *w, int64_t time_ms, int64_t near_ms)
{
    write_signed(w, (int64_t)((uint64_t)time_ms - (uint64_t)near_ms));
}

static int64_t read_moment(struct reader *r, int64_t near_ms)
{
    return (int64_t)((uint64_t)read_signed(r) + (uint64_t)near_ms);
}

void settlement_fixmedins(const char msgid[ID_MSGID + 1], char fixmedins_code[ID_FIXMEDINS + 1])
{
    memcpy(fixmedins_code, msgid, ID_FIXMEDINS);
    fixmedins_code[ID_FIXMEDINS] = '\0';
}

void settlement_mdtrt_id(const struct settlement *settlement, char mdtrt_id[ID_SETL + 1])
{
    const char *own = settlement->refd_setl_flag ? settlement->init_setl_id : settlement->setl_id;
    memcpy(mdtrt_id, settlement->mdtrt_id[0] ? settlement->mdtrt_id : own, ID_SETL + 1);
    if (mdtrt_id[0])
        mdtrt_id[0] = 'M';
}

void settlement_write_head(struct writer *w, const char *msgid, int64_t setl_time)
{
    write_u8(w, SETTLEMENT_VERSION);
    write_packed(w, msgid);
    write_signed(w, setl_time);
}

#define WRITE(field) write_packed(w, settlement->field);
void settlement_write_body(struct writer *w, const struct settlement *settlement)
{
    CHECK(settlement->row_count <= FUND_ROWS_MAX && settlement->delta_count <= DELTAS_MAX);
    CHECK(strncmp(settlement->fixmedins_code, settlement->msgid, ID_FIXMEDINS) == 0);
    const bool encounter = settlement->mdtrt_id[0] != '\0';
    write_u8(w, (uint8_t)(settlement->refd_setl_flag | settlement->against << 1 |
                          settlement->spans << 2 | encounter << 3));
    write_u16(w, settlement->insutype);
    write_u16(w, settlement->year);
    if (encounter)
        write_packed(w, settlement->mdtrt_id);
    SETTLEMENT_NAMES(WRITE)
    SETTLEMENT_TEXTS(WRITE)
    write_varint(w, settlement->day_prev ? settlement->sequence - settlement->day_prev : 0);
    write_moment(w, settlement->begntime, settlement->setl_time);
    write_moment(w, settlement->endtime, settlement->begntime);
    write_signed(w, settlement->balance_before);
    write_totals(w, &settlement->totals);
    write_rows(w, settlement);
    write_deltas(w, settlement);
}
#undef WRITE

void settlement_write(struct writer *w, const struct settlement *settlement)
{
    settlement_write_head(w, settlement->msgid, settlement->setl_time);
    settlement_write_body(w, settlement);
}

#define READ(field) read_packed(r, out->field, sizeof out->field);
/* Into a settlement, or only its names. */
#define READ_NAMES                                                                                 \
    uint8_t flags = read_u8(r);                                                                    \
    out->refd_setl_flag = flags & 1;                                                               \
    out->against = flags >> 1 & 1;                                                                 \
    out->spans = flags >> 2 & 1;                                                                   \
    out->insutype = read_u16(r);                                                                   \
    out->year = read_u16(r);                                                                       \
    out->mdtrt_id[0] = '\0';                                                                       \
    if (flags & 8)                                                                                 \
        READ(mdtrt_id)                                                                             \
    SETTLEMENT_NAMES(READ)                                                                         \
    r->failed |= flags > 15;

void settlement_read_names(struct reader *r, struct settlement_names *out)
{
    READ_NAMES
}

static void read_head(struct reader *r, const char *setl_id, struct settlement *out)
{
    if (read_u8(r) != SETTLEMENT_VERSION || id_parse_setl(setl_id, &out->sequence) != ERR_OK)
        r->failed = true;
    else
        memcpy(out->setl_id, setl_id, sizeof out->setl_id);
    read_packed(r, out->msgid, sizeof out->msgid);
    settlement_fixmedins(out->msgid, out->fixmedins_code);
    out->setl_time = read_signed(r);
    if (!date_time_valid(out->setl_time)) {
        r->failed = true; /* no day could be told from it */
        out->setl_time = 0;
    }
    out->business_date = date_of_time(out->setl_time);
}

/* As its distance, which is short. */
static uint64_t read_day_prev(struct reader *r, uint64_t sequence)
{
    uint64_t distance = read_varint(r);
    r->failed |= distance >= sequence && distance > 0;
    return distance > 0 ? sequence - distance : 0;
}

void settlement_read(struct reader *r, const char *setl_id, struct settlement *out)
{
    *out = (struct settlement){0};
    read_head(r, setl_id, out);
    READ_NAMES
    SETTLEMENT_TEXTS(READ)
    out->day_prev = read_day_prev(r, out->sequence);
    out->begntime = read_moment(r, out->setl_time);
    out->endtime = read_moment(r, out->begntime);
    out->balance_before = read_signed(r);
    read_totals(r, &out->totals);
    read_rows(r, out);
    read_deltas(r, out);
}
#undef READ_NAMES
#undef READ
