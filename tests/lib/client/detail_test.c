/* lib/client/detail: a sound answer to 3202 passes; what cannot be true is named. */
#include "client/detail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/copay.h"

/* A row that is unknown to copayd. */
struct answer {
    Copay__Request request;
    Copay__StatementDetail asked;
    Copay__StatementRow row, *rows[1];
    Copay__StatementCursor from, next;
    Copay__Reply reply;
    Copay__StatementDifferences found;
    Copay__StatementDifference d, *list[1];
};

static void answer_init(struct answer *a)
{
    copay__request__init(&a->request);
    copay__statement_detail__init(&a->asked);
    copay__statement_row__init(&a->row);
    copay__statement_cursor__init(&a->from);
    copay__statement_cursor__init(&a->next);
    copay__reply__init(&a->reply);
    copay__statement_differences__init(&a->found);
    copay__statement_difference__init(&a->d);
    a->request.infno = a->reply.infno = "3202";
    a->request.statement_detail = &a->asked;
    a->rows[0] = &a->row;
    a->asked.n_rows = 1;
    a->asked.rows = a->rows;
    a->reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    a->reply.stmtdetail = &a->found;
    a->list[0] = &a->d;
    a->found.row_cnt = 1;
    a->found.n_differences = 1;
    a->found.differences = a->list;
    a->d.stmt_rslt = 2;
    a->d.has_row = 1;
}

static void give_ours(struct answer *a)
{
    a->d.setl_id = a->d.msgid = a->d.infno = a->d.psn_no = "1";
    a->d.has_business_date = a->d.has_medfee_sumamt = a->d.has_fund_pay_sumamt = a->d.has_acct_pay =
        1;
}

static void a_sound_answer_passes(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a);
    assert_null(copay_check(&a.request, &a.reply));
    give_ours(&a);
    a.d.stmt_rslt = 3;
    a.d.field = "acct_pay";
    assert_null(copay_check(&a.request, &a.reply));
    a.d.stmt_rslt = 1;
    a.d.has_row = 0;
    assert_null(copay_check(&a.request, &a.reply));
}

static void a_difference_stands_on_its_side(void **state)
{
    (void)state;
    struct answer a;
    for (int how = 0; how < 7; how++) {
        answer_init(&a);
        if (how == 0)
            a.reply.stmtdetail = NULL;
        if (how == 1)
            a.d.stmt_rslt = 0;
        if (how == 2)
            a.d.stmt_rslt = 4;
        if (how == 3)
            a.d.has_row = 0;
        if (how == 4)
            a.d.row = 1;
        if (how == 5)
            a.d.stmt_rslt = 3; /* without a field */
        if (how == 6) {
            a.d.stmt_rslt = 1; /* without the document */
            a.d.has_row = 0;
        }
        assert_non_null(copay_check(&a.request, &a.reply));
    }
}

static void it_goes_on_where_it_has_not_been(void **state)
{
    (void)state;
    static const struct {
        uint32_t row;
        int32_t date;
        int voids;
        uint64_t sequence;
    } steps[] = {{0, 5, 0, 0}, {1, 5, 0, 9}, {1, 5, 0, 4}, {1, 5, 1, 8}, {1, 6, 0, 20}};
    for (size_t from = 0; from < 5; from++)
        for (size_t next = 0; next < 5; next++) {
            struct answer a;
            answer_init(&a);
            a.asked.from = &a.from;
            a.found.next = &a.next;
            a.from.row = steps[from].row;
            a.next.row = steps[next].row;
            a.from.has_business_date = 1;
            a.from.business_date = steps[from].date;
            a.next.business_date = steps[next].date;
            a.from.refd_setl_flag = steps[from].voids;
            a.next.refd_setl_flag = steps[next].voids;
            a.from.sequence = steps[from].sequence;
            a.next.sequence = steps[next].sequence;
            bool goes_on = copay_check(&a.request, &a.reply) == NULL;
            if (from > 0) /* where nothing was said of the sequence, any is new */
                assert_int_equal(goes_on, next > from);
            a.found.row_cnt = 0;
            assert_non_null(copay_check(&a.request, &a.reply));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_answer_passes),
        cmocka_unit_test(a_difference_stands_on_its_side),
        cmocka_unit_test(it_goes_on_where_it_has_not_been),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
