/* A region's packs from their bundles. No state: any thread may. */
#ifndef SETTLE_COMPILE_H
#define SETTLE_COMPILE_H

#include "policy/province.h"

/* pack_compile(), and a fault when the pack is of another region. */
enum err settle_compile(struct slice bundle, const char *region, struct pack **out,
                        struct faults *faults) MUST_CHECK;
/* The same of a pack that was published, by this release or an earlier one:
 * pack_compile_published() with tables. */
enum err settle_compile_published(struct slice bundle, const char *region, struct pack **out,
                                  struct faults *faults) MUST_CHECK;
/* The same of a pack that is to be submitted or put in force: its own cases must pass too, and
 * `locks`, the bundle of the province's file in force (size 0: none), must hold. */
enum err settle_rehearse(struct slice bundle, struct slice locks, const char *region,
                         struct pack **out, struct faults *faults) MUST_CHECK;
/* What came of the rehearsal of a pack that is to be submitted or activated, with the province's
 * file that is in force. */
struct settle_rehearsal {
    const struct faults *faults; /* NULL or none: it is sound */
    const struct pack *pack;     /* must have rules for the day; NULL: that is not asked */
};

/* Why a pack without rules for `day` is refused: which days it has, and what to do. */
#define SETTLE_DAYS_TEXT 240
void settle_days_text(const struct pack *pack, int32_t day, char zh[SETTLE_DAYS_TEXT],
                      char en[SETTLE_DAYS_TEXT]);
/* The locks alone, of a pack that passed the rest before. Objections to the province's file, which
 * was published, refuse nothing. ERR_INVALID, ERR_NOMEM. */
enum err settle_hold(struct slice bundle, struct slice locks, struct faults *faults) MUST_CHECK;
/* A province's file that is to be submitted or put in force. *out may be NULL. */
enum err settle_rehearse_province(struct slice bundle, const char *region, struct province **out,
                                  struct faults *faults) MUST_CHECK;

#endif
