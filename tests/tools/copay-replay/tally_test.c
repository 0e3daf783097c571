/* The chain of running tallies: whole it says nothing; anything moved, missing or added is told. */
#include "audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

#define N 6

static struct book_entry entries[N];
static struct book book = {.entries = entries, .count = N};

/* As copay.proto says, written out again. */
static void link_tally(struct book_tally *t, const struct book_entry *e)
{
    uint8_t bytes[30 + 30 + 32];
    struct writer w = writer_on(bytes, sizeof bytes);
    t->setl_cnt++;
    t->medfee_sumamt += e->medfee_sumamt;
    t->fund_pay_sumamt += e->fund_pay_sumamt;
    t->acct_pay += e->acct_pay;
    t->psn_cash_pay += e->psn_cash_pay;
    write_bytes(&w, e->msgid, 30);
    write_bytes(&w, e->setl_id, 30);
    write_i64(&w, t->medfee_sumamt);
    write_i64(&w, t->fund_pay_sumamt);
    write_i64(&w, t->acct_pay);
    write_i64(&w, t->psn_cash_pay);
    t->digest = hash_sha256_pair(t->digest.bytes, HASH_SIZE, bytes, sizeof bytes);
}

/* Two channels, their entries mixed; the book is not in the order of the ledger. */
static int make(void **state)
{
    struct book_tally running[2] = {0};
    (void)state;
    book.count = N;
    for (int i = 0; i < N; i++) {
        struct book_entry *e = &entries[N - 1 - i];
        *e = (struct book_entry){.outcome = 1,
                                 .has_tally = true,
                                 .medfee_sumamt = 1000 + i,
                                 .fund_pay_sumamt = 700,
                                 .acct_pay = 100 + i,
                                 .psn_cash_pay = 200};
        snprintf(e->msgid, sizeof e->msgid, "H43100299001202606010930%06d", i);
        snprintf(e->setl_id, sizeof e->setl_id, "43100020260601%016d", 9 + i);
        snprintf(e->dev_no, sizeof e->dev_no, "R%d", i % 2);
        snprintf(e->insutype, sizeof e->insutype, "310");
        link_tally(&running[i % 2], e);
        e->tally = running[i % 2];
    }
    return 0;
}

static uint64_t differences(void)
{
    struct audit_result result = {0};
    audit_tallies(&book, &result);
    assert_int_equal(result.channels, book.count ? 2 : 0);
    return result.differences;
}

static void test_whole(void **state)
{
    (void)state;
    assert_int_equal(differences(), 0);
    book.count = 0;
    assert_int_equal(differences(), 0);
}

static void test_a_repeat_carries_none(void **state)
{
    (void)state;
    entries[N - 1].has_tally = false; /* the first of its channel */
    entries[2].has_tally = false;
    assert_int_equal(differences(), 0);
}

static void test_missing(void **state)
{
    (void)state;
    entries[2] = entries[3]; /* one of the other channel, twice; this channel lost one */
    snprintf(entries[2].setl_id, sizeof entries[2].setl_id, "43100020260601%016d", 99);
    assert_int_not_equal(differences(), 0);
    make(NULL);
    entries[N - 1].outcome = 0; /* as if it had never been answered */
    assert_int_equal(differences(), 1);
}

static void test_moved_money(void **state)
{
    (void)state;
    for (int figure = 0; figure < 4; figure++) {
        make(NULL);
        int64_t *figures[] = {&entries[1].medfee_sumamt, &entries[1].fund_pay_sumamt,
                              &entries[1].acct_pay, &entries[1].psn_cash_pay};
        *figures[figure] += 1;
        assert_int_equal(differences(), 1);
    }
}

static void test_another_digest_or_count(void **state)
{
    (void)state;
    entries[0].tally.digest.bytes[31] ^= 1; /* the last of its channel */
    assert_int_equal(differences(), 1);
    make(NULL);
    entries[0].tally.setl_cnt++;
    assert_int_equal(differences(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_whole, make),
        cmocka_unit_test_setup(test_a_repeat_carries_none, make),
        cmocka_unit_test_setup(test_missing, make),
        cmocka_unit_test_setup(test_moved_money, make),
        cmocka_unit_test_setup(test_another_digest_or_count, make),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
