/* Writer and reader of a document side by side. The reader makes each image's key and value in the
 * room one behind the other. */
#include "state/document.h"

#include <string.h>

#include "base/date.h"

static void write_books(struct writer *w, const struct document *document)
{
    write_u8(w, (uint8_t)document->book_count);
    for (uint32_t i = 0; i < document->book_count; i++) {
        const struct document_book *b = &document->books[i];
        write_u8(w, b->owner_kind);
        write_packed(w, b->owner);
        write_packed(w, b->fund_pay_type);
        write_signed(w, b->book.paid);
        write_signed(w, b->book.count);
    }
}

static bool is_name(const char *text)
{
    return text[0] && key_text_valid(text);
}

bool document_valid(const struct document *document)
{
    const struct settlement *s = document->settlement;
    bool valid = is_name(s->psn_no) && is_name(s->ipt_otp_no) && is_name(s->chrg_bchno) &&
                 key_text_valid(s->dev_no) && key_text_valid(s->clr_type) &&
                 key_text_valid(s->setl_optins) && s->year <= KEY_YEAR_MAX;
    for (uint32_t i = 0; i < document->book_count; i++) {
        const struct document_book *b = &document->books[i];
        valid = valid && b->owner_kind <= KEY_OWNER_KIND_MAX && is_name(b->owner) &&
                is_name(b->fund_pay_type);
    }
    return valid;
}

void document_write(struct writer *w, const struct document *document)
{
    char region[ID_ADMDVS + 1] = "";
    uint8_t body[SETTLEMENT_BYTES_MAX];
    struct writer b = writer_on(body, sizeof body);
    memcpy(region, document->settlement->setl_id, ID_ADMDVS);
    settlement_write_body(&b, document->settlement);
    CHECK(!b.failed && document->book_count <= FUND_ROWS_MAX);
    write_packed(w, region);
    write_u16(w, (uint16_t)b.used);
    write_bytes(w, body, b.used);
    write_u8(w, document->balance ? 1 : 0);
    if (document->balance)
        write_signed(w, *document->balance);
    tally_write_sums(w, document->tally);
    day_write_sums(w, document->day);
    write_books(w, document);
    accums_write(w, document->accums);
}

/* ---- images ---- */

/* A document on its way to its images. */
struct expansion {
    const struct record *record;
    struct document_images *out;
    struct writer room;
    int32_t date;
    char setl_id[ID_SETL + 1];
    struct settlement_names names;
    bool failed;
};

/* The value is what is written into the room from here on; add() takes it. */
static size_t begin(struct expansion *e, const struct key *key)
{
    struct document_images *out = e->out;
    if (key->size == 0 || out->count == DOCUMENT_IMAGES_MAX)
        e->failed = true;
    else
        out->list[out->count].key = (struct slice){e->room.data + e->room.used, key->size};
    write_bytes(&e->room, key->bytes, key->size);
    return e->room.used;
}

static void add(struct expansion *e, size_t from)
{
    if (!e->failed)
        e->out->list[e->out->count++].value =
            (struct slice){e->room.data + from, e->room.used - from};
}

static void add_deleted(struct expansion *e, const struct key *key)
{
    (void)begin(e, key);
    if (!e->failed)
        e->out->list[e->out->count++].value = (struct slice){0};
}

static void add_visit(struct expansion *e)
{
    const struct settlement_names *names = &e->names;
    char fixmedins[ID_FIXMEDINS + 1];
    settlement_fixmedins(e->record->msgid, fixmedins);
    struct key key = key_visit(fixmedins, names->ipt_otp_no, names->chrg_bchno);
    const bool encounter = names->mdtrt_id[0] && strcmp(names->chrg_bchno, VISIT_BATCH) == 0;
    if (names->refd_setl_flag && !encounter) {
        add_deleted(e, &key);
        return;
    }
    size_t from = begin(e, &key);
    write_packed(&e->room, names->refd_setl_flag ? names->mdtrt_id : e->setl_id);
    add(e, from);
}

static void add_settlement(struct expansion *e, struct slice body)
{
    struct key key = key_settlement(e->setl_id);
    size_t from = begin(e, &key);
    settlement_write_head(&e->room, e->record->msgid, e->record->time_ms);
    write_bytes(&e->room, body.data, body.size);
    add(e, from);
}

static void add_year(struct expansion *e, struct slice accums)
{
    struct key key = key_person_year(e->names.psn_no, e->names.year);
    size_t from = begin(e, &key);
    person_year_write_head(&e->room, e->setl_id);
    write_bytes(&e->room, accums.data, accums.size);
    add(e, from);
}

