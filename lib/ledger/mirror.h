/* The second of two disks that an answer waits for: its thread writes and syncs a group while the
 * caller does the same with the first, so that two disks cost little more than the slower one. */
#ifndef LEDGER_MIRROR_H
#define LEDGER_MIRROR_H

#include "base/bytes.h"
#include "base/check.h"
#include "base/err.h"

struct mirror;

/* Starts the thread. ERR_NOMEM. The caller's: mirror_stop(), which waits for what is under way;
 * NULL is allowed. */
enum err mirror_start(struct mirror **out) MUST_CHECK;
void mirror_stop(struct mirror *mirror);

/* Begins to write the bytes, borrowed until mirror_wait(), and to sync the file. One at a time. */
void mirror_begin(struct mirror *mirror, int fd, struct slice bytes, uint64_t offset);
/* Waits for what was begun: ERR_OK, it is on the disk; ERR_FULL, ERR_IO. */
enum err mirror_wait(struct mirror *mirror) MUST_CHECK;

#endif
