/* Checking a bill by itself, before any state is looked at. Pure but for the request's arena; the
 * gate's thread. Line order changes neither the verdict nor the order of what is reported. */
#include "model/claim.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/date.h"
#include "base/money.h"

/* Lines moved one place, beyond which sorting is left to qsort(). */
#define MOVES_MAX 64

/* What an original's refunds took back so far. */
struct refunded {
    int64_t amount, cnt;
    bool spent; /* below zero: the line that went there was reported */
};

struct check {
    const struct claim *claim;
    const struct claim_line **order; /* by feedetl_sn */
    struct problems *problems;
    struct refunded *refunded; /* by position in order; NULL when there are no refunds */
    int64_t sum;               /* of the lines */
    int64_t gross;             /* of the lines' magnitudes: bounds every sum of any of them */
    bool overflow;             /* of gross */
    bool unsummed; /* a line's figures are out of range; reported, and the sum says nothing */
};

static int by_number(const void *a, const void *b)
{
    const struct claim_line *x = *(const struct claim_line *const *)a;
    const struct claim_line *y = *(const struct claim_line *const *)b;
    int order = strcmp(x->feedetl_sn, y->feedetl_sn);
    return order != 0 ? order : (x > y) - (x < y);
}

const struct claim_line **claim_order(const struct claim *claim, struct arena *arena)
{
    const struct claim_line **order = arena_alloc_raw(arena, claim->line_count * sizeof *order);
    if (!order)
        return NULL;
    /* Mostly in order, or nearly ("10" before "2"): each finds its place near the end. Of a bill
     * that is not, qsort() does the rest. */
    uint32_t placed = 0, moves = 0;
    for (; placed < claim->line_count && moves <= MOVES_MAX; placed++) {
        const struct claim_line *line = &claim->lines[placed];
        uint32_t at = placed;
        for (; at > 0 && strcmp(order[at - 1]->feedetl_sn, line->feedetl_sn) > 0; at--, moves++)
            order[at] = order[at - 1];
        order[at] = line;
    }
    bool sorted = placed == claim->line_count;
    for (; placed < claim->line_count; placed++)
        order[placed] = &claim->lines[placed];
    if (!sorted)
        qsort(order, claim->line_count, sizeof *order, by_number);
    return order;
}

