/* lib/wire/person: a person's facts, dates that are absent, the account shown once. */
#include "answers.h"

static const char *identity_name(const void *policy, const char *code)
{
    (void)policy;
    return strcmp(code, "02") == 0 ? "低保对象" : "";
}

static void a_person_reads_back(void **state)
{
    (void)state;
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    struct request request = {.infno = "1101", .msgid = SAMPLE_MSGID};
    struct person person = {.psn_no = "1",
                            .psn_cert_type = "01",
                            .certno = "431002199001010011",
                            .psn_name = "示例甲",
                            .gend = 2,
                            .brdy = -3653,
                            .death_date = DATE_NONE,
                            .insurance_count = 2,
                            .identity_count = 2};
    person.insurances[0] = (struct insurance){.insutype = 390,
                                              .psn_type = "1501",
                                              .psn_insu_stas = 4,
                                              .insuplc_admdvs = "431002",
                                              .paus_insu_date = DATE_NONE,
                                              .expi_date = 19000};
    person.insurances[1] = (struct insurance){.insutype = 310,
                                              .psn_type = "1101",
                                              .psn_insu_stas = 1,
                                              .cvlserv_flag = 1,
                                              .insuplc_admdvs = "431003",
                                              .psn_insu_date = 19001,
                                              .pool_begndate = 19100,
                                              .paus_insu_date = 20000,
                                              .expi_date = DATE_MAX};
    person.identities[0] = (struct identity){.psn_idet_type = "02", .admdvs = "431002"};
    person.identities[1] =
        (struct identity){.psn_idet_type = "77", .psn_type_lv = "1", .admdvs = "431002"};
    struct accums accums = {.count = 1, .list = {{2025, 310, ACCUM_DEDC, "basic", 60000}}};
    struct reply reply = {.request = &request,
                          .outcome = OUTCOME_DONE,
                          .person = &person,
                          .accums = &accums,
                          .balance = 12345,
                          .age = 650,
                          .entitlement_count = 2,
                          .identity_name = identity_name};
    reply.entitlements[0] = (struct entitlement){"310100", "basic", true, NULL};
    reply.entitlements[1] = (struct entitlement){"310200", "account", false, "欠费"};
    Copay__Reply *m = write_and_read(&reply, arena);
    const Copay__Person *p = m->person;
    assert_string_equal(p->gend, "2");
    assert_int_equal(p->brdy, -3653);
    assert_false(p->has_death_date);
    assert_null(p->naty);
    assert_int_equal(p->age, 650);
    assert_int_equal(p->n_insuinfo, 2);
    assert_false(p->insuinfo[0]->has_balc);
    assert_true(p->insuinfo[1]->has_balc && p->insuinfo[1]->balc == 12345);
    assert_true(p->insuinfo[0]->has_expi_date && !p->insuinfo[1]->has_expi_date);
    assert_true(!p->insuinfo[0]->has_paus_insu_date && p->insuinfo[1]->paus_insu_date == 20000);
    assert_string_equal(p->insuinfo[1]->cvlserv_flag, "1");
    assert_string_equal(p->insuinfo[0]->psn_insu_stas, "4");
    assert_string_equal(p->idetinfo[0]->name, "低保对象");
    assert_null(p->idetinfo[0]->psn_type_lv);
    assert_null(p->idetinfo[1]->name);
    assert_null(p->entitlements[0]->trt_chk_rslt);
    assert_string_equal(p->entitlements[1]->trt_chk_rslt, "欠费");
    assert_string_equal(p->accumulators[0]->kind, "dedc");
    assert_true(p->accumulators[0]->value == 60000);
    copay__reply__free_unpacked(m, NULL);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_reads_back),
    };
    return cmocka_run_group_tests_name("person", tests, NULL, NULL);
}
