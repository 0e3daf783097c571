/* Filings: made, decided, withdrawn, asked about; and those that a settlement finds. Inside
 * lib/settle only. */
#ifndef SETTLE_FILING_H
#define SETTLE_FILING_H

#include "settle/turn.h"
#include "state/filings.h"

/* The whole turn of a REQUEST_FILE, ..._UNFILE or ..._FILINGS. */
enum err filing_turn(struct turn *turn) MUST_CHECK;

/* Those that a settlement of that sequence finds in force: none later, and none that ended before
 * it. A store's error. */
enum err filings_find(struct state *state, const char *psn_no, uint64_t sequence,
                      struct filings *out) MUST_CHECK;

/* A filing under work, and the list of its person; large, so in the arena. */
struct filing_work {
    struct person person;
    struct person_filings all;
    struct filing_file file;
};

/* A new one as it is asked for, in stage APPLIED by `who`. What is against it is among the turn's
 * problems. A store's error. */
enum err filing_apply(struct turn *turn, const struct filing_order *order, const char *who,
                      struct filing_work *work) MUST_CHECK;
/* One that is here: its file and the person's list. ERR_NOTFOUND, or a store's error. */
enum err filing_load(struct turn *turn, const char *number, struct filing_work *work) MUST_CHECK;
/* Whether it may go from where it stands to that stage; else a problem says how it stands. */
bool filing_may(struct turn *turn, const struct filing_file *file, enum filing_stage to);
/* Goes there: one more step. It comes into force, or ends, with the turn's record. */
void filing_step(struct turn *turn, struct filing_file *file, enum filing_stage to, const char *who,
                 const char *note);
/* The effects and the reply's filing. Borrows. */
void filing_finish(struct turn *turn, struct filing_work *work);

/* A person's filings into the reply: of a kind's query ("5304"), or all for NULL; with the names of
 * the policy of today. ERR_NOMEM, a store's error. */
enum err filings_reply(struct turn *turn, const char *psn_no, const char *query) MUST_CHECK;
/* What the codec asks the policy for. */
const char *filing_category_name(const void *policy, const char *category);

#endif
