/* lib/model/person: cover on a day, and the stored form at its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "model/person.h"

static struct insurance cover(uint16_t insutype, int32_t from, int32_t to)
{
    return (struct insurance){.insutype = insutype,
                              .psn_insu_date = from,
                              .pool_begndate = from,
                              .paus_insu_date = DATE_NONE,
                              .expi_date = to};
}

static void cover_on_a_day(void **state)
{
    (void)state;
    struct person p = {.insurance_count = 4};
    p.insurances[0] = cover(390, 100, 200);
    p.insurances[1] = cover(310, 150, 160);
    p.insurances[2] = cover(390, 201, DATE_MAX);
    p.insurances[3] = cover(390, 180, 250);
    assert_null(person_insurance(&p, 0, 99));
    assert_ptr_equal(person_insurance(&p, 0, 100), &p.insurances[0]);
    assert_ptr_equal(person_insurance(&p, 0, 150), &p.insurances[1]); /* employee first */
    assert_ptr_equal(person_insurance(&p, 390, 150), &p.insurances[0]);
    assert_ptr_equal(person_insurance(&p, 310, 160), &p.insurances[1]); /* last day */
    assert_null(person_insurance(&p, 310, 161));
    assert_ptr_equal(person_insurance(&p, 0, 190), &p.insurances[3]); /* the newer of two */
    assert_ptr_equal(person_insurance(&p, 0, 300), &p.insurances[2]);
    struct insurance first = p.insurances[0];
    p.insurances[0] = p.insurances[1]; /* the same with employee listed first */
    p.insurances[1] = first;
    assert_ptr_equal(person_insurance(&p, 0, 150), &p.insurances[0]);
}

static void pool_opens_after_waiting_and_closes_with_arrears(void **state)
{
    (void)state;
    struct insurance c = cover(310, 100, DATE_MAX);
    assert_false(insurance_pool_open(&c, 190, 189));
    assert_true(insurance_pool_open(&c, 190, 190));
    c.paus_insu_date = 300;
    assert_true(insurance_pool_open(&c, 190, 299));
    assert_false(insurance_pool_open(&c, 190, 300));
}

/* Every text at its length, every list full. */
static struct person *full_person(void)
{
    struct person *p = calloc(1, sizeof *p);
    assert_non_null(p);
    memset(p->psn_no, '1', sizeof p->psn_no - 1);
    memset(p->psn_cert_type, '1', sizeof p->psn_cert_type - 1);
    memset(p->certno, '2', sizeof p->certno - 1);
    memset(p->psn_name, 'n', sizeof p->psn_name - 1);
    memset(p->naty, '3', sizeof p->naty - 1);
    p->gend = 2;
    p->brdy = INT32_MIN + 1;
    p->death_date = DATE_NONE;
    p->insurance_count = INSURANCES_MAX;
    for (int i = 0; i < INSURANCES_MAX; i++) {
        struct insurance *c = &p->insurances[i];
        *c = cover((uint16_t)(UINT16_MAX - i), i, DATE_MAX);
        c->psn_insu_stas = 1;
        c->cvlserv_flag = 1;
        memset(c->psn_type, '4', sizeof c->psn_type - 1);
        memset(c->insuplc_admdvs, '5', sizeof c->insuplc_admdvs - 1);
    }
    p->identity_count = IDENTITIES_MAX;
    for (int i = 0; i < IDENTITIES_MAX; i++) {
        struct identity *d = &p->identities[i];
        memset(d->psn_idet_type, '6', sizeof d->psn_idet_type - 1);
        memset(d->psn_type_lv, '7', sizeof d->psn_type_lv - 1);
        memset(d->admdvs, '8', sizeof d->admdvs - 1);
        d->begntime = -i;
        d->endtime = i;
    }
    return p;
}

static void the_value_fits_a_page_and_round_trips(void **state)
{
    (void)state;
    struct person *p = full_person(), *copy = calloc(1, sizeof *copy);
    uint8_t stored[VALUE_INLINE_MAX];
    struct writer w = writer_on(stored, sizeof stored);
    person_write(&w, p);
    assert_false(w.failed);
    assert_true(w.used < VALUE_INLINE_MAX / 2);
    struct reader r = reader_on(stored, w.used);
    person_read(&r, copy);
    assert_true(reader_done(&r));
    /* calloc'ed and fully set field by field: padding is zero on both sides. */
    assert_memory_equal(copy, p, sizeof *p);
    free(p);
    free(copy);
}

static void cut_or_foreign_values_fail(void **state)
{
    (void)state;
    struct person *p = full_person();
    struct person *copy = calloc(1, sizeof *copy);
    uint8_t stored[VALUE_INLINE_MAX];
    struct writer w = writer_on(stored, sizeof stored);
    person_write(&w, p);
    for (size_t cut = 0; cut < w.used; cut++) {
        struct reader r = reader_on(stored, cut);
        person_read(&r, copy);
        assert_false(reader_done(&r));
    }
    stored[0]++; /* another schema */
    struct reader r = reader_on(stored, w.used);
    person_read(&r, copy);
    assert_false(reader_done(&r));
    free(p);
    free(copy);
}

static void longer_lists_than_there_is_room_for_fail(void **state)
{
    (void)state;
    struct person *none = calloc(1, sizeof *none), *copy = calloc(1, sizeof *copy);
    uint8_t stored[VALUE_INLINE_MAX] = {0};
    struct writer w = writer_on(stored, sizeof stored);
    person_write(&w, none);
    /* The two counts are the last two bytes. */
    const uint8_t over[] = {INSURANCES_MAX + 1, IDENTITIES_MAX + 1};
    for (size_t i = 0; i < ARRAY_LEN(over); i++) {
        stored[w.used - 2 + i] = over[i];
        struct reader r = reader_on(stored, sizeof stored);
        person_read(&r, copy);
        assert_true(r.failed);
        assert_int_equal(copy->insurance_count + copy->identity_count, 0);
        stored[w.used - 2 + i] = 0;
    }
    free(none);
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cover_on_a_day),
        cmocka_unit_test(pool_opens_after_waiting_and_closes_with_arrears),
        cmocka_unit_test(the_value_fits_a_page_and_round_trips),
        cmocka_unit_test(cut_or_foreign_values_fail),
        cmocka_unit_test(longer_lists_than_there_is_room_for_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
