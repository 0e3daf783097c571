/* The small files of a region's folder that the ledger does not hold (salt.key, keys/), as one run
 * of bytes. Main thread. */
#ifndef COPAYCTL_KEYS_H
#define COPAYCTL_KEYS_H

#include "place.h"

/* malloc'ed, the caller frees. Prints what is wrong. */
enum ctl_exit keys_gather(const struct place *place, uint8_t **bytes, size_t *size);
/* Writes the files below `dir`, 0600 and synced, keys/ too. ERR_CORRUPT: not what keys_gather()
 * made; ERR_IO, ERR_FULL. */
enum err keys_scatter(const char *dir, const uint8_t *bytes, size_t size) MUST_CHECK;

#endif
