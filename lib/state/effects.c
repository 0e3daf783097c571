/* Effects grow in the request's arena: appended, never read back. Each put is one whole
 * after-image; what must be added to is read from the present state first. */
#include "state/effects.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/money.h"
#include "state/document.h"
#include "state/inner.h"

#define EFFECTS_FIRST 4096
/* Key size, the longest value size. */
#define EFFECT_HEAD 6

struct effects {
    struct arena *arena;
    uint8_t *data;
    size_t capacity, used;
    enum err err;
};

struct effects *effects_new(struct arena *arena)
{
    struct effects *effects = arena_alloc(arena, sizeof *effects);
    if (effects)
        effects->arena = arena;
    return effects;
}

void effects_fail(struct effects *effects, enum err err)
{
    if (effects->err == ERR_OK)
        effects->err = err;
}

static bool grow(struct effects *effects, size_t more)
{
    if (more <= effects->capacity - effects->used)
        return true;
    size_t capacity = effects->capacity ? effects->capacity : EFFECTS_FIRST;
    while (capacity - effects->used < more)
        capacity *= 2;
    uint8_t *data = arena_alloc_raw(effects->arena, capacity);
    if (!data) {
        effects_fail(effects, ERR_NOMEM);
        return false;
    }
    if (effects->used)
        memcpy(data, effects->data, effects->used);
    effects->data = data;
    effects->capacity = capacity;
    return true;
}

/* key.size 0: a document. value.data NULL deletes. */
static void append(struct effects *effects, struct slice key, struct slice value)
{
    if (effects->err != ERR_OK || !grow(effects, EFFECT_HEAD + key.size + value.size))
        return;
    struct writer w = writer_on(effects->data + effects->used, effects->capacity - effects->used);
    effect_write(&w, key, value);
    CHECK(!w.failed);
    effects->used += w.used;
}

static void put(struct effects *effects, struct key key, struct slice value)
{
    if (key.size == 0 || value.size > STORE_VALUE_MAX)
        effects_fail(effects, ERR_INVALID);
    append(effects, key_slice(&key), value);
}

void effects_delete(struct effects *effects, struct key key)
{
    put(effects, key, (struct slice){0});
}

void effects_put_written(struct effects *effects, struct key key, const struct writer *w)
{
    if (w->failed)
        effects_fail(effects, ERR_LIMIT);
    put(effects, key, (struct slice){.data = w->data, .size = w->used});
}

void effects_put_id(struct effects *effects, struct key key, const char *id)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    write_packed(&w, id);
    effects_put_written(effects, key, &w);
}

static bool same_certificate(const struct person *a, const struct person *b)
{
    return strcmp(a->psn_cert_type, b->psn_cert_type) == 0 && strcasecmp(a->certno, b->certno) == 0;
}

