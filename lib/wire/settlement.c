/* Settlement of an answer: heads and totals, lines with their splits, fund rows, steps, and the
 * accumulators that it moved. A pre-settlement has no setl_id; a void has no lines and no steps.
 * Pure. */
#include <stddef.h>
#include <string.h>

#include "base/id.h"
#include "wire/line_clause.h"
#include "wire/write.h"

/* setlinfo's totals have the numbers from here on. */
#define TOTALS_FIRST 30

static const struct word *field_word(uint8_t field, uint8_t owner_kind)
{
    static const struct word account = WORD("acct_pay"), hospital = WORD("hosp_part_amt"),
                             relatives = WORD("acct_mulaid_pay");
    static const struct word funds[] = {
        [FUND_HIFP] = WORD("hifp_pay"),   [FUND_CVLSERV] = WORD("cvlserv_pay"),
        [FUND_HIFES] = WORD("hifes_pay"), [FUND_HIFMI] = WORD("hifmi_pay"),
        [FUND_HIFOB] = WORD("hifob_pay"), [FUND_HIFDM] = WORD("hifdm_pay"),
        [FUND_MAF] = WORD("maf_pay"),     [FUND_OTH] = WORD("oth_pay")};
    if (field < ARRAY_LEN(funds))
        return &funds[field];
    return owner_kind == OWNER_HOSPITAL   ? &hospital
           : owner_kind == OWNER_RELATIVE ? &relatives
                                          : &account;
}

static const struct word *owner_word(uint8_t owner_kind)
{
    static const struct word owners[] = {
        WORD(""),           WORD("county"),  WORD("insurer"),  WORD("civil_servant"),
        WORD("assistance"), WORD("account"), WORD("hospital"), WORD("relative")};
    CHECK(owner_kind < ARRAY_LEN(owners));
    return &owners[owner_kind];
}

static struct word insutype_word(uint16_t insutype)
{
    struct word word = {.size = insutype >= 100 ? 3 : insutype >= 10 ? 2 : 1};
    CHECK(insutype < 1000);
    (void)id_digits(word.text, insutype, word.size);
    return word;
}

/* The settlement's own texts among its heads. */
struct head_text {
    uint16_t offset;
    uint8_t field;
};
#define HEAD(number, member)                                                                       \
    {                                                                                              \
        .offset = offsetof(struct settlement, member), .field = (number)                           \
    }
static const struct head_text heads_first[] = {HEAD(6, psn_type), HEAD(7, med_type),
                                               HEAD(8, fixmedins_code)};
static const struct head_text heads_second[] = {HEAD(13, ipt_otp_no), HEAD(14, chrg_bchno)};
static const struct head_text heads_third[] = {HEAD(17, clr_optins),     HEAD(18, clr_way),
                                               HEAD(19, clr_type),       HEAD(20, setl_optins),
                                               HEAD(21, insuplc_admdvs), HEAD(22, identities)};
/* Every text of a settlement lies before its totals; one of them is written twice. */
#define HEADS_MAX                                                                                  \
    (offsetof(struct settlement, totals) + ID_SETL + PUT_WORD_MAX + 16 * PUT_BYTES_MAX(0) +        \
     5 * PUT_NUMBER_MAX)

static uint8_t *put_heads(uint8_t *p, const struct settlement *s, const struct head_text *heads,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        p = put_some(p, heads[i].field, (const char *)s + heads[i].offset);
    return p;
}

/* A number of a settlement or an encounter is whole, or "". */
static uint8_t *put_setl_id(uint8_t *p, uint32_t field, const char setl_id[ID_SETL + 1])
{
    if (!setl_id[0])
        return p;
    p = put_tag(p, field, WIRE_BYTES);
    *p++ = ID_SETL;
    memcpy(p, setl_id, ID_SETL);
    return p + ID_SETL;
}

