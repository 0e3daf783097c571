/* lib/model/settlement: round trips up to every limit, and damage is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "model/settlement.h"

static struct settlement *sample(void)
{
    struct settlement *s = calloc(1, sizeof *s);
    s->sequence = 42;
    s->day_prev = 40;
    memcpy(s->setl_id, "431000202511130000000000000042", 31);
    memcpy(s->infno, "2304", 5);
    memcpy(s->psn_no, "43100000000000000001", 21);
    s->insutype = 390;
    s->year = 2025;
    s->setl_time = INT64_C(1763000000123);
    s->begntime = s->endtime = s->setl_time - 5;
    s->business_date = 20405;
    s->totals.medfee_sumamt = 1520000;
    s->totals.fund[FUND_HIFP] = 916500;
    s->totals.balc = -1;
    s->row_count = 1;
    s->rows[0] = (struct settlement_row){.layer = "basic",
                                         .fund_pay_type = "390100",
                                         .field = FUND_HIFP,
                                         .owner_kind = OWNER_COUNTY,
                                         .owner = "431002",
                                         .base = 1410000,
                                         .amount = 916500,
                                         .ratio = 6500};
    s->delta_count = 1;
    s->deltas[0] = (struct accum){
        .year = 2025, .insutype = 390, .kind = ACCUM_PAID, .scope = "basic", .value = 916500};
    return s;
}

static void fill(char *text, size_t capacity)
{
    memset(text, 'x', capacity - 1);
    text[capacity - 1] = '\0';
}

/* Every text, total, row and delta at its limit. */
static struct settlement *largest(void)
{
    struct settlement *s = calloc(1, sizeof *s);
    s->sequence = UINT64_C(9999999999999999);
    s->day_prev = 1;
    s->refd_setl_flag = s->against = true;
#define FILL(field) fill(s->field, sizeof s->field)
    memcpy(s->setl_id, "431000999912309999999999999999", 31);
    FILL(infno), FILL(msgid), FILL(init_setl_id), FILL(void_setl_id);
    FILL(psn_no), FILL(fixmedins_code), FILL(ipt_otp_no), FILL(chrg_bchno), FILL(invono);
    FILL(opter), FILL(dev_no), FILL(mdtrt_cert_type), FILL(psn_type), FILL(med_type);
    FILL(identities), FILL(insuplc_admdvs), FILL(mdtrtarea_admvs), FILL(clr_type);
    FILL(clr_way), FILL(clr_optins), FILL(setl_optins);
    s->insutype = s->year = UINT16_MAX;
    s->setl_time = date_start_ms(DATE_MAX) - 1;
    s->begntime = INT64_MIN;
    s->endtime = INT64_MAX;
    s->business_date = DATE_MAX - 1;
    s->balance_before = INT64_MAX;
    int64_t *totals = (int64_t *)&s->totals;
    for (size_t i = 0; i < sizeof s->totals / sizeof *totals; i++)
        totals[i] = i % 2 ? INT64_MIN + (int64_t)i : INT64_MAX - (int64_t)i;
    s->row_count = FUND_ROWS_MAX;
    for (uint32_t i = 0; i < FUND_ROWS_MAX; i++) {
        FILL(rows[i].layer), FILL(rows[i].fund_pay_type), FILL(rows[i].owner);
        s->rows[i].field = FUND_FIELDS;
        s->rows[i].owner_kind = UINT8_MAX;
        s->rows[i].base = s->rows[i].amount = INT64_MIN;
        s->rows[i].ratio = INT32_MIN;
    }
    s->delta_count = DELTAS_MAX;
    for (uint32_t i = 0; i < DELTAS_MAX; i++) {
        FILL(deltas[i].scope);
        s->deltas[i].year = s->deltas[i].insutype = UINT16_MAX;
        s->deltas[i].kind = UINT8_MAX;
        s->deltas[i].value = INT64_MIN;
    }
#undef FILL
    return s;
}

static size_t write_to(uint8_t *bytes, size_t size, const struct settlement *s)
{
    struct writer w = writer_on(bytes, size);
    settlement_write(&w, s);
    assert_false(w.failed);
    return w.used;
}

