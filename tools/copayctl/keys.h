/* The small files of a region's folder that the ledger does not hold (salt.key, keys/), as one run
 * of bytes. Main thread. */
#ifndef COPAYCTL_KEYS_H
#define COPAYCTL_KEYS_H

#include "place.h"

/* malloc'ed, the caller frees. ERR_NOTFOUND: no salt.key; ERR_IO, ERR_LIMIT, ERR_NOMEM. */
enum err keys_gather(const struct place *place, uint8_t **bytes, size_t *size) MUST_CHECK;
/* Whether the private key of that name (key_id_format()) is among them. */
bool keys_hold(const uint8_t *bytes, size_t size, const char *id);
/* Writes the files below `dir`, 0600 and synced, keys/ too. ERR_CORRUPT: not what keys_gather()
 * made; ERR_IO, ERR_FULL. */
enum err keys_scatter(const char *dir, const uint8_t *bytes, size_t size) MUST_CHECK;

#endif
