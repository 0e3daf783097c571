/* lib/settle/detail: 3202; each kind of difference is named on its side, and a long comparison goes
 * on where it stopped. */
#include "settle/detail.h"

#include "fixture.h"

static const struct bill visit = {.lines = {{DRUG_A, 10000}}}; /* 100.00: 70.00, 0, 30.00 */

/* The institution's list as it grows. */
#define ROWS 8
struct own_books {
    Copay__StatementRow rows[ROWS], *list[ROWS];
    size_t count;
    int refd; /* -1: absent */
    int32_t begndate, enddate;
    const char *clr_type;
    Copay__StatementCursor *from;
};

static struct own_books *book_open(struct world *w)
{
    struct own_books *b = calloc(1, sizeof *b);
    b->refd = -1;
    b->begndate = b->enddate = date_of_time(w->now_ms);
    b->clr_type = "11";
    return b;
}

static void book_close(struct own_books *b)
{
    for (size_t i = 0; i < b->count; i++) {
        free(b->rows[i].setl_id);
        free(b->rows[i].msgid);
    }
    free(b);
}

static Copay__StatementRow *enter(struct own_books *b, const char *setl_id, const char *msgid,
                                  bool voids)
{
    Copay__StatementRow *row = &b->rows[b->count];
    assert_true(b->count < ROWS);
    copay__statement_row__init(row);
    row->setl_id = setl_id ? strdup(setl_id) : NULL;
    row->msgid = msgid ? strdup(msgid) : NULL;
    row->psn_no = RESIDENT;
    row->medfee_sumamt = voids ? -10000 : 10000;
    row->fund_pay_sumamt = voids ? -7000 : 7000;
    row->refd_setl_flag = voids;
    b->list[b->count++] = row;
    return row;
}

/* What the last reply settled or voided. */
static Copay__StatementRow *enter_reply(struct own_books *b, const struct world *w)
{
    const Copay__Settlement *s = w->reply->settlement;
    return enter(b, s->setl_id, NULL, s->has_refd_setl_flag && s->refd_setl_flag);
}

static const Copay__StatementDifferences *compare(struct world *w, const struct own_books *b)
{
    Copay__Request request;
    Copay__StatementDetail m = COPAY__STATEMENT_DETAIL__INIT;
    uint32_t records = w->record_count;
    world_request_init(w, &request, "3202", TOWNSHIP, NULL);
    m.insutype = "390";
    m.clr_type = (char *)b->clr_type;
    m.setl_optins = "431002";
    m.has_refd_setl_flag = b->refd >= 0;
    m.refd_setl_flag = b->refd > 0;
    m.stmt_begndate = b->begndate;
    m.stmt_enddate = b->enddate;
    m.n_rows = b->count;
    m.rows = (Copay__StatementRow **)b->list;
    m.from = b->from;
    request.statement_detail = &m;
    assert_int_equal(world_send(w, world_pack(&request.base)), SETTLE_ANSWER);
    assert_int_equal(w->record_count, records);
    return w->reply->stmtdetail;
}

static void assert_even(struct world *w, const struct own_books *b)
{
    const Copay__StatementDifferences *found = compare(w, b);
    assert_non_null(found);
    assert_int_equal(found->n_differences, 0);
    assert_null(found->next);
}

static const Copay__StatementDifference *only(struct world *w, const struct own_books *b,
                                              uint32_t side)
{
    const Copay__StatementDifferences *found = compare(w, b);
    assert_non_null(found);
    assert_int_equal(found->n_differences, 1);
    assert_int_equal(found->differences[0]->stmt_rslt, side);
    assert_null(found->next);
    return found->differences[0];
}

static void what_is_the_same_is_not_told(void **state)
{
    struct world *w = *state;
    struct own_books *b = book_open(w);
    assert_even(w, b);
    char *setl_id = world_settled(w, &visit);
    enter_reply(b, w);
    free(world_settled(w, &visit));
    enter(b, NULL, w->reply->msgid, false); /* its answer never came */
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    enter_reply(b, w);
    assert_even(w, b);
    assert_int_equal(w->reply->stmtdetail->row_cnt, 3);
    assert_int_equal(w->reply->stmtdetail->setl_cnt, 3);
    free(setl_id);
    book_close(b);
}

static void what_the_institution_lacks_is_told_with_its_message(void **state)
{
    struct world *w = *state;
    struct own_books *b = book_open(w);
    char *setl_id = world_settled(w, &visit), *msgid = strdup(w->reply->msgid);
    free(world_settled(w, &visit));
    enter_reply(b, w);
    const Copay__StatementDifference *d = only(w, b, STATEMENT_OURS_MORE);
    assert_string_equal(d->setl_id, setl_id);
    assert_string_equal(d->msgid, msgid);
    assert_string_equal(d->infno, "2207");
    assert_string_equal(d->psn_no, RESIDENT);
    assert_string_equal(d->memo, "医药机构无此单据");
    assert_int_equal(d->medfee_sumamt, 10000);
    assert_int_equal(d->fund_pay_sumamt, 7000);
    assert_int_equal(d->business_date, date_of_time(w->now_ms));
    assert_false(d->has_row);
    assert_null(d->void_setl_id);
    free(msgid);
    free(setl_id);
    book_close(b);
}

