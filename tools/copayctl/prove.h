/* Two environments compared, the suspected one in a process of its own: LMDB trusts the pages it
 * reads, and a damaged one may end the process that looks at it. No threads may be running when one
 * begins. */
#ifndef COPAYCTL_PROVE_H
#define COPAYCTL_PROVE_H

#include "store/digest.h"

struct prove;

/* Where it stands (store/digest.h). ERR_CORRUPT: it cannot be read. */
enum err prove_place(const char *dir, uint64_t *sequence, uint64_t *reach) MUST_CHECK;
/* Does what may meet a damaged page in a process of its own; ERR_CORRUPT: that died. */
enum err prove_apart(enum err (*step)(void *context), void *context) MUST_CHECK;
/* Begins to digest one, with what the rest of this program leaves of the processors: the old
 * environment does not change while the new one is made. ERR_IO, ERR_NOMEM. */
enum err prove_begin(const char *dir, struct prove **out) MUST_CHECK;
/* Waits for the digest; ERR_CORRUPT: it could not be read to its end. The proof is gone. */
enum err prove_end(struct prove *prove, struct digest *out) MUST_CHECK;
/* Ends it wherever it is; NULL is allowed. */
void prove_abandon(struct prove *prove);
enum err prove_compare(const char *truth, const char *found,
                       struct digest_difference *out) MUST_CHECK;

#endif
