/* Whole reads and writes at an offset, zeros, syncs: what the ledger asks of the kernel, with
 * interrupted and short calls carried on. */
#ifndef LEDGER_DISK_H
#define LEDGER_DISK_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/err.h"

/* errno as an error: ERR_FULL for no space, quota or file size limit; ERR_NOTFOUND for no such
 * file; ERR_NOMEM; ERR_IO for the rest. */
enum err disk_error(void);

/* ERR_NOTFOUND when the file ends before `size` bytes. */
enum err disk_read(int fd, void *out, size_t size, uint64_t offset) MUST_CHECK;
enum err disk_write(int fd, const void *data, size_t size, uint64_t offset) MUST_CHECK;
/* Writes zeros from `offset` up to, not including, `end`; does not sync. */
enum err disk_zero(int fd, uint64_t offset, uint64_t end) MUST_CHECK;
/* The file's bytes and what is needed to find them (fdatasync). */
enum err disk_sync(int fd) MUST_CHECK;
/* The names in a folder (fsync). */
enum err disk_sync_folder(int dir_fd) MUST_CHECK;

#endif
