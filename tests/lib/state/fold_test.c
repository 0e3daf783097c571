/* lib/state/fold: what a bulk holds after the records is what the state's store holds. */
#include "state/fold.h"

#include "fixture.h"
#include "store/digest.h"

#define RECORDS 200
#define MAP_BYTES (UINT64_C(64) << 20)

static struct slice bytes_of(struct bench *b, const struct record *record)
{
    struct slice out = {.size = record_size(record)};
    uint8_t *bytes = arena_alloc(b->arena, out.size);
    assert_non_null(bytes);
    struct writer w = writer_on(bytes, out.size);
    record_write(&w, record);
    assert_false(w.failed);
    out.data = bytes;
    return out;
}

/* The n-th record, applied to the state and folded. */
static void both(struct bench *b, struct fold *fold, struct bulk *bulk, unsigned n)
{
    static const struct accums accums = {.count = 1, .list = {{2026, 390, ACCUM_PAID, "x", 5}}};
    const struct reply_tally tally = {.setl_cnt = n};
    const int64_t balance = n;
    struct settlement settlement = settlement_sample();
    const struct statement_sums day = {.setl_cnt = 1};
    const struct posted posted = {&settlement, &accums, &balance, &tally, &day};
    char psn[16];
    struct record record = {.kind = n ? RECORD_SETTLEMENT : RECORD_GENESIS,
                            .sequence = n + 1,
                            .time_ms = 1000 + n / 2,
                            .outcome = OUTCOME_DONE};
    snprintf(psn, sizeof psn, "P%u", n % 17);
    snprintf(settlement.psn_no, sizeof settlement.psn_no, "P%u", n % 19);
    snprintf(settlement.ipt_otp_no, sizeof settlement.ipt_otp_no, "%u", n % 40);
    settlement.refd_setl_flag = n % 5 == 0;
    if (n > 0)
        snprintf(record.msgid, sizeof record.msgid, "H4310029900%u20260310090000%04u", n % 3, n);
    effects_put_region(b->effects, REGION);
    effects_put_balance(b->effects, psn, n);
    if (n > 0)
        effects_post(b->effects, b->state, &posted);
    OK(effects_done(b->effects, &record.effects));
    struct slice bytes = bytes_of(b, &record);
    OK(state_apply(b->state, &record));
    OK(fold_record(fold, bytes, bulk));
    bench_next(b);
}

static void the_same_as_the_state(void **context)
{
    char root[] = "/tmp/copayd-fold-XXXXXX", kept[64], loaded[64];
    struct bench b = {0};
    struct fold fold = {0};
    struct bulk *bulk;
    struct digest one, two;
    uint64_t keys;
    (void)context;
    assert_non_null(mkdtemp(root));
    snprintf(kept, sizeof kept, "%s/kept", root);
    snprintf(loaded, sizeof loaded, "%s/loaded", root);
    const struct store_options store = {.dir = kept, .map_bytes = MAP_BYTES};
    const struct bulk_options options = {.dir = loaded, .map_bytes = MAP_BYTES};
    OK(store_open(&store, &b.store));
    OK(state_new(b.store, &b.state));
    b.arena = arena_new(64 * 1024 * 1024);
    bench_next(&b);
    OK(bulk_new(&options, &bulk));
    for (unsigned n = 0; n < RECORDS; n++)
        both(&b, &fold, bulk, n);
    store_freeze(b.store, RECORDS);
    OK(store_checkpoint(b.store));
    OK(store_thaw(b.store));
    state_free(b.state);
    store_close(b.store);
    arena_free(b.arena);
    assert_int_equal(fold.sequence, RECORDS);
    OK(bulk_write(bulk, fold.sequence, NULL, &keys));
    bulk_free(bulk);
    OK(digest_run(kept, &one));
    OK(digest_run(loaded, &two));
    assert_memory_equal(one.hash.bytes, two.hash.bytes, HASH_SIZE);
    assert_int_equal(one.keys, two.keys);
    OK(store_discard(kept));
    OK(store_discard(loaded));
    rmdir(kept);
    rmdir(loaded);
    rmdir(root);
}

static void order_and_damage(void **context)
{
    struct bench *b = *context;
    char root[] = "/tmp/copayd-fold-XXXXXX";
    assert_non_null(mkdtemp(root));
    const struct bulk_options options = {.dir = root, .map_bytes = MAP_BYTES};
    struct record record = {
        .kind = RECORD_SETTLEMENT, .sequence = 3, .time_ms = 500, .msgid = MSGID};
    struct fold fold = {.sequence = 1, .time_ms = 500};
    struct bulk *bulk;
    OK(bulk_new(&options, &bulk));
    assert_int_equal(fold_record(&fold, bytes_of(b, &record), bulk), ERR_CORRUPT); /* a gap */
    record.sequence = 2;
    record.time_ms = 499;
    assert_int_equal(fold_record(&fold, bytes_of(b, &record), bulk), ERR_CORRUPT);
    record.time_ms = 500;
    struct slice bytes = bytes_of(b, &record);
    bytes.size--;
    assert_int_equal(fold_record(&fold, bytes, bulk), ERR_CORRUPT);
    assert_int_equal(fold.sequence, 1);
    bytes.size++;
    OK(fold_record(&fold, bytes, bulk));
    assert_int_equal(fold.sequence, 2);
    bulk_free(bulk);
    rmdir(root);
}

static void every_family_has_words(void **context)
{
    static const uint8_t families[] = {KEY_MESSAGE,    KEY_OPERATOR, KEY_PERSON, KEY_CERTIFICATE,
                                       KEY_SETTLEMENT, KEY_VISIT,    KEY_TALLY,  KEY_BOOK,
                                       KEY_CHUNK,      KEY_SINGLE,   KEY_IMPORT};
    (void)context;
    for (size_t i = 0; i < sizeof families; i++)
        assert_string_not_equal(fold_family(families[i]), fold_family(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_as_the_state),
        cmocka_unit_test_setup_teardown(order_and_damage, bench_open, bench_close),
        cmocka_unit_test(every_family_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
