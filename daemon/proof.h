/* Commands about proof: receipts and keys. The settler finds out what is meant, the reader makes
 * it. */
#ifndef DAEMON_PROOF_H
#define DAEMON_PROOF_H

#include "daemon/region.h"

/* Settler. What became of a command of these kinds. */
enum proof {
    PROOF_NONE,     /* it is another command */
    PROOF_TAKEN,    /* the copier has it */
    PROOF_READER,   /* job->stage is set: the reader's turn */
    PROOF_ANSWERED, /* refused */
    PROOF_RETRY,
    PROOF_FAILED, /* the store; *err */
};
enum proof proof_begin(struct region *region, struct job *job, enum err *err) MUST_CHECK;
/* Settler: a key change needs a key that follows on the present one. */
enum proof proof_need_key(struct region *region, struct job *job, enum err *err) MUST_CHECK;

/* Reader. The receipt must wait for a seal. */
bool proof_waits(struct region *region, const struct job *job);
/* Reader. JOB_RECEIPT and JOB_KEYS: the answer is in the job. JOB_SIGNER: to be settled again. */
enum err proof_serve(struct region *region, struct job *job) MUST_CHECK;

#endif