int64_t claim_order_find(const struct claim *claim, const struct claim_line *const *order,
                         const char *feedetl_sn)
{
    int64_t low = 0, high = claim->line_count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        int cmp = strcmp(order[middle]->feedetl_sn, feedetl_sn);
        if (cmp == 0)
            return middle;
        if (cmp < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

const struct claim_line *claim_original(const struct claim *claim,
                                        const struct claim_line *const *order,
                                        const struct claim_line *line)
{
    if (!claim_line_is_refund(line))
        return line;
    int64_t at = claim_order_find(claim, order, line->init_feedetl_sn);
    CHECK(at >= 0);
    return order[at];
}

static bool in_range(int64_t value)
{
    return value >= -FEN_MAX && value <= FEN_MAX;
}

static int64_t magnitude(int64_t value)
{
    return value < 0 ? -value : value;
}

/* Inside the calendar that date.h can name, so that later arithmetic on it is safe. */
static bool time_is_real(int64_t time_ms)
{
    return time_ms >= date_start_ms(date_of(1800, 1, 1)) && time_ms < date_start_ms(DATE_MAX);
}

static void check_text(struct check *c, const char *text, const char *field, const char *feedetl_sn)
{
    if (text[0] == '\0')
        problem_add(c->problems, REASON_FIELD_MISSING, field, feedetl_sn, NULL);
}

static void check_head(struct check *c)
{
    const struct claim *claim = c->claim;
    check_text(c, claim->psn_no, "psn_no", NULL);
    check_text(c, claim->mdtrt_cert_type, "mdtrt_cert_type", NULL);
    check_text(c, claim->med_type, "med_type", NULL);
    check_text(c, claim->ipt_otp_no, "ipt_otp_no", NULL);
    if (strcmp(claim->mdtrt_cert_type, "03") == 0 && claim->card_sn[0] == '\0')
        problem_add(c->problems, REASON_CARD_SN_MISSING, "card_sn", NULL, NULL);
    if (!time_is_real(claim->begntime))
        problem_add(c->problems, REASON_DATES, "begntime", NULL, NULL);
    if (!time_is_real(claim->endtime))
        problem_add(c->problems, REASON_DATES, "endtime", NULL, NULL);
    else if (claim->endtime < claim->begntime)
        problem_add(c->problems, REASON_DATES, "endtime", NULL, "endtime < begntime");
    if (!in_range(claim->medfee_sumamt))
        problem_add(c->problems, REASON_AMOUNT_OVERFLOW, "medfee_sumamt", NULL, NULL);
    else if (claim->medfee_sumamt <= 0) {
        char yuan[MONEY_TEXT];
        problem_add(c->problems, REASON_BILL_ZERO, "medfee_sumamt", NULL,
                    money_yuan(claim->medfee_sumamt, yuan));
    }
}

/* |cnt x pric - amount| <= 1 fen, before any rounding; cnt and amount point the same way. */
static void check_amount(struct check *c, const struct claim_line *line)
{
    const __int128 fen = 100000000; /* of cnt x pric: 10^4 x 10^6 per yuan */
    __int128 product = (__int128)line->cnt * line->pric;
    __int128 difference = product - (__int128)line->det_item_fee_sumamt * fen;
    bool opposed = line->cnt > 0 ? line->det_item_fee_sumamt < 0 : line->det_item_fee_sumamt > 0;
    if (difference <= fen && difference >= -fen && !opposed)
        return;
    char cnt[MONEY_TEXT], pric[MONEY_TEXT], amount[MONEY_TEXT];
    problem_addf(c->problems, REASON_LINE_AMOUNT, "det_item_fee_sumamt", line->feedetl_sn,
                 "%s x %s / %s", money_format(line->cnt, 4, -1, cnt),
                 money_format(line->pric, 6, -1, pric),
                 money_yuan(line->det_item_fee_sumamt, amount));
}

static void check_figures(struct check *c, const struct claim_line *line)
{
    const char *sn = line->feedetl_sn;
    bool usable = true;
    const struct {
        const char *field;
        int64_t value;
    } figures[] = {{"det_item_fee_sumamt", line->det_item_fee_sumamt},
                   {"cnt", line->cnt},
                   {"pric", line->pric}};
    for (size_t i = 0; i < ARRAY_LEN(figures); i++)
        if (!in_range(figures[i].value)) {
            problem_add(c->problems, REASON_AMOUNT_OVERFLOW, figures[i].field, sn, NULL);
            usable = false;
        }
    if (line->cnt == 0) {
        problem_add(c->problems, REASON_FIELD_INVALID, "cnt", sn, "0");
        usable = false;
    }
    if (line->pric < 0) {
        problem_add(c->problems, REASON_FIELD_INVALID, "pric", sn, "< 0");
        usable = false;
    }
    if (usable)
        check_amount(c, line);
    if (!usable)
        c->unsummed = true;
    else if (!money_add(&c->gross, magnitude(line->det_item_fee_sumamt)))
        c->overflow = true;
    else
        c->sum += line->det_item_fee_sumamt;
}

/* A negative line, and no other, names the line that it takes back. */
static bool check_sign(struct check *c, const struct claim_line *line)
{
    bool negative = line->det_item_fee_sumamt < 0 || line->cnt < 0;
    if (claim_line_is_refund(line) == negative)
        return true;
    if (negative)
        problem_add(c->problems, REASON_LINE_NEGATIVE, "init_feedetl_sn", line->feedetl_sn, NULL);
    else
        problem_add(c->problems, REASON_LINE_ORIGINAL, "init_feedetl_sn", line->feedetl_sn,
                    "det_item_fee_sumamt >= 0");
    return false;
}

static void check_refund(struct check *c, const struct claim_line *line)
{
    const char *sn = line->feedetl_sn;
    int64_t at = claim_order_find(c->claim, c->order, line->init_feedetl_sn);
    if (at < 0 || claim_line_is_refund(c->order[at])) {
        problem_add(c->problems, REASON_LINE_ORIGINAL, "init_feedetl_sn", sn,
                    line->init_feedetl_sn);
        return;
    }
    const struct claim_line *original = c->order[at];
    if (strcmp(original->med_list_codg, line->med_list_codg) != 0) {
        problem_add(c->problems, REASON_LINE_ORIGINAL, "med_list_codg", sn,
                    original->med_list_codg);
        return;
    }
    struct refunded *r = &c->refunded[at];
    if (!in_range(line->det_item_fee_sumamt) || !in_range(line->cnt) ||
        !in_range(original->det_item_fee_sumamt) || !in_range(original->cnt) || r->spent)
        return; /* reported already */
    if (!money_add(&r->amount, line->det_item_fee_sumamt) || !money_add(&r->cnt, line->cnt) ||
        r->amount + original->det_item_fee_sumamt < 0 || r->cnt + original->cnt < 0) {
        r->spent = true;
        problem_add(c->problems, REASON_LINE_ORIGINAL, "det_item_fee_sumamt", sn,
                    line->init_feedetl_sn);
    }
}

static void check_line(struct check *c, const struct claim_line *line)
{
    const char *sn = line->feedetl_sn;
    check_text(c, line->feedetl_sn, "feedetl_sn", NULL);
    check_text(c, line->med_list_codg, "med_list_codg", sn);
    check_figures(c, line);
    if (line->hosp_appr_flag > 2)
        problem_addf(c->problems, REASON_FIELD_INVALID, "hosp_appr_flag", sn, "%u",
                     line->hosp_appr_flag);
    if (!time_is_real(line->fee_ocur_time))
        problem_add(c->problems, REASON_DATES, "fee_ocur_time", sn, NULL);
}

static void check_day(struct check *c, const struct claim_line *line)
{
    const struct claim *claim = c->claim;
    char text[DATE_TEXT];
    if (!time_is_real(line->fee_ocur_time) || !time_is_real(claim->begntime) ||
        !time_is_real(claim->endtime))
        return;
    int32_t day = date_of_time(line->fee_ocur_time);
    if (day < date_of_time(claim->begntime) - BEFORE_DAYS_MAX || day > date_of_time(claim->endtime))
        problem_add(c->problems, REASON_DATES, "fee_ocur_time", line->feedetl_sn,
                    date_format(day, text));
}

static void check_unique(struct check *c, uint32_t i)
{
    const struct claim_line *line = c->order[i];
    if (i > 0 && line->feedetl_sn[0] != '\0' &&
        strcmp(c->order[i - 1]->feedetl_sn, line->feedetl_sn) == 0)
        problem_add(c->problems, REASON_LINE_DUPLICATE, "feedetl_sn", line->feedetl_sn, NULL);
}

static enum err check_lines(struct check *c, struct arena *arena)
{
    const struct claim *claim = c->claim;
    c->order = claim_order(claim, arena);
    if (!c->order)
        return ERR_NOMEM;
    bool refunds = false;
    for (uint32_t i = 0; i < claim->line_count; i++)
        refunds = refunds || claim_line_is_refund(&claim->lines[i]);
    if (refunds) {
        c->refunded = arena_alloc(arena, claim->line_count * sizeof *c->refunded);
        if (!c->refunded)
            return ERR_NOMEM;
    }
    for (uint32_t i = 0; i < claim->line_count; i++) {
        const struct claim_line *line = c->order[i];
        check_unique(c, i);
        check_line(c, line);
        check_day(c, line);
        if (check_sign(c, line) && claim_line_is_refund(line))
            check_refund(c, line);
    }
    char lines[MONEY_TEXT], stated[MONEY_TEXT];
    if (c->overflow)
        problem_add(c->problems, REASON_AMOUNT_OVERFLOW, "medfee_sumamt", NULL, NULL);
    if (!c->overflow && !c->unsummed && c->sum != claim->medfee_sumamt)
        problem_addf(c->problems, REASON_BILL_SUM, "medfee_sumamt", NULL, "%s / %s",
                     money_yuan(c->sum, lines), money_yuan(claim->medfee_sumamt, stated));
    return ERR_OK;
}

static void check_count(const struct claim *claim, struct problems *problems)
{
    if (claim->line_count == 0)
        problem_add(problems, REASON_LINES_MISSING, "lines", NULL, NULL);
    else if (claim->line_count > LINES_MAX)
        problem_addf(problems, REASON_LINES_TOO_MANY, "lines", NULL, "%" PRIu32 " > %d",
                     claim->line_count, LINES_MAX);
}

enum err claim_check_upload(const struct claim *claim, struct arena *arena,
                            struct problems *problems)
{
    uint32_t before = problems->count + problems->more;
    struct check c = {.claim = claim, .problems = problems};
    check_count(claim, problems);
    if (problems->count + problems->more > before)
        return ERR_INVALID;
    c.order = claim_order(claim, arena);
    if (!c.order)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < claim->line_count; i++) {
        check_unique(&c, i);
        check_line(&c, c.order[i]);
        (void)check_sign(&c, c.order[i]);
    }
    if (c.overflow)
        problem_add(problems, REASON_AMOUNT_OVERFLOW, "det_item_fee_sumamt", NULL, NULL);
    return problems->count + problems->more > before ? ERR_INVALID : ERR_OK;
}

enum err claim_check(const struct claim *claim, struct arena *arena, struct problems *problems)
{
    uint32_t before = problems->count + problems->more;
    struct check c = {.claim = claim, .problems = problems};
    check_head(&c);
    check_count(claim, problems);
    if (claim->line_count > 0 && claim->line_count <= LINES_MAX) {
        enum err err = check_lines(&c, arena);
        if (err != ERR_OK)
            return err;
    }
    return problems->count + problems->more > before ? ERR_INVALID : ERR_OK;
}