void effects_put_person(struct effects *effects, const struct person *person,
                        const struct person *before)
{
    uint8_t bytes[VALUE_INLINE_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    person_write(&w, person);
    effects_put_written(effects, key_person(person->psn_no, PERSON_FACTS), &w);
    if (before && !same_certificate(person, before))
        effects_delete(effects, key_certificate(before->psn_cert_type, before->certno));
    effects_put_id(effects, key_certificate(person->psn_cert_type, person->certno), person->psn_no);
}

void effects_put_person_year(struct effects *effects, const char *psn_no, uint16_t year,
                             const struct person_year *facts)
{
    uint8_t bytes[VALUE_INLINE_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    person_year_write(&w, facts);
    effects_put_written(effects, key_person_year(psn_no, year), &w);
}

void effects_put_balance(struct effects *effects, const char *psn_no, int64_t balance)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    CHECK(balance >= 0);
    account_write(&w, balance);
    effects_put_written(effects, key_person(psn_no, PERSON_ACCOUNT), &w);
}

void effects_put_settlement(struct effects *effects, const struct settlement *settlement)
{
    uint8_t bytes[SETTLEMENT_BYTES_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    settlement_write(&w, settlement);
    effects_put_written(effects, key_settlement(settlement->setl_id), &w);
}

void effects_put_barred(struct effects *effects, const char *msgid, uint64_t sequence)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    const struct message_entry entry = {
        .sequence = sequence, .kind = RECORD_REVERSAL, .outcome = OUTCOME_REFUSED};
    CHECK(message_is_barred(&entry));
    message_write(&w, &entry);
    effects_put_written(effects, key_message(msgid), &w);
}

/* Books are of funds: the account is the person's own and has its balance, the hospital's part is
 * nobody's payment. */
static bool row_has_book(const struct settlement_row *row)
{
    return row->field < FUND_FIELDS;
}

static bool same_book(const struct settlement_row *a, const struct settlement_row *b)
{
    return a->owner_kind == b->owner_kind && strcmp(a->owner, b->owner) == 0 &&
           strcmp(a->fund_pay_type, b->fund_pay_type) == 0;
}

/* The first row of its book carries the sum of all. */
static bool row_leads(const struct settlement *settlement, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (row_has_book(&settlement->rows[i]) &&
            same_book(&settlement->rows[i], &settlement->rows[index]))
            return false;
    return row_has_book(&settlement->rows[index]);
}

/* The book after the settlement. */
static enum err next_book(struct state *state, const struct settlement *settlement, uint32_t index,
                          struct document_book *out)
{
    const struct settlement_row *row = &settlement->rows[index];
    struct book *book = &out->book;
    out->owner_kind = row->owner_kind;
    out->owner = row->owner;
    out->fund_pay_type = row->fund_pay_type;
    enum err err =
        state_book(state, row->owner_kind, row->owner, row->fund_pay_type, settlement->year, book);
    for (uint32_t i = index; err == ERR_OK && i < settlement->row_count; i++)
        if (row_has_book(&settlement->rows[i]) && same_book(&settlement->rows[i], row) &&
            !money_add(&book->paid, settlement->rows[i].amount))
            err = ERR_LIMIT;
    book->count += settlement->refd_setl_flag ? -1 : 1;
    return err;
}

void effects_post(struct effects *effects, struct state *state, const struct posted *posted)
{
    const struct settlement *settlement = posted->settlement;
    uint8_t bytes[DOCUMENT_BYTES_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    struct document document;
    enum err err = ERR_OK;
    document.settlement = settlement;
    document.accums = posted->accums;
    document.balance = posted->balance;
    document.tally = posted->tally;
    document.day = posted->day;
    document.book_count = 0;
    for (uint32_t i = 0; err == ERR_OK && i < settlement->row_count; i++)
        if (row_leads(settlement, i))
            err = next_book(state, settlement, i, &document.books[document.book_count++]);
    if (err != ERR_OK) {
        effects_fail(effects, err);
        return;
    }
    if (!document_valid(&document)) {
        effects_fail(effects, ERR_INVALID);
        return;
    }
    document_write(&w, &document);
    if (w.failed)
        effects_fail(effects, ERR_LIMIT);
    append(effects, (struct slice){0}, (struct slice){bytes, w.used});
}

void effects_put_region(struct effects *effects, const char *region)
{
    CHECK(id_is_admdvs(region));
    effects_put_id(effects, key_single("region"), region);
}

void effects_put_chunk(struct effects *effects, const struct hash *digest, uint32_t number,
                       struct slice bytes)
{
    put(effects, key_chunk(digest, number), bytes);
}

void effects_put_active_pack(struct effects *effects, enum pack_scope scope,
                             const struct active_pack *pack)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    active_pack_write(&w, pack);
    effects_put_written(effects, key_active_pack(scope), &w);
}

void effects_put_proposal(struct effects *effects, enum pack_scope scope,
                          const struct proposal *proposal)
{
    uint8_t bytes[PROPOSAL_BYTES_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    if (!proposal) {
        effects_delete(effects, key_proposal(scope));
        return;
    }
    proposal_write(&w, proposal);
    effects_put_written(effects, key_proposal(scope), &w);
}

void effects_put_signer(struct effects *effects, const struct signer *signer)
{
    uint8_t bytes[SIGNER_BYTES_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    signer_write(&w, signer);
    effects_put_written(effects, key_single("signer"), &w);
}

void effects_put_import_row(struct effects *effects, const struct hash *file_digest, uint32_t row)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    write_u32(&w, row);
    effects_put_written(effects, key_import(file_digest), &w);
}

enum err effects_done(struct effects *effects, struct slice *bytes)
{
    *bytes = (struct slice){.data = effects->data, .size = effects->used};
    return effects->err;
}
