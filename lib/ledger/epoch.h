/* The epoch of a ledger folder: how often a writer has opened it (design section 7). */
#ifndef LEDGER_EPOCH_H
#define LEDGER_EPOCH_H

#include <stdbool.h>

#include "ledger/ledger.h"

#define EPOCH_FILE "epoch"

struct epoch {
    uint64_t number;
    bool begun; /* a segment was made: a folder without any has lost them */
};

/* Reads the last epoch; zeros when there is no file, as in a new folder or one restored from
 * segments alone. ERR_CORRUPT with *fault when the file is damaged or of another region; ERR_IO. */
enum err epoch_load(int dir_fd, const char *region, struct epoch *epoch,
                    struct ledger_fault *fault) MUST_CHECK;

/* Writes the epoch; when it returns ERR_OK it survives a power cut. ERR_FULL, ERR_IO: the old one
 * stands. */
enum err epoch_store(int dir_fd, const char *region, const struct epoch *epoch) MUST_CHECK;

#endif
