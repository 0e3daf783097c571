/* The texts that an envelope carries beside a body of ids: clauses, layers and the scopes of their
 * accumulators, kinds of care, identities. Once each; beyond REPLY_LABELS_MAX they are left out
 * (the body's ids stand without texts). */
#ifndef SETTLE_LABELS_H
#define SETTLE_LABELS_H

#include "policy/policy.h"
#include "settle/turn.h"

/* Everything that the result of the turn's claim names. */
void labels_of_result(struct turn *turn, const struct policy *policy, const struct result *result);
/* The clauses of lines that are split and not settled yet. */
void labels_of_splits(struct turn *turn, const struct policy *policy,
                      const struct line_split *lines, uint32_t count);
/* What a void names: it has no clauses. */
void labels_of_settlement(struct turn *turn, const struct policy *policy,
                          const struct settlement *settlement);
/* The layers of the entitlements in the turn's reply. */
void labels_of_entitlements(struct turn *turn, const struct policy *policy);
/* What a stored reply's bytes name. ERR_INVALID: they are no reply's. */
enum err labels_of_reply(const struct policy *policy, struct slice reply, struct arena *arena,
                         struct settle_answer *answer) MUST_CHECK;

#endif
