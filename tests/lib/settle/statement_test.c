/* lib/settle/statement: 3201 against days of settlements and voids. */
#include "settle/statement.h"

#include "fixture.h"
#include "state/statements.h"

static const struct bill visit = {.lines = {{DRUG_A, 10000}}}; /* 100.00: 70.00, 0, 30.00 */

struct totals_asked {
    const char *insutype, *clr_type, *setl_optins;
    int refd; /* -1: absent */
    int days_ago, days;
    int64_t figures[4]; /* medfee, fund, account, count; count INT64_MIN: none sent */
};
#define NONE INT64_MIN

static void ask(struct world *w, const struct totals_asked *asked)
{
    Copay__Request request;
    Copay__Statement m = COPAY__STATEMENT__INIT;
    uint32_t records = w->record_count;
    world_request_init(w, &request, "3201", TOWNSHIP, NULL);
    m.insutype = (char *)asked->insutype;
    m.clr_type = (char *)asked->clr_type;
    m.setl_optins = (char *)asked->setl_optins;
    m.has_refd_setl_flag = asked->refd >= 0;
    m.refd_setl_flag = asked->refd > 0;
    m.stmt_begndate = date_of_time(w->now_ms) - asked->days_ago;
    m.stmt_enddate = m.stmt_begndate + asked->days - 1;
    if (asked->figures[3] != NONE) {
        m.has_medfee_sumamt = m.has_fund_pay_sumamt = m.has_acct_pay = m.has_fixmedins_setl_cnt = 1;
        m.medfee_sumamt = asked->figures[0];
        m.fund_pay_sumamt = asked->figures[1];
        m.acct_pay = asked->figures[2];
        m.fixmedins_setl_cnt = asked->figures[3];
    }
    request.statement = &m;
    assert_int_equal(world_send(w, world_pack(&request.base)), SETTLE_ANSWER);
    assert_int_equal(w->record_count, records); /* compares, and leaves nothing */
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_non_null(w->reply->stmtinfo);
}

static struct totals_asked net_of_today(int64_t medfee, int64_t fund, int64_t account,
                                        int64_t count)
{
    return (struct totals_asked){"390", "11", "431002", -1, 0, 1, {medfee, fund, account, count}};
}

static void assert_sums(const Copay__StatementSums *s, int64_t count, int64_t medfee, int64_t fund,
                        int64_t cash)
{
    assert_int_equal(s->setl_cnt, count);
    assert_int_equal(s->medfee_sumamt, medfee);
    assert_int_equal(s->fund_pay_sumamt, fund);
    assert_int_equal(s->acct_pay, 0);
    assert_int_equal(s->psn_cash_pay, cash);
}

static void settlements_and_voids_are_told_apart_and_together(void **state)
{
    struct world *w = *state;
    free(world_settled(w, &visit));
    free(world_settled(w, &visit));
    char *third = world_settled(w, &visit);
    world_void(w, "2208", TOWNSHIP, RESIDENT, third);
    struct totals_asked asked = net_of_today(20000, 14000, 0, 2);
    ask(w, &asked);
    const Copay__StatementInfo *info = w->reply->stmtinfo;
    assert_int_equal(info->stmt_rslt, STATEMENT_EVEN);
    assert_string_equal(info->stmt_rslt_dscr, "对平");
    assert_sums(info->totals->gross, 3, 30000, 21000, 9000);
    assert_sums(info->totals->voids, 1, -10000, -7000, -3000);
    assert_sums(info->totals->net, 2, 20000, 14000, 6000);
    assert_int_equal(info->n_days, 1);
    assert_int_equal(info->days[0]->business_date, date_of_time(w->now_ms));
    assert_sums(info->days[0]->totals->gross, 3, 30000, 21000, 9000);
    asked = (struct totals_asked){"390", "11", "431002", 0, 0, 1, {30000, 21000, 0, 3}};
    ask(w, &asked);
    assert_int_equal(w->reply->stmtinfo->stmt_rslt, STATEMENT_EVEN);
    asked = (struct totals_asked){"390", "11", "431002", 1, 0, 1, {-10000, -7000, 0, 1}};
    ask(w, &asked);
    assert_int_equal(w->reply->stmtinfo->stmt_rslt, STATEMENT_EVEN);
    free(third);
}

static void the_side_that_has_more_is_named(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit);
    const struct {
        int64_t figures[4];
        enum statement_result result;
    } rows[] = {
        {{10000, 7000, 0, 1}, STATEMENT_EVEN},
        {{0, 0, 0, 0}, STATEMENT_OURS_MORE},
        {{20000, 14000, 0, 2}, STATEMENT_THEIRS_MORE},
        {{10000, 7100, 0, 1}, STATEMENT_DIFFERS},  /* as many, not as much */
        {{10000, 7000, 1, 1}, STATEMENT_DIFFERS},  /* the account alone */
        {{30000, 21000, 0, 0}, STATEMENT_DIFFERS}, /* fewer, and more money */
        {{5000, 3500, 0, 2}, STATEMENT_DIFFERS},
        {{0, 0, 0, 2}, STATEMENT_DIFFERS},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct totals_asked asked = net_of_today(0, 0, 0, 0);
        memcpy(asked.figures, rows[i].figures, sizeof asked.figures);
        ask(w, &asked);
        assert_int_equal(w->reply->stmtinfo->stmt_rslt, rows[i].result);
    }
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    struct totals_asked voids = {"390", "11", "431002", 1, 0, 1, {0, 0, 0, 0}};
    ask(w, &voids);
    assert_int_equal(w->reply->stmtinfo->stmt_rslt, STATEMENT_OURS_MORE);
    struct totals_asked more = {"390", "11", "431002", 1, 0, 1, {-20000, -14000, 0, 2}};
    ask(w, &more);
    assert_int_equal(w->reply->stmtinfo->stmt_rslt, STATEMENT_THEIRS_MORE);
    free(setl_id);
}

