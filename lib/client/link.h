/* One TLS connection with deadlines. Not for programs: copay.h is. */
#ifndef CLIENT_LINK_H
#define CLIENT_LINK_H

#include <openssl/ssl.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

struct link;

struct link_options {
    const char *host, *port, *server_name;
    SSL_CTX *context;     /* borrowed until link_close() */
    SSL_SESSION *session; /* of an earlier link, to be resumed; NULL: none. Borrowed */
};

/* A client's context: TLS 1.3 alone, the three files loaded. NULL with the failing file in *what.
 */
SSL_CTX *link_context(const char *ca_file, const char *cert_file, const char *key_file,
                      const char **what);

/* Deadlines are of clock_mono_ms(). All calls: ERR_TIMEOUT; ERR_CLOSED when the peer is gone or
 * cannot be reached; ERR_INVALID when a certificate was refused by either side (repeating is no
 * use). After any error the link is only good for closing. */
enum err link_open(const struct link_options *options, int64_t deadline,
                   struct link **out) MUST_CHECK;
enum err link_send(struct link *link, const uint8_t *bytes, size_t size,
                   int64_t deadline) MUST_CHECK;
/* Ends our side without waiting for an answer: returns when the peer's kernel has all that was
 * sent, and gives the peer a moment to read it; what it answers is discarded. */
enum err link_finish(struct link *link, int64_t deadline) MUST_CHECK;
/* One frame; *envelope lies in the arena. ERR_CORRUPT for a head that cannot be, or of the other
 * schema; ERR_NOMEM. */
enum err link_receive(struct link *link, uint8_t schema, struct arena *arena, int64_t deadline,
                      struct slice *envelope) MUST_CHECK;
/* What the next link may resume with: the newest ticket that came, or NULL; the caller frees it
 * with SSL_SESSION_free(). A daemon that does not know it any more shakes hands in full, by itself.
 */
SSL_SESSION *link_session(const struct link *link);
/* NULL is allowed. */
void link_close(struct link *link);

#endif
