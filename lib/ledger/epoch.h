/* The epoch of a ledger folder: how often a writer has opened it (design section 7). */
#ifndef LEDGER_EPOCH_H
#define LEDGER_EPOCH_H

#include "ledger/ledger.h"

#define EPOCH_FILE "epoch"

/* Reads the last epoch; 0 when there is no file, as in a new folder or one restored from segments
 * alone. ERR_CORRUPT with *fault when the file is damaged or of another region; ERR_IO. */
enum err epoch_load(int dir_fd, const char *region, uint64_t *epoch,
                    struct ledger_fault *fault) MUST_CHECK;

/* Writes the epoch; when it returns ERR_OK it survives a power cut. ERR_FULL, ERR_IO: the old one
 * stands. */
enum err epoch_store(int dir_fd, const char *region, uint64_t epoch) MUST_CHECK;

#endif
