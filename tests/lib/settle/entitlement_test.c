/* lib/settle/entitlement: 2001, per fund, with the filing that is missing. */
#include "filings.h"

static const Copay__Entitlement *asked(struct world *w, const char *psn_no, const char *med_type,
                                       const char *layer)
{
    Copay__Request r;
    Copay__EntitlementQuery query = COPAY__ENTITLEMENT_QUERY__INIT;
    world_request_init(w, &r, "2001", HOSPITAL, NULL);
    query.psn_no = (char *)psn_no;
    query.med_type = (char *)med_type;
    r.entitlement_query = &query;
    assert_int_equal(world_send(w, world_pack(&r.base)), SETTLE_ANSWER);
    if (w->answer.outcome != OUTCOME_DONE)
        return NULL;
    for (size_t i = 0; i < w->reply->n_entitlements; i++)
        if (strcmp(w->reply->entitlements[i]->layer, layer) == 0)
            return w->reply->entitlements[i];
    return NULL;
}

static void the_missing_filing_is_named(void **state)
{
    struct world *w = *state;
    filings_pack(w);
    const Copay__Entitlement *e = asked(w, RESIDENT, "21", "resident_inpatient");
    assert_false(e->trt_enjymnt_flag);
    assert_string_equal(e->fund_pay_type, "390101");
    assert_string_equal(e->trt_chk_rslt, "未办理转诊备案(2501)、慢特病备案(2503)");
    assert_false(asked(w, RESIDENT, "21", "assistance")->trt_enjymnt_flag);
    assert_true(asked(w, POOR, "21", "assistance")->trt_enjymnt_flag);
    free(filing_made(w, (struct filing_words){.from = 0}, "approved"));
    e = asked(w, RESIDENT, "21", "resident_inpatient");
    assert_true(e->trt_enjymnt_flag);
    assert_null(e->trt_chk_rslt);
    e = asked(w, RESIDENT, "11", "resident_outpatient");
    assert_true(e->trt_enjymnt_flag);
    assert_null(e->trt_chk_rslt); /* no figure of it asks for filings */
    assert_int_equal(w->reply->n_entitlements, 1);
}

static void a_figure_that_a_filing_would_change_is_told(void **state)
{
    struct world *w = *state;
    world_activate_bundle(
        w, world_bundle_changed(
               STAY_LAYER STAY_WHEN, FILED_WORDS STAY_LAYER STAY_WHEN
               "    adjust: [{in: {place: [unfiled]}, multiply: 0.60, clause: R-IP}]\n"));
    const Copay__Entitlement *e = asked(w, RESIDENT, "21", "resident_inpatient");
    assert_true(e->trt_enjymnt_flag);
    assert_string_equal(e->trt_chk_rslt, "未办理转诊备案(2501)、慢特病备案(2503)，按“未备案”支付");
}

static void what_a_settlement_refuses_is_refused(void **state)
{
    struct world *w = *state;
    filings_pack(w);
    assert_null(asked(w, "P999", "21", ""));
    assert_refused(w, SETTLE_ANSWER, REASON_PERSON_UNKNOWN);
    assert_null(asked(w, RESIDENT, "99", ""));
    assert_refused(w, SETTLE_ANSWER, REASON_MED_TYPE);
    assert_null(asked(w, RESIDENT, "41", ""));
    assert_refused(w, SETTLE_ANSWER, REASON_KIND_NOT_ALLOWED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_missing_filing_is_named),
        WORLD_TEST(a_figure_that_a_filing_would_change_is_told),
        WORLD_TEST(what_a_settlement_refuses_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
