/* Encounters, and visits that their settlement registered, by the names that a counter has for
 * them; and what is told of them. Somebody else's read as none. Inside lib/settle only. */
#ifndef SETTLE_NAMED_H
#define SETTLE_NAMED_H

#include "settle/turn.h"
#include "state/encounters.h"

/* What a name stands for: an encounter, or else the settlement of a whole bill. */
struct named {
    struct encounter *encounter;
    struct settlement *settlement; /* with an encounter: one of its own that was named, or NULL */
};

/* By the query's setl_id, mdtrt_id or ipt_otp_no, whichever was said; what is not to be had, or is
 * another person's, is among the turn's problems. */
enum err named_find(struct turn *turn, struct named *named) MUST_CHECK;
/* ERR_NOTFOUND: none of the sender's own. A void stands for what it undid. */
enum err named_encounter(struct turn *turn, const char *mdtrt_id, struct named *named) MUST_CHECK;
enum err named_settlement(struct turn *turn, const char *setl_id, struct named *named) MUST_CHECK;

/* The only visit of the answer, with its bills. */
enum err named_tell(struct turn *turn, const struct named *named) MUST_CHECK;
/* A settlement with its one bill; of an encounter, as that stands. */
enum err named_tell_settlement(struct turn *turn, struct visit *v,
                               const struct named *named) MUST_CHECK;
/* All but its bills; and these: a stay's are all there, of an outpatient's encounter the open ones.
 */
void named_tell_encounter(struct visit *v, const struct encounter *e);
enum err named_add_bills(struct turn *turn, struct visit *v, const struct encounter *e) MUST_CHECK;
/* Texts are borrowed. */
void named_tell_bill(struct visit_bill *out, const char *chrg_bchno,
                     const struct encounter_bill *bill);
void named_tell_settled(struct visit_bill *out, const struct settlement *s);

/* Which page the query asks for: "" is 0; what is no number is among the turn's problems. */
uint32_t named_page(struct turn *turn);
/* In the arena. */
enum err named_number(struct turn *turn, uint32_t number, const char **out) MUST_CHECK;

/* The end of a query: an error, a refusal that tells nothing else, or what was told. */
enum err named_answer(struct turn *turn, enum err err) MUST_CHECK;

#endif