/* Only the original is booked: the void is lacking. Neither: they cancel out, unless told apart. */
static void a_void_is_a_document_too(void **state)
{
    struct world *w = *state;
    struct own_books *b = book_open(w);
    char *setl_id = world_settled(w, &visit);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    char *void_id = strdup(w->reply->settlement->setl_id);
    assert_even(w, b);
    b->refd = 0;
    const Copay__StatementDifference *d = only(w, b, STATEMENT_OURS_MORE);
    assert_string_equal(d->setl_id, setl_id);
    assert_string_equal(d->void_setl_id, void_id);
    b->refd = 1;
    d = only(w, b, STATEMENT_OURS_MORE);
    assert_string_equal(d->setl_id, void_id);
    assert_true(d->refd_setl_flag);
    assert_int_equal(d->medfee_sumamt, -10000);
    b->refd = -1;
    enter(b, setl_id, NULL, false);
    d = only(w, b, STATEMENT_OURS_MORE);
    assert_string_equal(d->setl_id, void_id);
    assert_string_equal(d->infno, "2208");
    b->count = 0;
    free(b->rows[0].setl_id);
    enter(b, void_id, NULL, true);
    d = only(w, b, STATEMENT_OURS_MORE);
    assert_string_equal(d->setl_id, setl_id);
    free(void_id);
    free(setl_id);
    book_close(b);
}

/* A void of another day does not make good for the settlement of this one. */
static void what_cancels_out_does_so_within_the_dates(void **state)
{
    struct world *w = *state;
    struct own_books *b = book_open(w);
    char *setl_id = world_settled(w, &visit);
    w->now_ms += DAY_MS;
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    only(w, b, STATEMENT_OURS_MORE);
    b->enddate++;
    assert_even(w, b);
    b->begndate++;
    only(w, b, STATEMENT_OURS_MORE);
    free(setl_id);
    book_close(b);
}

static void what_we_lack_is_told_with_its_cause(void **state)
{
    struct world *w = *state;
    struct own_books *b = book_open(w);
    struct bill refused = visit, elsewhere = visit;
    enter(b, "431000202603100000000000000999", NULL, false);
    char *msgid = strdup(world_msgid(w, TOWNSHIP));
    enter(b, NULL, msgid, false);
    refused.psn_no = "P999";
    world_bill(w, &refused);
    enter(b, NULL, w->reply->msgid, false);
    elsewhere.fixmedins = HOSPITAL; /* another's */
    free(world_settled(w, &elsewhere));
    enter_reply(b, w);
    char *never = strdup(world_msgid(w, TOWNSHIP));
    world_reverse(w, TOWNSHIP, RESIDENT, "2207", never);
    enter(b, "not ours", never, false);
    const Copay__StatementDifferences *found = compare(w, b);
    static const char *const memos[] = {"中心无此单据", "中心无此单据", "中心已拒绝该报文,未结算",
                                        "中心无此单据", "该报文到达前已被冲正,未结算"};
    assert_int_equal(found->n_differences, 5);
    for (uint32_t i = 0; i < 5; i++) {
        const Copay__StatementDifference *d = found->differences[i];
        assert_int_equal(d->stmt_rslt, STATEMENT_THEIRS_MORE);
        assert_int_equal(d->row, i);
        assert_string_equal(d->memo, memos[i]);
        assert_null(d->setl_id);
    }
    assert_string_equal(found->differences[1]->msgid, msgid);
    free(never);
    free(msgid);
    book_close(b);
}

static void a_document_listed_twice_is_told_once_more(void **state)
{
    struct world *w = *state;
    struct own_books *b = book_open(w);
    char *setl_id = world_settled(w, &visit), *msgid = strdup(w->reply->msgid);
    enter(b, NULL, msgid, false);
    enter(b, NULL, msgid, false);
    const Copay__StatementDifference *d = only(w, b, STATEMENT_THEIRS_MORE);
    assert_string_equal(d->memo, "同一单据重复列出");
    assert_int_equal(d->row, 1);
    b->rows[1].setl_id = strdup(setl_id); /* the better name stands */
    d = only(w, b, STATEMENT_THEIRS_MORE);
    assert_int_equal(d->row, 0);
    b->rows[0].setl_id = strdup(setl_id);
    d = only(w, b, STATEMENT_THEIRS_MORE);
    assert_int_equal(d->row, 1);
    free(msgid);
    free(setl_id);
    book_close(b);
}

