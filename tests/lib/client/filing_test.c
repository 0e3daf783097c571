/* lib/client/filing: an answer about a filing is of the one asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/copay.h"

struct talk {
    Copay__Request request;
    Copay__Reply reply;
    Copay__FilingState told;
};

static void talk_init(struct talk *t, const char *infno, const char *stage)
{
    copay__request__init(&t->request);
    copay__reply__init(&t->reply);
    copay__filing_state__init(&t->told);
    t->request.infno = t->reply.infno = (char *)infno;
    t->reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    t->reply.filing = &t->told;
    t->told.trt_dcla_detl_sn = "F1";
    t->told.psn_no = "P1";
    t->told.stage = (char *)stage;
    t->told.begndate = 20000;
}

static void a_new_one_is_the_one_asked_for(void **state)
{
    (void)state;
    struct talk t;
    Copay__Filing filing = COPAY__FILING__INIT;
    talk_init(&t, "2501", "approved");
    filing.psn_no = "P1";
    filing.begndate = 20000;
    t.request.filing = &filing;
    assert_null(copay_check(&t.request, &t.reply));
    t.told.stage = "refused";
    assert_non_null(copay_check(&t.request, &t.reply));
    t.told.stage = "applied";
    assert_null(copay_check(&t.request, &t.reply));
    t.told.begndate++;
    assert_non_null(copay_check(&t.request, &t.reply));
    t.told.begndate--;
    t.told.psn_no = "P2";
    assert_non_null(copay_check(&t.request, &t.reply));
    t.reply.filing = NULL;
    assert_non_null(copay_check(&t.request, &t.reply));
}

static void an_undone_one_is_withdrawn(void **state)
{
    (void)state;
    struct talk t;
    Copay__FilingName name = COPAY__FILING_NAME__INIT;
    talk_init(&t, "2502", "withdrawn");
    name.trt_dcla_detl_sn = "F1";
    name.psn_no = "P1";
    t.request.filing_name = &name;
    assert_null(copay_check(&t.request, &t.reply));
    t.told.stage = "approved";
    assert_non_null(copay_check(&t.request, &t.reply));
    t.told.stage = "withdrawn";
    name.trt_dcla_detl_sn = "F2";
    assert_non_null(copay_check(&t.request, &t.reply));
}

static void a_list_is_of_one_person(void **state)
{
    (void)state;
    struct talk t;
    Copay__FilingQuery query = COPAY__FILING_QUERY__INIT;
    talk_init(&t, "5304", "approved");
    Copay__FilingState *list[] = {&t.told};
    query.psn_no = "P1";
    t.request.filing_query = &query;
    t.reply.filing = NULL;
    t.reply.filings = list;
    t.reply.n_filings = 1;
    assert_null(copay_check(&t.request, &t.reply));
    query.psn_no = "P2";
    assert_non_null(copay_check(&t.request, &t.reply));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_one_is_the_one_asked_for),
        cmocka_unit_test(an_undone_one_is_withdrawn),
        cmocka_unit_test(a_list_is_of_one_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
