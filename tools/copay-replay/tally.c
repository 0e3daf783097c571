/* The running tallies of a book's channels, counted again from its own entries: in the order of the
 * ledger each must continue the one before, from nothing. A settlement too many or too few, whoever
 * has it, breaks the chain of digests. */
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "base/bytes.h"

static int by_channel(const void *a, const void *b)
{
    const struct book_entry *x = *(const struct book_entry *const *)a;
    const struct book_entry *y = *(const struct book_entry *const *)b;
    int order = memcmp(x->msgid, y->msgid, ID_FIXMEDINS);
    order = order ? order : strcmp(x->dev_no, y->dev_no);
    order = order ? order : strcmp(x->insutype, y->insutype);
    order = order ? order : strcmp(x->clr_type, y->clr_type);
    order = order ? order : strcmp(x->setl_optins, y->setl_optins);
    return order ? order : (int)x->refunded - (int)y->refunded;
}

/* Within a channel by the ledger sequence, the last sixteen digits of a setl_id. */
static int in_order(const void *a, const void *b)
{
    const struct book_entry *x = *(const struct book_entry *const *)a;
    const struct book_entry *y = *(const struct book_entry *const *)b;
    int order = by_channel(a, b);
    return order ? order : strcmp(x->setl_id + ID_SETL - 16, y->setl_id + ID_SETL - 16);
}

static void count(struct book_tally *t, const struct book_entry *e)
{
    uint8_t bytes[ID_MSGID + ID_SETL + 4 * sizeof(int64_t)];
    struct writer w = writer_on(bytes, sizeof bytes);
    t->setl_cnt++;
    t->medfee_sumamt += e->medfee_sumamt;
    t->fund_pay_sumamt += e->fund_pay_sumamt;
    t->acct_pay += e->acct_pay;
    t->psn_cash_pay += e->psn_cash_pay;
    write_bytes(&w, e->msgid, ID_MSGID);
    write_bytes(&w, e->setl_id, ID_SETL);
    write_i64(&w, t->medfee_sumamt);
    write_i64(&w, t->fund_pay_sumamt);
    write_i64(&w, t->acct_pay);
    write_i64(&w, t->psn_cash_pay);
    CHECK(!w.failed && w.used == sizeof bytes);
    t->digest = hash_sha256_pair(t->digest.bytes, HASH_SIZE, bytes, sizeof bytes);
}

static bool same(const struct book_tally *a, const struct book_tally *b)
{
    return a->setl_cnt == b->setl_cnt && a->medfee_sumamt == b->medfee_sumamt &&
           a->fund_pay_sumamt == b->fund_pay_sumamt && a->acct_pay == b->acct_pay &&
           a->psn_cash_pay == b->psn_cash_pay && hash_equal(&a->digest, &b->digest);
}

void audit_tallies(struct book *book, struct audit_result *result)
{
    const struct book_entry **list = calloc(book->count + 1, sizeof *list);
    size_t n = 0;
    CHECK(list);
    for (size_t i = 0; i < book->count; i++)
        if (book->entries[i].outcome == COPAY__OUTCOME__OUTCOME_DONE &&
            strlen(book->entries[i].setl_id) == ID_SETL)
            list[n++] = &book->entries[i];
    qsort(list, n, sizeof *list, in_order);
    struct book_tally running = {0};
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || by_channel(&list[i - 1], &list[i]) != 0) {
            running = (struct book_tally){0};
            result->channels++;
        }
        count(&running, list[i]);
        if (!list[i]->has_tally)
            continue; /* a repeat carries none; the next one includes it */
        result->links++;
        if (!same(&running, &list[i]->tally))
            audit_differ(result, list[i], "the running tally is not the sum of this channel");
        running = list[i]->tally;
    }
    free(list);
}
