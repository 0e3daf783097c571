/* Encounters, their bills and lines in the state, and who is in hospital where. Reads as in
 * state.h; effects as in effects.h. One owner thread. */
#ifndef STATE_ENCOUNTERS_H
#define STATE_ENCOUNTERS_H

#include "model/encounter.h"
#include "state/effects.h"

enum err state_encounter(struct state *state, const char *mdtrt_id,
                         struct encounter *out) MUST_CHECK;
/* ERR_NOTFOUND: nothing was uploaded to it; *out is then an empty, open bill. */
enum err state_bill(struct state *state, const char *mdtrt_id, const char *chrg_bchno,
                    struct encounter_bill *out) MUST_CHECK;
/* The bill's lines in the order of their uploads, with room for `more` behind them: array and texts
 * in the arena. ERR_NOMEM. */
enum err state_bill_lines(struct state *state, const char *mdtrt_id, const char *chrg_bchno,
                          const struct encounter_bill *bill, uint32_t more, struct arena *arena,
                          struct claim_line **lines) MUST_CHECK;
/* Some of them: those of BILL_PAGE chunks from that one on, *count of them. */
#define BILL_PAGE 32
enum err state_bill_page(struct state *state, const char *mdtrt_id, const char *chrg_bchno,
                         const struct encounter_bill *bill, uint32_t chunk, struct arena *arena,
                         struct claim_line **lines, uint32_t *count) MUST_CHECK;
/* The stay that a person is in; ERR_NOTFOUND: none. */
enum err state_stay(struct state *state, const char *psn_no, char mdtrt_id[ID_SETL + 1]) MUST_CHECK;

/* Who is in hospital at an institution: unordered, in pages from 0, each but the last full. */
#define INPATIENTS_PAGE 32
struct inpatients {
    uint32_t count;
    char mdtrt_ids[INPATIENTS_PAGE][ID_SETL + 1];
};
/* ERR_NOTFOUND behind the last page. */
enum err state_inpatients(struct state *state, const char *fixmedins_code, uint32_t page,
                          struct inpatients *out) MUST_CHECK;

void effects_put_encounter(struct effects *effects, const struct encounter *encounter);
/* NULL: the bill goes away; its lines are the caller's to take out first. */
void effects_put_bill(struct effects *effects, const char *mdtrt_id, const char *chrg_bchno,
                      const struct encounter_bill *bill);
/* Puts lines behind those that the bill has; sets its counts and sum, which the caller puts. */
void effects_add_lines(struct effects *effects, struct state *state, const char *mdtrt_id,
                       const char *chrg_bchno, struct encounter_bill *bill,
                       const struct claim_line *lines, uint32_t count);
/* Makes them all that the bill has. */
void effects_set_lines(struct effects *effects, const char *mdtrt_id, const char *chrg_bchno,
                       struct encounter_bill *bill, const struct claim_line *lines, uint32_t count);
/* The number of a visit is an encounter's; NULL: nobody's any more. */
void effects_put_visit(struct effects *effects, const struct encounter *encounter,
                       const char *mdtrt_id);
/* An inpatient comes into hospital, or leaves: person and institution. */
void effects_enter(struct effects *effects, struct state *state, const struct encounter *encounter);
void effects_leave(struct effects *effects, struct state *state, const struct encounter *encounter);

#endif
