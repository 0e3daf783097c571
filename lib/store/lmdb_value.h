/* The bytes of LMDB values (layout in lmdb.c), for the files of lib/store that write them. */
#ifndef STORE_LMDB_VALUE_H
#define STORE_LMDB_VALUE_H

#include "base/bytes.h"
#include "base/limits.h"

#define LMDB_VALUE_HEAD 6
#define LMDB_META_KEY_MAX (KEY_MAX + 1)
#define LMDB_META_VALUE_MAX 16

/* `room` holds LMDB_VALUE_HEAD + value.size. */
void lmdb_value_encode(struct slice key, struct slice value, uint8_t *room);

/* The key and the value, not yet encoded, under which the sequence is kept. Both are borrowed from
 * the arrays. */
void lmdb_meta_encode(uint64_t sequence, uint8_t key[LMDB_META_KEY_MAX], struct slice *k,
                      uint8_t value[LMDB_META_VALUE_MAX], struct slice *v);

#endif
