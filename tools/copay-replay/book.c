/* Entering messages. */
#include "book.h"

#include <stdlib.h>
#include <string.h>

static bool writes(const char *infno)
{
    static const char *const infnos[] = {"2102", "2103", "2207", "2208", "2304", "2305"};
    for (size_t i = 0; i < ARRAY_LEN(infnos); i++)
        if (strcmp(infnos[i], infno) == 0)
            return true;
    return false;
}

static void copy(char *out, size_t capacity, struct slice text)
{
    size_t size = text.size < capacity ? text.size : capacity - 1;
    if (size)
        memcpy(out, text.data, size);
    out[size] = '\0';
}

static void note_answer(struct book_entry *e, const struct answer *a)
{
    e->outcome = (uint8_t)a->outcome;
    e->reason = a->reason;
    copy(e->setl_id, sizeof e->setl_id, a->setl_id);
    copy(e->insutype, sizeof e->insutype, a->insutype);
    copy(e->clr_type, sizeof e->clr_type, a->clr_type);
    copy(e->setl_optins, sizeof e->setl_optins, a->setl_optins);
    e->refunded = a->refunded;
    e->medfee_sumamt = a->medfee_sumamt;
    e->fund_pay_sumamt = a->fund_pay_sumamt;
    e->acct_pay = a->acct_pay;
    e->psn_cash_pay = a->psn_cash_pay;
    e->reply = hash_sha256(a->body.data, a->body.size);
    struct tally_answer t;
    e->has_tally = a->tally.size > 0 && answer_read_tally(a->tally, &t);
    if (!e->has_tally)
        return;
    e->tally = (struct book_tally){.setl_cnt = t.setl_cnt,
                                   .medfee_sumamt = t.medfee_sumamt,
                                   .fund_pay_sumamt = t.fund_pay_sumamt,
                                   .acct_pay = t.acct_pay,
                                   .psn_cash_pay = t.psn_cash_pay};
    memcpy(e->tally.digest.bytes, t.digest, HASH_SIZE);
}

void book_note(struct book *book, const struct slot *slot, const struct answer *answer)
{
    const struct message *m = &slot->message;
    if (!writes(m->infno) || (answer && answer->outcome == COPAY__OUTCOME__OUTCOME_RETRY))
        return;
    if (book->count == book->capacity) {
        size_t capacity = book->capacity ? book->capacity * 2 : 4096;
        void *grown = realloc(book->entries, capacity * sizeof *book->entries);
        CHECK(grown);
        book->entries = grown;
        book->capacity = capacity;
    }
    struct book_entry *e = &book->entries[book->count++];
    *e = (struct book_entry){0};
    memcpy(e->infno, m->infno, sizeof e->infno);
    memcpy(e->msgid, m->msgid, sizeof e->msgid);
    memcpy(e->dev_no, slot->lane->terminal.dev_no, sizeof slot->lane->terminal.dev_no);
    if (answer)
        note_answer(e, answer);
    if (!answer || (book->sample && book->count % book->sample == 0)) {
        e->body = malloc(m->body_size);
        CHECK(e->body);
        memcpy(e->body, m->bytes + m->body_at, m->body_size);
        e->body_size = (uint32_t)m->body_size;
    }
}

void book_free(struct book *book)
{
    for (size_t i = 0; i < book->count; i++)
        free(book->entries[i].body);
    free(book->entries);
    *book = (struct book){0};
}
