/* lib/client/statement: a sound answer to 3201 passes; each way of not adding up is named. */
#include "client/statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/copay.h"

/* One day of 3 settlements and a void, and the same as its totals. */
struct answer {
    Copay__Request request;
    Copay__Statement asked;
    Copay__Reply reply;
    Copay__StatementInfo info;
    Copay__StatementTotals totals[2];
    Copay__StatementSums sums[2][3];
    Copay__StatementDay day, *days;
    Copay__StatementKind kind, *kinds;
};

static const int64_t sample[3][5] = {
    {3, 300, 200, 10, 90}, {1, -100, -60, 0, -40}, {2, 200, 140, 10, 50}};

static void answer_init(struct answer *a)
{
    copay__request__init(&a->request);
    copay__statement__init(&a->asked);
    copay__reply__init(&a->reply);
    copay__statement_info__init(&a->info);
    copay__statement_day__init(&a->day);
    copay__statement_kind__init(&a->kind);
    for (int t = 0; t < 2; t++) {
        copay__statement_totals__init(&a->totals[t]);
        for (int i = 0; i < 3; i++) {
            Copay__StatementSums *s = &a->sums[t][i];
            copay__statement_sums__init(s);
            s->setl_cnt = sample[i][0];
            s->medfee_sumamt = sample[i][1];
            s->fund_pay_sumamt = sample[i][2];
            s->acct_pay = sample[i][3];
            s->psn_cash_pay = sample[i][4];
        }
        a->totals[t].gross = &a->sums[t][0];
        a->totals[t].voids = &a->sums[t][1];
        a->totals[t].net = &a->sums[t][2];
    }
    a->asked.insutype = "390";
    a->asked.clr_type = "11";
    a->asked.setl_optins = "431002";
    a->asked.stmt_begndate = a->asked.stmt_enddate = 20000;
    a->asked.has_medfee_sumamt = 1;
    a->asked.fixmedins_setl_cnt = 2;
    a->asked.medfee_sumamt = 200;
    a->asked.fund_pay_sumamt = 140;
    a->asked.acct_pay = 10;
    a->request.infno = a->reply.infno = "3201";
    a->request.statement = &a->asked;
    a->reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    a->reply.stmtinfo = &a->info;
    a->info.totals = &a->totals[0];
    a->info.has_stmt_rslt = 1;
    a->day.business_date = 20000;
    a->day.totals = a->kind.totals = &a->totals[1];
    a->days = &a->day;
    a->kinds = &a->kind;
    a->info.n_days = 1;
    a->info.days = &a->days;
}

static void a_sound_answer_passes(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a);
    assert_null(copay_check(&a.request, &a.reply));
    a.asked.has_refd_setl_flag = 1;
    assert_non_null(copay_check(&a.request, &a.reply)); /* its settlements are other figures */
    a.asked.fixmedins_setl_cnt = 3;
    a.asked.medfee_sumamt = 300;
    a.asked.fund_pay_sumamt = 200;
    assert_null(copay_check(&a.request, &a.reply));
    answer_init(&a);
    a.asked.insutype = a.asked.clr_type = a.asked.setl_optins = NULL;
    a.asked.has_medfee_sumamt = a.info.has_stmt_rslt = 0;
    a.info.n_days = 0;
    a.info.n_kinds = 1;
    a.info.kinds = &a.kinds;
    assert_null(copay_check(&a.request, &a.reply));
    a.sums[1][0].medfee_sumamt++;
    a.sums[1][2].medfee_sumamt++;
    assert_non_null(copay_check(&a.request, &a.reply));
    a.info.has_kinds_more = 1; /* not all are told */
    assert_null(copay_check(&a.request, &a.reply));
}

static void break_it(struct answer *a, int how)
{
    switch (how) {
    case 0:
        a->reply.stmtinfo = NULL;
        break;
    case 1:
        a->sums[0][2].setl_cnt++;
        break;
    case 2:
        a->sums[1][2].fund_pay_sumamt++;
        break;
    case 3:
        a->sums[1][1].acct_pay--;
        a->sums[1][2].acct_pay--;
        break;
    case 4:
        a->day.business_date++;
        break;
    case 5:
        a->info.stmt_rslt = 1;
        break;
    case 6:
        a->asked.acct_pay = 11;
        break;
    case 7:
        a->info.has_stmt_rslt = 0;
        break;
    case 8:
        a->info.n_days = 0;
        break;
    }
}

static void what_does_not_add_up_is_named(void **state)
{
    (void)state;
    for (int how = 0; how < 9; how++) {
        struct answer a;
        answer_init(&a);
        break_it(&a, how);
        assert_non_null(copay_check(&a.request, &a.reply));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_answer_passes),
        cmocka_unit_test(what_does_not_add_up_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
