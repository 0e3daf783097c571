/* The highest key ever put under each prefix, of families of keys that mostly rise under theirs, as
 * messages and bills do within their institution. What lies above is in no layer, which saves the
 * new ones, nearly all, a search for nothing through the cold leaves of a large tree.
 *
 * An upper bound, never lowered: a deletion leaves it. Kept in memory only, and begun from LMDB at
 * the first put under a prefix, so that it is right whatever wrote there before. The owner's. */
#ifndef STORE_PEAK_H
#define STORE_PEAK_H

#include "base/bytes.h"
#include "base/err.h"
#include "store/lmdb.h"

struct peaks;

/* Families: the first bytes of their keys. Prefix: so many bytes of a key, the first included. NULL
 * when memory is gone. peaks_free() allows NULL. */
struct peaks *peaks_new(const char *families, size_t prefix) MUST_CHECK;
void peaks_free(struct peaks *peaks);

/* True: no layer holds the key. False: one may. */
bool peaks_above(const struct peaks *peaks, struct slice key) MUST_CHECK;
/* Before the key is put; lmdb NULL: there is none. ERR_NOMEM: it must not be put. */
enum err peaks_raise(struct peaks *peaks, struct lmdb *lmdb, struct slice key) MUST_CHECK;

#endif
