/* lib/settle/posting: the running tally and its digest, accumulators both ways, bounds. */
#include "settle/posting.h"

#include "fixture.h"
#include "state/keys.h"
#include "state/values.h"

static const struct bill visit = {.lines = {{DRUG_A, 10000}}};

static struct hash next_digest(struct hash previous, const char *msgid, const char *setl_id,
                               const int64_t sums[4])
{
    uint8_t bytes[256];
    struct writer w = writer_on(bytes, sizeof bytes);
    write_bytes(&w, previous.bytes, HASH_SIZE);
    write_bytes(&w, msgid, ID_MSGID);
    write_bytes(&w, setl_id, ID_SETL);
    for (int i = 0; i < 4; i++)
        write_i64(&w, sums[i]);
    return hash_sha256(bytes, w.used);
}

static void the_tally_is_a_chain_that_clients_can_follow(void **state)
{
    struct world *w = *state;
    struct hash digest = {0};
    const int64_t sums[2][4] = {{10000, 7000, 0, 3000}, {20000, 14000, 0, 6000}};
    for (int i = 0; i < 2; i++) {
        char *setl_id = world_settled(w, &visit);
        const struct reply_tally *tally = &w->answer.tally;
        digest = next_digest(digest, w->reply->msgid, setl_id, sums[i]);
        assert_true(w->answer.tally_given);
        assert_int_equal(tally->setl_cnt, i + 1);
        assert_int_equal(tally->sequence, w->answer.sequence);
        assert_int_equal(tally->medfee_sumamt, sums[i][0]);
        assert_int_equal(tally->psn_cash_pay, sums[i][3]);
        assert_string_equal(tally->dev_no, "T1");
        assert_string_equal(tally->insutype, "390");
        assert_string_equal(tally->clr_type, "11");
        assert_string_equal(tally->setl_optins, "431002");
        assert_int_equal(tally->business_date, date_of(2026, 3, 10));
        assert_memory_equal(tally->digest.bytes, digest.bytes, HASH_SIZE);
        free(setl_id);
    }
}

static void each_channel_has_its_own(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    free(world_settled(w, &bill));
    bill.dev_no = "T2";
    free(world_settled(w, &bill));
    assert_int_equal(w->answer.tally.setl_cnt, 1);
    bill.dev_no = "T1";
    char *setl_id = world_settled(w, &bill);
    assert_int_equal(w->answer.tally.setl_cnt, 2);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    assert_int_equal(w->answer.tally.setl_cnt, 1); /* refunds apart */
    assert_int_equal(w->answer.tally.fund_pay_sumamt, -7000);
    free(setl_id);
}

static void put_tally(struct world *w, const struct reply_tally *tally)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct key key = key_tally(TOWNSHIP, tally);
    struct writer writer = writer_on(bytes, sizeof bytes);
    tally_write(&writer, tally);
    OK(store_put(w->store, key_slice(&key), (struct slice){bytes, writer.used}));
}

/* A claim that a tally cannot take is refused, and the machine lives. */
static void sums_out_of_range_refuse_the_claim_alone(void **state)
{
    struct world *w = *state;
    struct reply_tally full = {.dev_no = "T1",
                               .insutype = "390",
                               .clr_type = "11",
                               .setl_optins = "431002",
                               .medfee_sumamt = INT64_C(9999999999999999)};
    put_tally(w, &full);
    uint32_t records = w->record_count;
    struct hash before = world_digest(w, "PVBTS"), after;
    world_bill(w, &visit);
    assert_refused(w, SETTLE_RECORD, REASON_INTERNAL);
    assert_int_equal(w->record_count, records + 1);
    assert_int_equal(w->answer.record.effects.size, 0);
    assert_false(w->answer.tally_given);
    assert_int_equal(w->reply->settlement->hifp_pay, 7000); /* the evidence */
    assert_null(w->reply->settlement->setl_id);
    after = world_digest(w, "PVBTS");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    full.medfee_sumamt -= 10000;
    put_tally(w, &full);
    free(world_settled(w, &visit));
}

/* The same for a void: what it would post is checked before anything is put. */
static void a_void_that_does_not_fit_is_internal(void **state)
{
    struct world *w = *state;
    struct reply_tally full = {.dev_no = "T1",
                               .insutype = "390",
                               .clr_type = "11",
                               .setl_optins = "431002",
                               .refd_setl_flag = true,
                               .medfee_sumamt = -INT64_C(9999999999999999)};
    char *setl_id = world_settled(w, &visit);
    put_tally(w, &full);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    assert_refused(w, SETTLE_RECORD, REASON_INTERNAL);
    assert_int_equal(w->answer.record.effects.size, 0);
    assert_int_equal(w->reply->settlement->medfee_sumamt, -10000);
    assert_null(w->reply->settlement->setl_id);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_PAID, "outpatient"), 7000);
    free(setl_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_tally_is_a_chain_that_clients_can_follow),
        WORLD_TEST(each_channel_has_its_own),
        WORLD_TEST(sums_out_of_range_refuse_the_claim_alone),
        WORLD_TEST(a_void_that_does_not_fit_is_internal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
