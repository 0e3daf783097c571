/* A region's signing keys: <data>/<code>/keys/<id>.pem, and <id>.new while a key's record is not
 * durable yet. A key signs nothing before the ledger vouches for it. Old keys stay: a ledger that
 * comes back from an old backup needs the key of its time. */
#ifndef DAEMON_KEYRING_H
#define DAEMON_KEYRING_H

#include "daemon/region.h"
#include "ledger/key.h"

/* Main thread, after recovery: loads the key that the state names into region->signer. In a new
 * region it makes the first one and writes its record. Never another one in place of a lost one:
 * ERR_NOTFOUND, and the log says which file is missing. */
enum err keyring_open(struct region *region) MUST_CHECK;

/* Any thread. The key of that id, adopted or new. ERR_NOTFOUND; ERR_CORRUPT: the file holds another
 * key or none. *out is the caller's: sign_key_free(). */
enum err keyring_load(const struct region *region, const uint8_t id[KEY_ID],
                      struct sign_key **out) MUST_CHECK;
/* Any thread. The record of that key is durable: its file takes its name. */
enum err keyring_adopt(const struct region *region, const uint8_t id[KEY_ID]) MUST_CHECK;

/* Reader. Makes a key of `algorithm` (0: the old one's), stores it as new, and signs it with the
 * key of *signer, which is then the new one's row but for its sequence. */
enum err keyring_make(const struct region *region, uint8_t algorithm,
                      struct signer *signer) MUST_CHECK;

#endif
