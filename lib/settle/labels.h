/* The texts that an envelope carries beside a body of ids: clauses and layers. */
#ifndef SETTLE_LABELS_H
#define SETTLE_LABELS_H

#include "policy/policy.h"
#include "settle/settle.h"

/* Every clause and layer that the result names, once each; beyond REPLY_LABELS_MAX they are left
 * out (the body's ids stand without texts). */
void labels_of_result(struct settle_answer *answer, const struct policy *policy,
                      const struct result *result);
/* The layers of a settlement's rows. */
void labels_of_settlement(struct settle_answer *answer, const struct policy *policy,
                          const struct settlement *settlement);

#endif
