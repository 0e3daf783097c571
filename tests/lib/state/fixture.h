/* A state over a store in memory, and records built by hand. */
#ifndef TEST_STATE_FIXTURE_H
#define TEST_STATE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/aborts.h"

#include "base/date.h"
#include "state/effects.h"
#include "state/keys.h"
#include "state/state.h"

#define OK(call) assert_int_equal(call, ERR_OK)
#define REGION "431000"
#define MSGID "H43100299001202603100900000001"
#define SETL "431000202603100000000000000002"

struct bench {
    struct store *store;
    struct state *state;
    struct arena *arena;
    struct effects *effects; /* of the next record */
};

static inline void bench_next(struct bench *b)
{
    arena_reset(b->arena);
    b->effects = effects_new(b->arena);
    assert_non_null(b->effects);
}

/* Folds what was put as the next record. */
static inline enum err bench_apply(struct bench *b, struct record *record)
{
    record->sequence = state_sequence(b->state) + 1;
    if (record->time_ms == 0)
        record->time_ms = state_time(b->state) + 1;
    enum err err = effects_done(b->effects, &record->effects);
    if (err == ERR_OK)
        err = state_apply(b->state, record);
    if (err == ERR_OK)
        bench_next(b);
    return err;
}

static inline enum err bench_fold(struct bench *b)
{
    static unsigned number;
    struct record record = {.kind = RECORD_SETTLEMENT, .outcome = OUTCOME_DONE};
    snprintf(record.msgid, sizeof record.msgid, "H4310029900120260310090000%04u", ++number % 10000);
    return bench_apply(b, &record);
}

static inline int bench_open(void **context)
{
    struct bench *b = calloc(1, sizeof *b);
    const struct store_options in_memory = {.dir = NULL};
    struct record genesis = {.kind = RECORD_GENESIS, .time_ms = 1000};
    OK(store_open(&in_memory, &b->store));
    OK(state_new(b->store, &b->state));
    b->arena = arena_new(64 * 1024 * 1024);
    bench_next(b);
    effects_put_region(b->effects, REGION);
    OK(bench_apply(b, &genesis));
    *context = b;
    return 0;
}

static inline int bench_close(void **context)
{
    struct bench *b = *context;
    state_free(b->state);
    store_close(b->store);
    arena_free(b->arena);
    free(b);
    return 0;
}

static inline struct person person_sample(const char *psn_no, const char *certno)
{
    struct person p = {.gend = 1, .brdy = 3653, .death_date = DATE_NONE, .insurance_count = 1};
    snprintf(p.psn_no, sizeof p.psn_no, "%s", psn_no);
    snprintf(p.certno, sizeof p.certno, "%s", certno);
    snprintf(p.psn_cert_type, sizeof p.psn_cert_type, "01");
    snprintf(p.psn_name, sizeof p.psn_name, "示例甲");
    p.insurances[0] = (struct insurance){.insutype = 390,
                                         .psn_type = "1501",
                                         .insuplc_admdvs = "431002",
                                         .paus_insu_date = DATE_NONE,
                                         .expi_date = DATE_MAX};
    return p;
}

/* Two rows of one book, one of another, one of nobody's; msgid and institution as bench_fold()
 * makes them. */
static inline struct settlement settlement_sample(void)
{
    struct settlement s = {.insutype = 390,
                           .year = 2026,
                           .msgid = MSGID,
                           .fixmedins_code = "H43100299001",
                           .psn_no = "P1",
                           .ipt_otp_no = "V1",
                           .chrg_bchno = "1",
                           .dev_no = "T1",
                           .clr_type = "11",
                           .setl_optins = "431002",
                           .setl_id = SETL,
                           .row_count = 4};
    for (uint32_t i = 0; i < 3; i++) {
        s.rows[i] = (struct settlement_row){.layer = "basic",
                                            .fund_pay_type = "390101",
                                            .field = FUND_HIFP,
                                            .owner_kind = OWNER_COUNTY,
                                            .owner = "431002",
                                            .amount = 100 << i};
    }
    snprintf(s.rows[2].owner, sizeof s.rows[2].owner, "431003");
    s.rows[3] = (struct settlement_row){
        .field = FUND_FIELDS, .owner_kind = OWNER_ACCOUNT, .fund_pay_type = "310201", .amount = 7};
    return s;
}

/* The id of the document that the last record left. */
static inline char *bench_setl_id(const struct bench *b, char setl_id[ID_SETL + 1])
{
    return id_format_setl(REGION, date_of_time(state_time(b->state)), state_sequence(b->state),
                          setl_id);
}

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

#endif
