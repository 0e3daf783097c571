/* TLS 1.3 with client certificates only. Gate thread. */
#ifndef DAEMON_TLS_H
#define DAEMON_TLS_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "daemon/config.h"

struct tls {
    SSL_CTX *context;
    unsigned generation; /* raised by every reload */
};

/* Reads the files, at start and again at a reload; what is wrong with which is logged. On any error
 * the old context stays. Connections keep the context they began with. ERR_INVALID, ERR_NOMEM. */
enum err tls_open(struct tls *tls, const struct config *config) MUST_CHECK;
void tls_close(struct tls *tls);

/* The certificate would be accepted now: not expired, not revoked, not foreign. */
bool tls_trusts(const struct tls *tls, X509 *certificate, STACK_OF(X509) * chain);

#endif
