/* Two environments compared, the suspected one in a process of its own: LMDB trusts the pages it
 * reads, and a damaged one may end the process that looks at it. No threads may be running. */
#ifndef COPAYCTL_PROVE_H
#define COPAYCTL_PROVE_H

#include "store/digest.h"

/* Where it stands (store/digest.h). ERR_CORRUPT: it cannot be read. */
enum err prove_place(const char *dir, uint64_t *sequence, uint64_t *reach) MUST_CHECK;
/* Does what may meet a damaged page in a process of its own; ERR_CORRUPT: that died. */
enum err prove_apart(enum err (*step)(void *context), void *context) MUST_CHECK;
/* Digests both at once; *read_old: the old one could be read to its end. */
enum err prove_digests(const char *old_dir, const char *new_dir, struct digest *old,
                       struct digest *new, bool *read_old) MUST_CHECK;
enum err prove_compare(const char *truth, const char *found,
                       struct digest_difference *out) MUST_CHECK;

#endif