static void write_heads(const struct reply *reply, struct out *out)
{
    const struct settlement *s = reply->settlement;
    const char *name = reply->psn_name ? reply->psn_name : "";
    const char *policy = reply->policy_digest ? reply->policy_digest : "";
    char mdtrt_id[ID_SETL + 1];
    const struct word insutype = insutype_word(s->insutype);
    uint8_t *p =
        out_room(out, HEADS_MAX + PUT_BYTES_MAX(strlen(name)) + PUT_BYTES_MAX(strlen(policy)));
    if (!p)
        return;
    p = put_setl_id(p, 1, s->setl_id);
    settlement_mdtrt_id(s, mdtrt_id);
    p = put_setl_id(p, 2, mdtrt_id);
    p = put_some(p, 3, s->psn_no);
    p = put_some(p, 4, name);
    p = put_word(p, 5, &insutype);
    p = put_heads(p, s, heads_first, ARRAY_LEN(heads_first));
    p = put_number(p, 9, (uint64_t)s->setl_time);
    p = put_number(p, 10, (uint64_t)s->begntime);
    p = put_number(p, 11, (uint64_t)s->endtime);
    p = put_number(p, 12, s->year);
    p = put_heads(p, s, heads_second, ARRAY_LEN(heads_second));
    p = put_setl_id(p, 15, s->init_setl_id);
    if (s->refd_setl_flag)
        p = put_small(p, 16, true);
    p = put_heads(p, s, heads_third, ARRAY_LEN(heads_third));
    out_to(out, put_some(p, 23, policy));
}

/* Absent money differs from zero: every total is written. */
static void write_totals(const struct totals *t, struct out *out)
{
#define TOTAL(member) (offsetof(struct totals, member) / sizeof(int64_t))
    static const uint8_t order[] = {TOTAL(medfee_sumamt),
                                    TOTAL(fulamt_ownpay_amt),
                                    TOTAL(overlmt_selfpay),
                                    TOTAL(preselfpay_amt),
                                    TOTAL(inscp_scp_amt),
                                    TOTAL(act_pay_dedc),
                                    TOTAL(fund[FUND_HIFP]),
                                    TOTAL(fund[FUND_CVLSERV]),
                                    TOTAL(fund[FUND_HIFES]),
                                    TOTAL(fund[FUND_HIFMI]),
                                    TOTAL(fund[FUND_HIFOB]),
                                    TOTAL(fund[FUND_HIFDM]),
                                    TOTAL(fund[FUND_MAF]),
                                    TOTAL(fund[FUND_OTH]),
                                    TOTAL(fund_pay_sumamt),
                                    TOTAL(psn_part_amt),
                                    TOTAL(acct_pay),
                                    TOTAL(acct_mulaid_pay),
                                    TOTAL(psn_cash_pay),
                                    TOTAL(hosp_part_amt),
                                    TOTAL(psn_selfpay_amt),
                                    TOTAL(psn_ownpay_amt),
                                    TOTAL(balc),
                                    TOTAL(transfer_selfpay)};
#undef TOTAL
    _Static_assert(ARRAY_LEN(order) * sizeof(int64_t) == sizeof *t, "every total is written");
    const int64_t *totals = (const int64_t *)(const void *)t;
    uint8_t *p = out_room(out, ARRAY_LEN(order) * PUT_NUMBER_MAX);
    if (!p)
        return;
    for (uint32_t i = 0; i < ARRAY_LEN(order); i++)
        p = put_varint(put_tag(p, TOTALS_FIRST + i, WIRE_VARINT), zigzag(totals[order[i]]));
    out_to(out, p);
}

static uint8_t *put_id(uint8_t *p, uint32_t field, const struct reply_id *id)
{
    p = put_tag(p, field, WIRE_BYTES);
    memcpy(p, id, sizeof *id);
    return p + 1 + id->size;
}

static const struct reply_id *clause_id(const struct reply_texts *texts, uint16_t clause)
{
    CHECK(clause < texts->clause_count);
    return &texts->clause_ids[clause];
}

/* The clause that made a figure, if one did. */
static uint8_t *put_clause(uint8_t *p, uint32_t field, const struct reply_texts *texts,
                           uint16_t clause)
{
    if (!texts->clause_ids || clause_id(texts, clause)->size == 0)
        return p;
    return put_id(p, field, clause_id(texts, clause));
}

