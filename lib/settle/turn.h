/* One request's turn through the state machine: what every step needs, and the few ways in which a
 * turn can end. Inside lib/settle only. */
#ifndef SETTLE_TURN_H
#define SETTLE_TURN_H

#include "base/arena.h"
#include "settle/settle.h"
#include "state/effects.h"

/* A settlement's benefit year may begin so many years before it: what looks for all settlements of
 * a person since some day must know where to begin. */
#define BENEFIT_YEARS_BACK 10

struct settle {
    char region[ID_ADMDVS + 1];
    bool salted;
    struct hash_key salt_key;
    struct state *state;
    const struct pack *pack;
    const struct pack *stand_in; /* instead of the active one, for a what-if; NULL */
    struct old_packs *old_packs; /* of older packs; NULL: nobody reads them */
};

/* Everything that a record may depend on: state, request or command, actor and stamp. */
struct turn {
    const struct settle *settle;
    struct state *state;
    struct arena *arena;
    int64_t now_ms;
    int32_t today;
    uint64_t sequence;       /* of the record that may come of this */
    const struct pack *pack; /* the active one, compiled; NULL: none, or not handed over yet */
    struct hash policy;      /* digest of the active pack; zeros */
    uint64_t policy_since;   /* sequence of its activation; 0 */
    const struct request *request;          /* NULL in a command's turn */
    const struct settle_evidence *evidence; /* NULL: none */
    struct settle_answer *answer;
    struct problems *problems; /* what refuses it */
    struct shift *shift;       /* in which what is settled counts; NULL: in none */
    struct reply *reply;
    struct effects *effects;
};

/* Clears *answer and sets up everything but the request. The stamp is never before the last
 * record's. ERR_NOMEM. */
enum err turn_begin(struct turn *turn, const struct settle *settle, int64_t now_ms,
                    struct arena *arena, struct settle_answer *answer) MUST_CHECK;

/* True when something was found that refuses the request. */
bool turn_has_problems(const struct turn *turn);
/* Adds one of the whole message, with what was found or which transaction comes first; NULL: none.
 */
void turn_problem(struct turn *turn, enum reason reason, const char *field, const char *value);

/* The ends. Each packs the reply. */
enum err turn_answer(struct turn *turn) MUST_CHECK; /* done, nothing recorded */
/* Refused by turn->problems: recorded when the request writes and the refusal depends on state. */
enum err turn_refuse(struct turn *turn) MUST_CHECK;
/* Refused as internal, whatever was found or put before: `what` is the English name of what broke.
 */
enum err turn_internal(struct turn *turn, const char *what) MUST_CHECK;
enum err turn_retry(struct turn *turn, enum reason reason) MUST_CHECK;
enum err turn_record(struct turn *turn, enum record_kind kind) MUST_CHECK; /* done */
/* Ask for one record, for an old pack's texts; the caller returns at once. */
enum err turn_need(struct turn *turn, uint64_t sequence) MUST_CHECK;
void turn_need_old_pack(struct turn *turn, const struct hash *digest);

/* The record's head, effects and `body` as its reply, into the answer. */
enum err turn_fill_record(struct turn *turn, const struct record *head,
                          struct slice body) MUST_CHECK;

/* The record that the caller brought, read. ERR_NOTFOUND: it was not brought. ERR_CORRUPT: it is
 * another, or not a record. */
enum err turn_evidence(const struct turn *turn, uint64_t sequence,
                       struct record *record) MUST_CHECK;

/* inf_refmsgid: receiver's region 6, time 14, sequence 10; `sequence` 0 outside the ledger's order.
 */
void turn_refmsgid(char out[ID_MSGID + 1], const char *region, int64_t now_ms, uint64_t sequence);

/* First PACK_DIGITS hexadecimal digits of the active pack's digest, borrowed from pack or arena;
 * NULL when there is no pack. */
enum err turn_policy_text(const struct turn *turn, const char **text) MUST_CHECK;

/* True when refusals by these problems are recorded: one that the message alone explains never is,
 * an internal one always. */
bool problems_recorded(const struct problems *problems);

/* Copies a text into a bounded field. Wire bounds every text at its field's length, so that a
 * longer one is a broken invariant, not a bad request. */
void text_set(char *out, size_t capacity, const char *text);
#define TEXT_SET(field, text) text_set(field, sizeof(field), text)

#endif
