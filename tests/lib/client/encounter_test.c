/* lib/client/encounter: an answer about an encounter is of what was asked, and an upload's splits
 * add up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/copay.h"

struct talk {
    Copay__Request request;
    Copay__Encounter order;
    Copay__EncounterName name;
    Copay__Upload upload;
    Copay__Cancel cancel;
    Copay__EncounterSettle settle;
    Copay__Line asked[2], *asked_list[2];
    Copay__Reply reply;
    Copay__EncounterState stands;
    Copay__Settlement settlement;
    Copay__LineSplit splits[2], *split_list[2];
};

static void talk_init(struct talk *t, char *infno)
{
    memset(t, 0, sizeof *t);
    copay__request__init(&t->request);
    copay__encounter__init(&t->order);
    copay__encounter_name__init(&t->name);
    copay__upload__init(&t->upload);
    copay__cancel__init(&t->cancel);
    copay__encounter_settle__init(&t->settle);
    copay__reply__init(&t->reply);
    copay__encounter_state__init(&t->stands);
    copay__settlement__init(&t->settlement);
    t->request.infno = t->reply.infno = infno;
    t->reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    t->reply.encounter = &t->stands;
    t->stands.mdtrt_id = "M1";
    t->stands.stage = "open";
    t->order.psn_no = t->name.psn_no = t->upload.psn_no = t->cancel.psn_no = t->settle.psn_no = "1";
    t->name.mdtrt_id = t->upload.mdtrt_id = t->cancel.mdtrt_id = t->settle.mdtrt_id = "M1";
}

static const char *checked(const struct talk *t)
{
    return copay_check(&t->request, &t->reply);
}

static void a_registration_gives_its_number(void **state)
{
    (void)state;
    struct talk t;
    talk_init(&t, "2401");
    t.request.encounter = &t.order;
    t.reply.mdtrt_id = "M1";
    assert_null(checked(&t));
    t.reply.mdtrt_id = "M2";
    assert_non_null(checked(&t));
    t.reply.mdtrt_id = NULL;
    assert_non_null(checked(&t));
    t.order.mdtrt_id = "M1"; /* a change has it already */
    assert_null(checked(&t));
    t.order.mdtrt_id = "M2";
    assert_non_null(checked(&t));
    t.reply.encounter = NULL;
    assert_non_null(checked(&t));
}

static void another_encounters_answer_is_not_believed(void **state)
{
    (void)state;
    struct talk t;
    talk_init(&t, "2404");
    t.request.encounter_name = &t.name;
    assert_null(checked(&t));
    t.stands.mdtrt_id = "M2";
    assert_non_null(checked(&t));
    talk_init(&t, "2302");
    t.request.cancel = &t.cancel;
    assert_null(checked(&t));
    t.stands.mdtrt_id = "M2";
    assert_non_null(checked(&t));
}

static void uploaded(struct talk *t)
{
    talk_init(t, "2301");
    t->request.upload = &t->upload;
    t->upload.lines = t->asked_list;
    t->reply.results = t->split_list;
    t->upload.n_lines = t->reply.n_results = 2;
    for (int i = 0; i < 2; i++) {
        copay__line__init(&t->asked[i]);
        copay__line_split__init(&t->splits[i]);
        t->asked_list[i] = &t->asked[i];
        t->split_list[i] = &t->splits[i];
        t->asked[i].feedetl_sn = t->splits[i].feedetl_sn = i ? "L2" : "L1";
        t->asked[i].det_item_fee_sumamt = t->splits[i].det_item_fee_sumamt = i ? -300 : 1000;
        t->splits[i].preselfpay_amt = i ? -30 : 100;
        t->splits[i].inscp_scp_amt = i ? -270 : 900;
    }
}

static void an_upload_answers_each_line(void **state)
{
    (void)state;
    struct talk t;
    uploaded(&t);
    assert_null(checked(&t));
    t.splits[1].inscp_scp_amt = -271;
    assert_string_equal(checked(&t), "a line's fee = its four parts");
    uploaded(&t);
    t.reply.n_results = 1;
    assert_non_null(checked(&t));
    uploaded(&t);
    t.split_list[0] = &t.splits[1];
    t.split_list[1] = &t.splits[0];
    assert_non_null(checked(&t));
    uploaded(&t);
    t.splits[0].det_item_fee_sumamt = 1001;
    t.splits[0].inscp_scp_amt = 901;
    assert_non_null(checked(&t));
}

static void billed(struct talk *t)
{
    talk_init(t, "2304");
    t->request.encounter_settle = &t->settle;
    t->settle.medfee_sumamt = 1000;
    t->reply.settlement = &t->settlement;
    t->settlement.psn_no = "1";
    t->settlement.mdtrt_id = "M1";
    t->settlement.medfee_sumamt = t->settlement.inscp_scp_amt = 1000;
    t->settlement.psn_part_amt = t->settlement.psn_selfpay_amt = t->settlement.psn_cash_pay = 1000;
}

static void a_settlement_is_of_the_encounter_and_its_sum(void **state)
{
    (void)state;
    struct talk t;
    billed(&t);
    assert_null(checked(&t));
    t.settlement.mdtrt_id = "M2";
    assert_string_equal(checked(&t), "the settlement is of the encounter asked for");
    billed(&t);
    t.settlement.psn_no = "2";
    assert_string_equal(checked(&t), "the settlement is of the person asked for");
    billed(&t);
    t.settle.medfee_sumamt = 1001;
    assert_string_equal(checked(&t), "the settlement's medfee_sumamt = the request's");
    billed(&t);
    t.reply.settlement = NULL;
    assert_non_null(checked(&t));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_registration_gives_its_number),
        cmocka_unit_test(another_encounters_answer_is_not_believed),
        cmocka_unit_test(an_upload_answers_each_line),
        cmocka_unit_test(a_settlement_is_of_the_encounter_and_its_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