static void what_differs_is_named(void **state)
{
    struct world *w = *state;
    struct own_books *b = book_open(w);
    char *setl_id = world_settled(w, &visit), *msgid = strdup(w->reply->msgid);
    Copay__StatementRow *row = enter(b, setl_id, msgid, false);
    const Copay__StatementRow good = *row;
    static const char *const fields[] = {"psn_no",          "refd_setl_flag", "medfee_sumamt",
                                         "fund_pay_sumamt", "acct_pay",       "msgid",
                                         "setl_id"};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        *row = good;
        switch (i) {
        case 0:
            row->psn_no = "P1";
            break;
        case 1:
            row->refd_setl_flag = 1;
            break;
        case 2:
            row->medfee_sumamt++;
            break;
        case 3:
            row->fund_pay_sumamt--;
            break;
        case 4:
            row->acct_pay = 1;
            break;
        case 5:
            row->msgid = "H43100299004202603100900009999";
            break;
        case 6:
            row->setl_id = "431000202603100000000000000998";
            break;
        }
        const Copay__StatementDifference *d = only(w, b, STATEMENT_DIFFERS);
        assert_string_equal(d->field, fields[i]);
        assert_string_equal(d->setl_id, setl_id);
        assert_string_equal(d->msgid, msgid);
        assert_int_equal(d->row, 0);
        assert_int_equal(d->medfee_sumamt, 10000);
    }
    *row = good;
    free(msgid);
    free(setl_id);
    book_close(b);
}

/* The names of two documents on one row: it is the settlement's, and the message's is lacking. */
static void a_row_mixed_up_hides_nothing(void **state)
{
    struct world *w = *state;
    struct own_books *b = book_open(w);
    char *first = world_settled(w, &visit), *second = world_settled(w, &visit);
    enter(b, first, w->reply->msgid, false);
    const Copay__StatementDifferences *found = compare(w, b);
    assert_int_equal(found->n_differences, 2);
    assert_int_equal(found->differences[0]->stmt_rslt, STATEMENT_DIFFERS);
    assert_string_equal(found->differences[0]->field, "msgid");
    assert_string_equal(found->differences[0]->setl_id, first);
    assert_int_equal(found->differences[1]->stmt_rslt, STATEMENT_OURS_MORE);
    assert_string_equal(found->differences[1]->setl_id, second);
    free(first);
    free(second);
    book_close(b);
}

static void what_is_of_another_kind_or_day_is_named(void **state)
{
    struct world *w = *state;
    struct own_books *b = book_open(w);
    free(world_settled(w, &visit));
    enter_reply(b, w);
    b->clr_type = "21";
    assert_string_equal(only(w, b, STATEMENT_DIFFERS)->field, "clr_type");
    b->clr_type = "11";
    b->begndate = ++b->enddate;
    assert_string_equal(only(w, b, STATEMENT_DIFFERS)->field, "business_date");
    book_close(b);
}

/* More documents than one turn looks at, settlements of two days and a void; all are told. */
static void a_long_comparison_goes_on(void **state)
{
    struct world *w = *state;
    struct own_books *b = book_open(w);
    const int count = 40;
    char *first = world_settled(w, &visit);
    for (int i = 1; i < count; i++) {
        if (i == count / 2)
            w->now_ms += DAY_MS;
        free(world_settled(w, &visit));
    }
    b->enddate++;
    Copay__StatementCursor cursor = COPAY__STATEMENT_CURSOR__INIT;
    const Copay__StatementDifferences *found = compare(w, b);
    assert_int_equal(found->n_differences, count);
    /* From any of them on, the rest is told. */
    char *middle = strdup(found->differences[30]->setl_id);
    cursor.has_business_date = cursor.has_refd_setl_flag = cursor.has_sequence = 1;
    cursor.business_date = b->enddate;
    OK(id_parse_setl(middle, &cursor.sequence));
    b->from = &cursor;
    found = compare(w, b);
    assert_int_equal(found->n_differences, count - 30);
    assert_string_equal(found->differences[0]->setl_id, middle);
    cursor.sequence = 1; /* genesis */
    compare(w, b);
    assert_refused(w, SETTLE_ANSWER, REASON_STATEMENT_CURSOR);
    free(middle);
    free(first);
    book_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(what_is_the_same_is_not_told),
        WORLD_TEST(what_the_institution_lacks_is_told_with_its_message),
        WORLD_TEST(a_void_is_a_document_too),
        WORLD_TEST(what_cancels_out_does_so_within_the_dates),
        WORLD_TEST(what_we_lack_is_told_with_its_cause),
        WORLD_TEST(a_document_listed_twice_is_told_once_more),
        WORLD_TEST(what_differs_is_named),
        WORLD_TEST(a_row_mixed_up_hides_nothing),
        WORLD_TEST(what_is_of_another_kind_or_day_is_named),
        WORLD_TEST(a_long_comparison_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