static void add_account(struct expansion *e, struct reader *r)
{
    uint8_t moved = read_u8(r);
    e->failed |= moved > 1;
    if (moved != 1)
        return;
    struct key key = key_person(e->names.psn_no, PERSON_ACCOUNT);
    size_t from = begin(e, &key);
    account_write(&e->room, read_signed(r));
    add(e, from);
}

static void add_tally(struct expansion *e, struct reader *r, const char *fixmedins)
{
    const struct settlement_names *names = &e->names;
    struct reply_tally tally = {.sequence = e->record->sequence,
                                .business_date = e->date,
                                .refd_setl_flag = names->refd_setl_flag};
    memcpy(tally.dev_no, names->dev_no, sizeof tally.dev_no);
    memcpy(tally.clr_type, names->clr_type, sizeof tally.clr_type);
    memcpy(tally.setl_optins, names->setl_optins, sizeof tally.setl_optins);
    e->failed |= !insutype_text(names->insutype, tally.insutype);
    tally_read_sums(r, &tally);
    struct key key = key_tally(fixmedins, &tally);
    size_t from = begin(e, &key);
    tally_write(&e->room, &tally);
    add(e, from);
}

static void add_day(struct expansion *e, struct reader *r, const char *fixmedins)
{
    const struct settlement_names *names = &e->names;
    struct statement_day day = {.last = e->record->sequence};
    struct statement_kind kind = {.insutype = ""};
    memcpy(kind.clr_type, names->clr_type, sizeof kind.clr_type);
    memcpy(kind.setl_optins, names->setl_optins, sizeof kind.setl_optins);
    e->failed |= !insutype_text(names->insutype, kind.insutype);
    day_read_sums(r, &day.sums);
    struct key key = key_day(fixmedins, e->date, &kind, names->refd_setl_flag);
    size_t from = begin(e, &key);
    day_write(&e->room, &day);
    add(e, from);
}

static void add_book(struct expansion *e, struct reader *r)
{
    char owner[OWNER_CODE + 1], fund_pay_type[8];
    uint8_t owner_kind = read_u8(r);
    read_packed(r, owner, sizeof owner);
    read_packed(r, fund_pay_type, sizeof fund_pay_type);
    struct book book;
    book.paid = read_signed(r);
    book.count = read_signed(r);
    struct key key = key_book(owner_kind, owner, fund_pay_type, e->names.year);
    if (book.paid == 0 && book.count == 0) {
        add_deleted(e, &key);
        return;
    }
    size_t from = begin(e, &key);
    book_write(&e->room, &book);
    add(e, from);
}

static void expand(struct expansion *e, struct reader *r, const char *region)
{
    char fixmedins[ID_FIXMEDINS + 1];
    size_t size = read_u16(r);
    struct slice body = {read_bytes(r, size), size};
    if (!body.data || size > SETTLEMENT_BYTES_MAX - SETTLEMENT_HEAD_MAX) {
        e->failed = true;
        return;
    }
    struct reader names = reader_on(body.data, body.size);
    settlement_read_names(&names, &e->names);
    e->failed |= names.failed;
    e->date = date_of_time(e->record->time_ms);
    id_format_setl(region, e->date, e->record->sequence, e->setl_id);
    add_visit(e);
    add_settlement(e, body);
    add_account(e, r);
    settlement_fixmedins(e->record->msgid, fixmedins);
    add_tally(e, r, fixmedins);
    add_day(e, r, fixmedins);
    uint8_t books = read_u8(r);
    e->failed |= books > FUND_ROWS_MAX;
    for (uint8_t i = 0; i < books && !e->failed && !r->failed; i++)
        add_book(e, r);
    size_t rest = r->size - r->used;
    struct slice accums = {read_bytes(r, rest), rest};
    if (accums.data && rest <= VALUE_INLINE_MAX)
        add_year(e, accums);
    else
        e->failed = true;
}

bool document_read(struct slice bytes, const struct record *record, struct document_images *out)
{
    struct reader r = reader_on(bytes.data, bytes.size);
    char region[ID_ADMDVS + 1];
    struct expansion e = {
        .record = record, .out = out, .room = writer_on(out->room, sizeof out->room)};
    out->count = 0;
    read_packed(&r, region, sizeof region);
    if (r.failed || !id_is_admdvs(region) || !date_time_valid(record->time_ms))
        return false;
    expand(&e, &r, region);
    return !e.failed && !e.room.failed && reader_done(&r);
}
