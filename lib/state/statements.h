/* What an institution's settlements and voids of a day come to, kept with every one of them, and
 * which kinds there are on that day. Reads as in state.h; effects as in effects.h. One owner
 * thread. */
#ifndef STATE_STATEMENTS_H
#define STATE_STATEMENTS_H

#include "model/statement.h"
#include "state/effects.h"

/* Nothing on that day reads as zeros: never ERR_NOTFOUND. `voids`: of the voids, else of the
 * settlements. */
enum err state_statement_day(struct state *state, const char *fixmedins_code, int32_t date,
                             const struct statement_kind *kind, bool voids,
                             struct statement_day *out) MUST_CHECK;

/* The kinds of a day, in pages from 0, each but the last full. */
#define STATEMENT_PAGE 64
struct statement_kinds {
    uint32_t count;
    struct statement_kind list[STATEMENT_PAGE];
};
/* ERR_NOTFOUND behind the last page. */
enum err state_statement_kinds(struct state *state, const char *fixmedins_code, int32_t date,
                               uint32_t page, struct statement_kinds *out) MUST_CHECK;

/* Lists the kind among those of the day, unless it is there. */
void effects_list_kind(struct effects *effects, struct state *state, const char *fixmedins_code,
                       int32_t date, const struct statement_kind *kind);

#endif