/* A line's, unless the last line of its class had the same. */
static uint8_t *put_line_clause(uint8_t *p, const struct reply_texts *texts,
                                const struct line_split *line, uint16_t last[LINE_CLASSES])
{
    CHECK(line->chrgitm_lv < LINE_CLASSES);
    uint16_t *before = &last[line->chrgitm_lv];
    if (!texts->clause_ids || line->clause == *before)
        return p;
    *before = line->clause;
    return put_id(p, 13, clause_id(texts, line->clause));
}

#define CLAUSE_MAX (2 + sizeof(struct reply_id))
#define SPLIT_MAX (PUT_BYTES_MAX(0) + 11 * PUT_NUMBER_MAX + CLAUSE_MAX)

/* Lines as a field of that number. */
struct line_list {
    uint32_t field, count;
    const struct claim_line *lines;
    const struct line_split *splits;
};

static uint8_t *put_line(uint8_t *p, uint32_t field, const struct reply *reply,
                         const struct line_split *line, const char *feedetl_sn, size_t sn_size,
                         uint16_t last[LINE_CLASSES])
{
    uint8_t *mark = p = put_open(p, field);
    p = put_bytes(p, 1, feedetl_sn, sn_size);
    p = put_signed(p, 2, line->det_item_fee_sumamt);
    p = put_nonzero(p, 3, line->fulamt_ownpay_amt);
    p = put_nonzero(p, 4, line->overlmt_amt);
    p = put_nonzero(p, 5, line->preselfpay_amt);
    p = put_nonzero(p, 6, line->inscp_scp_amt);
    if (line->pric_uplmt_amt >= 0)
        p = put_number(p, 7, (uint64_t)line->pric_uplmt_amt);
    if (line->selfpay_prop != 0)
        p = put_number(p, 8, (uint32_t)line->selfpay_prop);
    p = put_small(p, 9, line->chrgitm_lv);
    p = put_small(p, 10, line->med_chrgitm_type);
    if (line->bas_medn_flag)
        p = put_small(p, 11, true);
    if (line->reason != line->chrgitm_lv)
        p = put_small(p, 12, line->reason);
    return put_close(mark, put_line_clause(p, &reply->texts, line, last));
}

static void write_lines(const struct reply *reply, const struct line_list *list, struct out *out)
{
    uint16_t last[LINE_CLASSES] = {0};
    for (uint32_t i = 0; i < list->count; i++) {
        const char *feedetl_sn = list->lines[i].feedetl_sn;
        size_t sn_size = strlen(feedetl_sn);
        uint8_t *p = out_room(out, SPLIT_MAX + PUT_BYTES_MAX(sn_size));
        if (!p)
            return;
        out_to(out, put_line(p, list->field, reply, &list->splits[i], feedetl_sn, sn_size, last));
    }
}

void write_results(const struct reply *reply, struct out *out)
{
    const struct line_list list = {23, reply->results.count, reply->results.lines,
                                   reply->results.splits};
    write_lines(reply, &list, out);
}

static void write_own_lines(const struct reply *reply, struct out *out)
{
    const struct result *result = reply->result;
    const struct claim *claim = &reply->request->claim;
    const struct line_list list = {60, result->line_count, claim->lines, result->lines};
    CHECK(result->line_count == claim->line_count);
    if (list.count <= LINES_MAX) /* a longer stay's would not fit a frame */
        write_lines(reply, &list, out);
}

#define ROW_MAX                                                                                    \
    (PUT_BYTES_MAX(0) + PUT_ARRAY_MAX(((struct settlement_row *)NULL)->layer) +                    \
     PUT_ARRAY_MAX(((struct settlement_row *)NULL)->fund_pay_type) + 2 * PUT_WORD_MAX +            \
     PUT_ARRAY_MAX(((struct settlement_row *)NULL)->owner) + 3 * PUT_NUMBER_MAX + CLAUSE_MAX)

