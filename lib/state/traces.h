/* Boxes of drugs that settlements dispensed (药品追溯码), each once while its settlement lives; an
 * opened box (拆零) to several patients. Reads as in state.h, effects as in effects.h. */
#ifndef STATE_TRACES_H
#define STATE_TRACES_H

#include "state/effects.h"

/* A box. */
struct trace {
    const char *drug_trac_codg;
    bool trdn_flag; /* from an opened box */
};

struct trace_entry {
    bool trdn_flag;
    uint32_t count;            /* live settlements that dispensed of it: 1 of a whole box */
    char setl_id[ID_SETL + 1]; /* the last */
};

/* ERR_NOTFOUND: not dispensed. */
enum err state_trace(struct state *state, const char *drug_trac_codg,
                     struct trace_entry *out) MUST_CHECK;
/* What a settlement dispensed: list and texts in the arena; none: count 0. ERR_NOMEM. */
enum err state_traces(struct state *state, const char *setl_id, struct arena *arena,
                      struct trace **list, uint32_t *count) MUST_CHECK;

/* NULL: not dispensed any more. */
void effects_put_trace(struct effects *effects, const char *drug_trac_codg,
                       const struct trace_entry *entry);
void effects_put_traces(struct effects *effects, struct arena *arena, const char *setl_id,
                        const struct trace *list, uint32_t count);

#endif
