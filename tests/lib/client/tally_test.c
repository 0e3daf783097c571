/* lib/client/tally: channels apart, calls under way, and the file that outlives the terminal. */
#include "chain.h"

#include <unistd.h>

static struct copay_tally_event told[8];
static int told_count;

static void note(void *context, const struct copay_tally_event *event)
{
    assert_ptr_equal(context, &told_count);
    told[told_count++ % 8] = *event;
}

static struct copay_tally *tally;

static int setup(void **state)
{
    (void)state;
    told_count = 0;
    tally = copay_tally_new(note, &told_count);
    return tally ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    copay_tally_free(tally);
    return 0;
}

/* A settle of that terminal and its answer. */
static void answer(const struct chain_link *link, const char *dev_no)
{
    Copay__Request request = COPAY__REQUEST__INIT;
    Copay__Settle settle = COPAY__SETTLE__INIT;
    Copay__ReplyEnvelope envelope = COPAY__REPLY_ENVELOPE__INIT;
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__Settlement s = COPAY__SETTLEMENT__INIT;
    Copay__Tally t = COPAY__TALLY__INIT;
    request.settle = &settle;
    request.msgid = (char *)link->msgid;
    request.dev_no = (char *)dev_no;
    reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    reply.settlement = &s;
    s.setl_id = (char *)link->setl_id;
    s.insutype = "390";
    s.clr_type = "11";
    s.setl_optins = "431002";
    s.medfee_sumamt = link->amounts[0];
    s.fund_pay_sumamt = link->amounts[1];
    s.acct_pay = link->amounts[2];
    s.psn_cash_pay = link->amounts[3];
    envelope.tally = link->stamped ? &t : NULL;
    t.sequence = link->tally.sequence;
    t.setl_cnt = link->tally.count;
    t.medfee_sumamt = link->tally.sums[0];
    t.fund_pay_sumamt = link->tally.sums[1];
    t.acct_pay = link->tally.sums[2];
    t.psn_cash_pay = link->tally.sums[3];
    t.digest.data = (uint8_t *)link->tally.digest.bytes;
    t.digest.len = HASH_SIZE;
    copay_tally_end(tally, &request, &envelope, &reply);
}

static void begin(void)
{
    Copay__Request request = COPAY__REQUEST__INIT;
    Copay__Settle settle = COPAY__SETTLE__INIT;
    request.settle = &settle;
    copay_tally_begin(tally, &request);
}

static void one(struct daemon_channel *d, uint64_t sequence, const char *dev_no)
{
    struct chain_link link = settle_one(d, sequence);
    begin();
    answer(&link, dev_no);
}

static void channels_are_apart(void **state)
{
    (void)state;
    struct daemon_channel first = {0}, second = {0};
    struct copay_tally_standing standing;
    one(&first, 1, "T1");
    one(&second, 2, "T2");
    one(&first, 3, "T1");
    assert_int_equal(told_count, 0);
    settle_one(&second, 4);
    one(&second, 5, "T2");
    assert_int_equal(told_count, 1);
    assert_int_equal(told[0].kind, COPAY_TALLY_MISSING);
    assert_string_equal(told[0].channel.dev_no, "T2");
    assert_string_equal(told[0].channel.insutype, "390");
    one(&first, 6, "T1");
    assert_int_equal(told_count, 1);
    assert_true(copay_tally_standing(tally, 0, &standing));
    assert_string_equal(standing.channel.dev_no, "T1");
    assert_int_equal(standing.setl_cnt, 3);
    assert_int_equal(standing.sums[0], 30000);
    assert_true(copay_tally_standing(tally, 1, &standing));
    assert_int_equal(standing.setl_cnt, 3);
    assert_false(copay_tally_standing(tally, 2, &standing));
    struct copay_tally_event newest;
    assert_int_equal(copay_tally_told(tally, &newest), 1);
    assert_int_equal(newest.sequence, 5);
}

static void a_call_under_way_may_fill_a_gap(void **state)
{
    (void)state;
    struct daemon_channel d = {0};
    one(&d, 1, "T1");
    struct chain_link slow = settle_one(&d, 2);
    begin();
    one(&d, 3, "T1");
    assert_int_equal(told_count, 0);
    answer(&slow, "T1");
    assert_int_equal(told_count, 0);
    begin();
    settle_one(&d, 4);
    one(&d, 5, "T1");
    assert_int_equal(told_count, 0);
    Copay__Request request = COPAY__REQUEST__INIT;
    Copay__Settle settle = COPAY__SETTLE__INIT;
    request.settle = &settle;
    copay_tally_end(tally, &request, NULL, NULL); /* its outcome is unknown: that was it */
    assert_int_equal(told_count, 1);
    assert_int_equal(told[0].kind, COPAY_TALLY_MISSING);
}

static void queries_are_nothing_to_wait_for(void **state)
{
    (void)state;
    struct daemon_channel d = {0};
    Copay__Request query = COPAY__REQUEST__INIT;
    copay_tally_begin(tally, &query);
    one(&d, 1, "T1");
    settle_one(&d, 2);
    one(&d, 3, "T1");
    assert_int_equal(told_count, 1);
}

static char path[] = "/tmp/copay-tally-XXXXXX";

static void it_outlives_the_terminal(void **state)
{
    (void)state;
    struct daemon_channel d = {0};
    struct copay_error error;
    struct copay_tally_standing standing;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(copay_tally_load(tally, path, &error), COPAY_DONE); /* none yet */
    one(&d, 1, "");
    struct chain_link repeat = settle_one(&d, 2);
    repeat.stamped = false;
    begin();
    answer(&repeat, "");
    assert_int_equal(copay_tally_save(tally, path, &error), COPAY_DONE);
    copay_tally_free(tally);
    setup(NULL);
    assert_int_equal(copay_tally_load(tally, path, &error), COPAY_DONE);
    assert_true(copay_tally_standing(tally, 0, &standing));
    assert_int_equal(standing.waiting, 1);
    assert_int_equal(standing.setl_cnt, 1);
    one(&d, 3, "");
    assert_int_equal(told_count, 0);
    assert_true(copay_tally_standing(tally, 0, &standing));
    assert_int_equal(standing.setl_cnt, 3);
    assert_int_equal(standing.waiting, 0);
    unlink(path);
}

static void another_file_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "hello\n", "copay-tally 1\nX\n", "copay-tally 1\nT\tT1\t390\n",
        "copay-tally 1\nK\tH43100299001202603100900000001\t431000202603100000000000000002"
        "\t1\t2\t3\t4\n"};
    struct copay_error error;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        char name[] = "/tmp/copay-tally-XXXXXX";
        FILE *file = fdopen(mkstemp(name), "w");
        fputs(texts[i], file);
        fclose(file);
        assert_int_equal(copay_tally_load(tally, name, &error), COPAY_INVALID);
        unlink(name);
    }
    assert_int_equal(copay_tally_save(tally, "/nowhere/tally", &error), COPAY_INVALID);
}

#define TALLY_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TALLY_TEST(channels_are_apart),
        TALLY_TEST(a_call_under_way_may_fill_a_gap),
        TALLY_TEST(queries_are_nothing_to_wait_for),
        TALLY_TEST(it_outlives_the_terminal),
        TALLY_TEST(another_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
