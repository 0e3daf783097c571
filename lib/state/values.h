/* Layouts of the stored values that have no model of their own. Little-endian; a value that stands
 * in records and may grow more fields begins with its version (a message's does as a reversal's
 * tombstone). The moment is made from records' heads, so that a rebuild gives it any layout.
 * Pure; any thread. */
#ifndef STATE_VALUES_H
#define STATE_VALUES_H

#include "base/bytes.h"
#include "model/statement.h"
#include "state/state.h"

/* Where the fold stands. */
struct moment {
    uint64_t sequence;
    int64_t time_ms;
};

/* An upper bound of every value below, a person's year aside (VALUE_INLINE_MAX). */
#define VALUE_SMALL_MAX 160

void message_write(struct writer *w, const struct message_entry *entry);
void message_read(struct reader *r, struct message_entry *entry);
void moment_write(struct writer *w, const struct moment *moment);
void moment_read(struct reader *r, struct moment *moment);
void person_year_write(struct writer *w, const struct person_year *year);
/* What stands before its accumulators. */
void person_year_write_head(struct writer *w, const char *setl_id);
void person_year_read(struct reader *r, struct person_year *year);
/* The personal account: its balance in fen; reading latches a failure below zero. */
void account_write(struct writer *w, int64_t balance);
int64_t account_read(struct reader *r);
/* Sums only: the names are the key. */
void tally_write(struct writer *w, const struct reply_tally *tally);
void tally_read(struct reader *r, struct reply_tally *tally);
/* Its count, sums and digest. */
void tally_write_sums(struct writer *w, const struct reply_tally *tally);
void tally_read_sums(struct reader *r, struct reply_tally *tally);
/* The insurance as keys name it; false when it has more than three digits. */
bool insutype_text(uint16_t insutype, char out[4]) MUST_CHECK;
/* A day's sums; of what stands in a document, only the sums. */
void day_write(struct writer *w, const struct statement_day *day);
void day_read(struct reader *r, struct statement_day *day);
void day_write_sums(struct writer *w, const struct statement_sums *sums);
void day_read_sums(struct reader *r, struct statement_sums *sums);
void book_write(struct writer *w, const struct book *book);
void book_read(struct reader *r, struct book *book);
void active_pack_write(struct writer *w, const struct active_pack *pack);
void active_pack_read(struct reader *r, struct active_pack *pack);

#endif
