/* Whole reads and writes at an offset, zeros, syncs: what the ledger asks of the kernel, with
 * interrupted and short calls carried on. */
#ifndef LEDGER_DISK_H
#define LEDGER_DISK_H

#include <stdbool.h>
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
/* Whole pages, from memory that begins on one, past the page cache where the file is open so
 * (disk_direct()). A file system that turns out not to take them so takes them through the cache
 * from then on. */
#define DISK_PAGE 4096
enum err disk_append(int fd, const void *data, size_t size, uint64_t offset) MUST_CHECK;
/* Asks that writes go past the page cache (O_DIRECT): offsets, sizes and memory are then in whole
 * pages. False where the file system does not have it, and nothing changed. */
bool disk_direct(int fd, bool on) MUST_CHECK;
/* Writes zeros from `offset` up to, not including, `end`; does not sync. */
enum err disk_zero(int fd, uint64_t offset, uint64_t end) MUST_CHECK;
/* The file's bytes and what is needed to find them (fdatasync). */
enum err disk_sync(int fd) MUST_CHECK;
/* The names in a folder (fsync). */
enum err disk_sync_folder(int dir_fd) MUST_CHECK;

#endif
