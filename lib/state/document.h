/* What a settlement or a void leaves in the state, as one piece of its record's effects:
 * after-images whose keys and ids stand in it, or in the record's head, are not written out again.
 * Layout of the value behind a key of no bytes (model/record.h):
 *
 * - packed region, of the setl_id, whose date and sequence are the record's
 *
 * - u16 size, settlement: settlement_write_body(); its head follows from the record's
 *
 * - u8 0, or u8 1 and signed balance: the account after it, where it moved
 *
 * - varint count, 4 signed sums, u8[32] digest: the running tally after it
 *
 * - signed count, 4 signed sums: those of its day after it
 *
 * - u8 books, then of each u8 owner_kind, packed owner, packed fund_pay_type, signed paid, signed
 *   count; both 0: the book goes away
 *
 * - the rest, accums: the person's benefit year after it
 *
 * Its images: V visit (a void frees it, or leaves it to its encounter), S settlement, P benefit
 * year, P account, T tally, R day, B books. Pure; any thread. */
#ifndef STATE_DOCUMENT_H
#define STATE_DOCUMENT_H

#include "model/record.h"
#include "state/keys.h"
#include "state/values.h"

struct document_book {
    uint8_t owner_kind;
    const char *owner, *fund_pay_type; /* borrowed */
    struct book book;
};

/* Borrows everything. */
struct document {
    const struct settlement *settlement;
    const struct accums *accums;
    const int64_t *balance; /* NULL: it did not move */
    const struct reply_tally *tally;
    const struct statement_sums *day;
    uint32_t book_count;
    struct document_book books[FUND_ROWS_MAX];
};

#define DOCUMENT_BYTES_MAX (SETTLEMENT_BYTES_MAX + VALUE_INLINE_MAX + 64 * FUND_ROWS_MAX + 256)

/* Whether its texts can be parts of keys: what could not be folded must not be written. */
bool document_valid(const struct document *document) MUST_CHECK;
/* The settlement's id is of the record's date and sequence, its msgid the record's. */
void document_write(struct writer *w, const struct document *document);

/* All images of one document and the room in which they are made. */
#define DOCUMENT_IMAGES_MAX (6 + FUND_ROWS_MAX)
struct document_images {
    uint32_t count;
    struct {
        struct slice key, value; /* value.data NULL: deleted */
    } list[DOCUMENT_IMAGES_MAX];
    uint8_t room[SETTLEMENT_BYTES_MAX + VALUE_INLINE_MAX +
                 DOCUMENT_IMAGES_MAX * (KEY_MAX + VALUE_SMALL_MAX)];
};

/* False: it does not parse, or names no person, visit or owner of a book. */
bool document_read(struct slice bytes, const struct record *record,
                   struct document_images *out) MUST_CHECK;

#endif
