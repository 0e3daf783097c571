/* The server's TLS context.
 *
 * A terminal that comes back may resume: that spares both sides their signatures. Its ticket holds
 * its certificate, under a key that lives as long as the context, and OpenSSL would believe it; so
 * the certificate is verified again, dates and revocation lists included, and one that is no longer
 * good gets a full handshake, which refuses it by name. Making a ticket costs half as much again as
 * resuming with one, so a terminal keeps its ticket until that has become old. A reload makes a new
 * context, so tickets of before are worth nothing, and lets go of the old one, which its
 * connections keep alive by their references. */
#include "daemon/tls.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <time.h>

/* A terminal that was away for longer shakes hands anew. */
#define TICKET_SECONDS 3600
/* A ticket older than this is replaced when it is used. */
#define TICKET_OLD_SECONDS (TICKET_SECONDS / 2)

static enum err refuse(const char *what, const char *path)
{
    char text[160];
    ERR_error_string_n(ERR_peek_last_error(), text, sizeof text);
    log_event(LOG_ERROR, "tls_refused", "what=%s file=\"%s\" error=\"%s\"", what, path, text);
    ERR_clear_error();
    return ERR_INVALID;
}

static enum err load_crl(SSL_CTX *context, const char *path)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (!lookup || X509_load_crl_file(lookup, path, X509_FILETYPE_PEM) <= 0)
        return refuse("crl", path);
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return ERR_OK;
}

static enum err load_files(SSL_CTX *context, const struct config *config)
{
    if (SSL_CTX_load_verify_file(context, config->ca) != 1)
        return refuse("ca", config->ca);
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(config->ca);
    if (!names)
        return refuse("ca", config->ca);
    SSL_CTX_set_client_CA_list(context, names);
    if (SSL_CTX_use_certificate_chain_file(context, config->cert) != 1)
        return refuse("cert", config->cert);
    if (SSL_CTX_use_PrivateKey_file(context, config->key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return refuse("key", config->key);
    return config->crl[0] ? load_crl(context, config->crl) : ERR_OK;
}

static bool trusts(SSL_CTX *context, X509 *certificate, STACK_OF(X509) * chain)
{
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    bool trusted =
        check &&
        X509_STORE_CTX_init(check, SSL_CTX_get_cert_store(context), certificate, chain) == 1 &&
        X509_STORE_CTX_set_default(check, "ssl_client") == 1 && X509_verify_cert(check) == 1;
    X509_STORE_CTX_free(check);
    ERR_clear_error();
    return trusted;
}

static SSL_TICKET_RETURN on_ticket(SSL *ssl, SSL_SESSION *session, const unsigned char *name,
                                   size_t name_size, SSL_TICKET_STATUS status, void *context)
{
    (void)name;
    (void)name_size;
    (void)context;
    if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW)
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    X509 *certificate = SSL_SESSION_get0_peer(session);
    if (!certificate || !trusts(SSL_get_SSL_CTX(ssl), certificate, NULL))
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    bool old = time(NULL) - SSL_SESSION_get_time(session) > TICKET_OLD_SECONDS;
    return old ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_USE;
}

static bool allow_resuming(SSL_CTX *context)
{
    static const unsigned char name[] = "copayd";
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_timeout(context, TICKET_SECONDS);
    return SSL_CTX_set_session_id_context(context, name, sizeof name - 1) == 1 &&
           SSL_CTX_set_num_tickets(context, 1) == 1 &&
           SSL_CTX_set_session_ticket_cb(context, NULL, on_ticket, NULL) == 1;
}

static SSL_CTX *context_new(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context)
        return NULL;
    if (SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) != 1 || !allow_resuming(context)) {
        SSL_CTX_free(context);
        return NULL;
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    /* Frames carry their length, so an end without close_notify hides nothing. */
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    return context;
}

void tls_init(struct tls *tls)
{
    *tls = (struct tls){.lock = PTHREAD_MUTEX_INITIALIZER};
}

enum err tls_open(struct tls *tls, const struct config *config)
{
    SSL_CTX *context = context_new();
    if (!context)
        return ERR_NOMEM;
    enum err err = load_files(context, config);
    if (err) {
        SSL_CTX_free(context);
        return err;
    }
    CHECK(pthread_mutex_lock(&tls->lock) == 0);
    SSL_CTX *before = tls->context;
    tls->context = context;
    tls->generation++;
    CHECK(pthread_mutex_unlock(&tls->lock) == 0);
    SSL_CTX_free(before);
    return ERR_OK;
}

void tls_close(struct tls *tls)
{
    SSL_CTX_free(tls->context);
    tls->context = NULL;
}

SSL *tls_accept(struct tls *tls, unsigned *generation)
{
    CHECK(pthread_mutex_lock(&tls->lock) == 0);
    SSL *ssl = SSL_new(tls->context);
    *generation = tls->generation;
    CHECK(pthread_mutex_unlock(&tls->lock) == 0);
    if (ssl)
        SSL_set_accept_state(ssl);
    return ssl;
}

unsigned tls_generation(struct tls *tls)
{
    CHECK(pthread_mutex_lock(&tls->lock) == 0);
    unsigned generation = tls->generation;
    CHECK(pthread_mutex_unlock(&tls->lock) == 0);
    return generation;
}

bool tls_trusts(struct tls *tls, X509 *certificate, STACK_OF(X509) * chain)
{
    CHECK(pthread_mutex_lock(&tls->lock) == 0);
    SSL_CTX *context = tls->context;
    CHECK(SSL_CTX_up_ref(context) == 1);
    CHECK(pthread_mutex_unlock(&tls->lock) == 0);
    bool trusted = trusts(context, certificate, chain);
    SSL_CTX_free(context);
    return trusted;
}