/* The rows as they are kept; their clauses are the result's, which a void has not. */
static void write_rows(const struct reply *reply, struct out *out)
{
    const struct settlement *s = reply->settlement;
    const struct result *result = reply->result;
    CHECK(!result || result->row_count == s->row_count);
    for (uint32_t i = 0; i < s->row_count; i++) {
        const struct settlement_row *row = &s->rows[i];
        uint8_t *p = out_room(out, ROW_MAX);
        if (!p)
            return;
        uint8_t *mark = p = put_open(p, 61);
        p = put_array(p, 1, row->layer);
        p = put_array(p, 2, row->fund_pay_type);
        p = put_word(p, 3, field_word(row->field, row->owner_kind));
        if (row->owner_kind)
            p = put_word(p, 4, owner_word(row->owner_kind));
        if (row->owner[0])
            p = put_array(p, 5, row->owner);
        p = put_signed(p, 6, row->base);
        if (row->ratio != 0)
            p = put_number(p, 7, (uint32_t)row->ratio);
        p = put_signed(p, 8, row->amount);
        if (result)
            p = put_clause(p, 9, &reply->texts, result->rows[i].clause);
        out_to(out, put_close(mark, p));
    }
}

#define STEP_MAX (PUT_BYTES_MAX(0) + 5 * PUT_NUMBER_MAX + CLAUSE_MAX)

static void write_steps(const struct reply *reply, struct out *out)
{
    const struct result *result = reply->result;
    const char *layer = "";
    for (uint32_t i = 0; i < result->step_count; i++) {
        const struct step *step = &result->steps[i];
        /* A layer's steps stand together. */
        bool other = step->layer != layer && strcmp(step->layer, layer) != 0;
        layer = step->layer;
        uint8_t *p = out_room(out, STEP_MAX + (other ? PUT_BYTES_MAX(strlen(layer)) : 0));
        if (!p)
            return;
        uint8_t *mark = p = put_open(p, 62);
        p = put_small(p, 1, step->code);
        if (other)
            p = put_text(p, 2, layer);
        p = put_nonzero(p, 3, step->base);
        if (step->ratio != 0)
            p = put_number(p, 4, (uint32_t)step->ratio);
        p = put_nonzero(p, 5, step->limit);
        p = put_signed(p, 6, step->amount);
        out_to(out, put_close(mark, put_clause(p, 7, &reply->texts, step->clause)));
    }
}

/* What an accumulator stands at; one that came to nothing is not kept, and reads 0. Both lists are
 * sorted alike: *at is where the one before was found. */
static int64_t value_after(const struct accums *after, const struct accum *a, uint32_t *at)
{
    int order = -1;
    while (*at < after->count && (order = accum_compare(&after->list[*at], a)) < 0)
        ++*at;
    return order == 0 ? after->list[*at].value
                      : accum_get(after, a->year, a->insutype, (enum accum_kind)a->kind, a->scope);
}

#define MOVED_MAX                                                                                  \
    (PUT_BYTES_MAX(0) + 3 * PUT_NUMBER_MAX + 2 * PUT_WORD_MAX +                                    \
     PUT_ARRAY_MAX(((struct accum *)NULL)->scope))

static void write_moved(const struct reply *reply, const struct accum *moved, uint32_t count,
                        struct out *out)
{
    uint32_t at = 0;
    struct word insutype;
    for (uint32_t i = 0; i < count; i++) {
        const struct accum *a = &moved[i];
        if (i == 0 || a->insutype != moved[i - 1].insutype)
            insutype = insutype_word(a->insutype);
        uint8_t *p = out_room(out, MOVED_MAX);
        if (!p)
            return;
        uint8_t *mark = p = put_open(p, 63);
        p = put_number(p, 1, a->year);
        p = put_word(p, 2, &insutype);
        p = put_word(p, 3, accum_kind_word(a->kind));
        p = put_array(p, 4, a->scope);
        p = put_signed(p, 5, value_after(reply->accums_after, a, &at));
        p = put_signed(p, 6, a->value);
        out_to(out, put_close(mark, p));
    }
}

void write_settlement(const struct reply *reply, struct out *out)
{
    const struct settlement *s = reply->settlement;
    const struct result *result = reply->result;
    write_heads(reply, out);
    write_totals(result ? &result->totals : &s->totals, out);
    if (result)
        write_own_lines(reply, out);
    write_rows(reply, out);
    if (result)
        write_steps(reply, out);
    if (result)
        write_moved(reply, result->deltas, result->delta_count, out);
    else
        write_moved(reply, s->deltas, s->delta_count, out);
}