static void round_trip(const struct settlement *s, size_t *size_out)
{
    uint8_t bytes[SETTLEMENT_BYTES_MAX];
    size_t size = write_to(bytes, sizeof bytes, s);
    struct settlement *back = malloc(sizeof *back);
    struct reader r = reader_on(bytes, size);
    memset(back, 0xee, sizeof *back);
    settlement_read(&r, s->setl_id, back);
    assert_true(reader_done(&r));
    assert_memory_equal(&back->totals, &s->totals, sizeof s->totals);
    assert_string_equal(back->setl_id, s->setl_id);
    assert_true(back->sequence == s->sequence && back->business_date == s->business_date);
    assert_string_equal(back->setl_optins, s->setl_optins);
    assert_true(back->balance_before == s->balance_before && back->endtime == s->endtime);
    assert_int_equal(back->row_count, s->row_count);
    for (uint32_t i = 0; i < s->row_count; i++) {
        assert_string_equal(back->rows[i].owner, s->rows[i].owner);
        assert_true(back->rows[i].amount == s->rows[i].amount);
        assert_int_equal(back->rows[i].ratio, s->rows[i].ratio);
    }
    assert_int_equal(back->delta_count, s->delta_count);
    for (uint32_t i = 0; i < s->delta_count; i++)
        assert_int_equal(accum_compare(&back->deltas[i], &s->deltas[i]), 0);
    uint8_t again[SETTLEMENT_BYTES_MAX];
    assert_int_equal(write_to(again, sizeof again, back), size);
    assert_memory_equal(again, bytes, size);
    free(back);
    *size_out = size;
}

static void a_settlement_comes_back(void **state)
{
    (void)state;
    struct settlement *s = sample();
    size_t size;
    round_trip(s, &size);
    assert_true(size < 120); /* compact: what is absent takes a length byte or a mask bit */
    free(s);
}

static void the_largest_fits_its_bound(void **state)
{
    (void)state;
    struct settlement *s = largest();
    size_t size;
    round_trip(s, &size);
    assert_true(size > 4000 && size <= SETTLEMENT_BYTES_MAX);
    free(s);
}

static bool refused(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    struct settlement *back = malloc(sizeof *back);
    memcpy(copy, bytes, size);
    struct reader r = reader_on(copy, size);
    settlement_read(&r, "431000202511130000000000000042", back);
    assert_true(back->row_count <= FUND_ROWS_MAX && back->delta_count <= DELTAS_MAX);
    bool failed = !reader_done(&r);
    free(copy);
    free(back);
    return failed;
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[SETTLEMENT_BYTES_MAX];
    struct settlement *samples[] = {sample(), largest()};
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        size_t size = write_to(bytes, sizeof bytes, samples[i]);
        for (size_t cut = 0; cut < size; cut++)
            assert_true(refused(bytes, cut));
        free(samples[i]);
    }
}

static void damage_never_reads_over_the_end(void **state)
{
    (void)state;
    uint8_t bytes[SETTLEMENT_BYTES_MAX];
    struct settlement *s = sample();
    size_t size = write_to(bytes, sizeof bytes, s), count = 0;
    for (size_t at = 0; at < size; at++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[at] ^= (uint8_t)(1 << bit);
            count += refused(bytes, size);
            bytes[at] ^= (uint8_t)(1 << bit);
        }
    assert_true(count > 100);
    bytes[0] = 1; /* a version that is not known */
    assert_true(refused(bytes, size));
    free(s);
}

static void its_number_must_be_one(void **state)
{
    (void)state;
    uint8_t bytes[SETTLEMENT_BYTES_MAX];
    struct settlement *s = sample(), *back = malloc(sizeof *back);
    struct reader r = reader_on(bytes, write_to(bytes, sizeof bytes, s));
    settlement_read(&r, "431000202513130000000000000042", back);
    assert_false(reader_done(&r));
    free(back);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_settlement_comes_back),
        cmocka_unit_test(the_largest_fits_its_bound),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(its_number_must_be_one),
        cmocka_unit_test(damage_never_reads_over_the_end),
    };
    return cmocka_run_group_tests_name("settlement", tests, NULL, NULL);
}
