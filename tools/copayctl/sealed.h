/* Sealed files: what only the holder of the backup's secret key can read (design decision 19). The
 * machine that serves needs the public key alone. Each file has a random key of its own, sealed for
 * that public key (crypto_box_seal), and is a crypto_secretstream under it in chunks of
 * SEALED_CHUNK:
 *
 *     "CPYSEAL1"  sealed stream key (80 bytes)  stream header (24)  chunks, 17 bytes longer each
 *
 * Every chunk is bound to a label, so that one file cannot stand for another, and the last one is
 * marked, so that a cut is seen. One owner thread. */
#ifndef COPAYCTL_SEALED_H
#define COPAYCTL_SEALED_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/err.h"
#include "base/hash.h"

#define SEALED_KEY 32
#define SEALED_CHUNK (1024 * 1024)

struct sealed_public {
    uint8_t bytes[SEALED_KEY];
};

struct sealed_pair {
    struct sealed_public public;
    uint8_t secret[SEALED_KEY];
};

/* Makes a pair: the secret into `path` (0600), the public key into path.pub; neither may be there
 * (ERR_BUSY). ERR_IO, ERR_FULL. */
enum err sealed_make_pair(const char *path) MUST_CHECK;
/* ERR_NOTFOUND; ERR_INVALID: not such a key; ERR_IO. */
enum err sealed_read_public(const char *path, struct sealed_public *out) MUST_CHECK;
enum err sealed_read_pair(const char *path, struct sealed_pair *out) MUST_CHECK;

struct sealed;

/* Writes a new file, which must not be there. ERR_IO, ERR_FULL, ERR_NOMEM. */
enum err sealed_new(const char *path, const struct sealed_public *key, const char *label,
                    struct sealed **out) MUST_CHECK;
enum err sealed_write(struct sealed *seal, const void *bytes, size_t size) MUST_CHECK;
/* Ends and syncs the file: its size and SHA-256. */
enum err sealed_finish(struct sealed *seal, uint64_t *size, struct hash *hash) MUST_CHECK;
/* Without sealed_finish() the file is worth nothing; the caller removes it. */
void sealed_free(struct sealed *seal);

struct unseal;

/* ERR_NOTFOUND; ERR_CORRUPT: no sealed file, or not for this key; ERR_IO, ERR_NOMEM. */
enum err unseal_new(const char *path, const struct sealed_pair *pair, const char *label,
                    struct unseal **out) MUST_CHECK;
/* The next piece, borrowed until the next call. ERR_NOTFOUND: the end, and nothing is missing;
 * ERR_CORRUPT: a byte was changed, or the file was cut; ERR_IO. */
enum err unseal_read(struct unseal *unseal, struct slice *piece) MUST_CHECK;
void unseal_free(struct unseal *unseal);

/* Size and SHA-256 of any file, for those without a key. ERR_NOTFOUND, ERR_IO, ERR_NOMEM. */
enum err sealed_hash(const char *path, uint64_t *size, struct hash *hash) MUST_CHECK;

#endif