/* Each document is of the day on which it was made. */
static void the_days_stand_apart(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit);
    w->now_ms += 2 * DAY_MS;
    free(world_settled(w, &visit));
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    struct totals_asked asked = {"390", "11", "431002", -1, 91, 92, {0, 0, 0, NONE}};
    ask(w, &asked);
    const Copay__StatementInfo *info = w->reply->stmtinfo;
    assert_false(info->has_stmt_rslt);
    assert_int_equal(info->n_days, 2);
    assert_int_equal(info->days[0]->business_date, date_of_time(w->now_ms) - 2);
    assert_sums(info->days[0]->totals->net, 1, 10000, 7000, 3000);
    assert_sums(info->days[1]->totals->gross, 1, 10000, 7000, 3000);
    assert_sums(info->days[1]->totals->net, 0, 0, 0, 0);
    assert_sums(info->totals->net, 1, 10000, 7000, 3000);
    asked = (struct totals_asked){"390", "11", "431002", -1, 1, 1, {0, 0, 0, 0}};
    ask(w, &asked); /* the day between */
    assert_int_equal(w->reply->stmtinfo->n_days, 0);
    assert_int_equal(w->reply->stmtinfo->stmt_rslt, STATEMENT_EVEN);
    free(setl_id);
}

static void other_kinds_are_not_in_it(void **state)
{
    struct world *w = *state;
    struct bill other = visit;
    other.fixmedins = HOSPITAL;
    free(world_settled(w, &visit));
    free(world_settled(w, &other));
    const char *const kinds[][3] = {
        {"310", "11", "431002"}, {"390", "21", "431002"}, {"390", "11", "431003"}};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct totals_asked asked = {kinds[i][0], kinds[i][1], kinds[i][2], -1, 0, 1, {0, 0, 0, 0}};
        ask(w, &asked);
        assert_int_equal(w->reply->stmtinfo->stmt_rslt, STATEMENT_EVEN);
        assert_int_equal(w->reply->stmtinfo->n_days, 0);
    }
}

static void without_a_kind_every_kind_is_told(void **state)
{
    struct world *w = *state;
    struct bill employee = visit;
    employee.psn_no = EMPLOYEE;
    free(world_settled(w, &visit));
    w->now_ms += DAY_MS;
    char *setl_id = world_settled(w, &visit);
    free(world_settled(w, &employee));
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    struct totals_asked asked = {NULL, NULL, NULL, -1, 30, 31, {0, 0, 0, NONE}};
    ask(w, &asked);
    const Copay__StatementInfo *info = w->reply->stmtinfo;
    assert_int_equal(info->n_kinds, 2);
    assert_int_equal(info->n_days, 0);
    assert_string_equal(info->kinds[0]->insutype, "390");
    assert_string_equal(info->kinds[1]->insutype, "310");
    assert_int_equal(info->kinds[0]->totals->gross->setl_cnt, 2);
    assert_int_equal(info->kinds[0]->totals->net->setl_cnt, 1);
    assert_int_equal(info->totals->gross->setl_cnt, 3);
    free(setl_id);
}

/* Each hangs on the next of its day and kind. */
static void the_documents_of_a_day_are_a_chain(void **state)
{
    struct world *w = *state;
    const struct statement_kind kind = {"390", "11", "431002"};
    struct statement_day day;
    struct settlement *s = calloc(1, sizeof *s);
    uint64_t sequences[3];
    char setl_id[ID_SETL + 1];
    for (int i = 0; i < 3; i++) {
        free(world_settled(w, &visit));
        sequences[i] = w->answer.sequence;
    }
    OK(state_statement_day(w->state, TOWNSHIP, date_of_time(w->now_ms), &kind, false, &day));
    uint64_t sequence = day.last;
    for (int i = 2; i >= 0; i--) {
        assert_int_equal(sequence, sequences[i]);
        id_format_setl(REGION, date_of_time(w->now_ms), sequence, setl_id);
        OK(state_settlement(w->state, setl_id, s));
        sequence = s->day_prev;
    }
    assert_int_equal(sequence, 0);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(settlements_and_voids_are_told_apart_and_together),
        WORLD_TEST(the_side_that_has_more_is_named),
        WORLD_TEST(the_days_stand_apart),
        WORLD_TEST(other_kinds_are_not_in_it),
        WORLD_TEST(without_a_kind_every_kind_is_told),
        WORLD_TEST(the_documents_of_a_day_are_a_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
