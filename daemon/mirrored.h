/* Which folder is the region's mirror, and whether it may be filled anew: a disk that is not
 * mounted looks like an empty one. Main thread, at the start. */
#ifndef DAEMON_MIRRORED_H
#define DAEMON_MIRRORED_H

#include "daemon/region.h"

/* <mirror>/<region>/ledger into `dir`. ERR_NOTFOUND: the folder of the configuration is missing, or
 * this region has had a mirror, there is none now, and no operator has said that it be made anew;
 * logged with what to do. */
enum err mirrored_find(const struct region *region, char *dir, size_t capacity) MUST_CHECK;
/* The ledger is open: notes that both folders hold it, or that there is no mirror any more. */
enum err mirrored_note(const struct region *region) MUST_CHECK;

#endif
