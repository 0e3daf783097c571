/* TLS 1.3 with client certificates only. The gate reads the files again; the greeter shakes hands:
 * both on their own threads. */
#ifndef DAEMON_TLS_H
#define DAEMON_TLS_H

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdbool.h>

#include "daemon/config.h"

struct tls {
    pthread_mutex_t lock; /* of what follows */
    SSL_CTX *context;
    unsigned generation; /* raised by every reload */
};

void tls_init(struct tls *tls);
/* Reads the files, at start and again at a reload; what is wrong with which is logged. On any error
 * the old context stays. Connections keep the context they began with. ERR_INVALID, ERR_NOMEM. */
enum err tls_open(struct tls *tls, const struct config *config) MUST_CHECK;
void tls_close(struct tls *tls);

/* The server's side of a new connection, and the generation it belongs to; NULL: no memory. */
SSL *tls_accept(struct tls *tls, unsigned *generation) MUST_CHECK;
unsigned tls_generation(struct tls *tls);
/* The certificate would be accepted now: not expired, not revoked, not foreign. */
bool tls_trusts(struct tls *tls, X509 *certificate, STACK_OF(X509) * chain);

#endif
