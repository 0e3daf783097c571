/* A connection: non-blocking socket, poll(), OpenSSL over a socket BIO of our own, because the
 * standard one writes without MSG_NOSIGNAL and a library must not kill its program with SIGPIPE.
 * One owner at a time. */
#include "client/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "base/limits.h"
#include "wire/frame.h"

/* An envelope's buffer grows as bytes arrive, so that a length alone reserves nothing. */
#define RECEIVE_STEP (size_t)65536
/* How long a peer that is not waited for may take to read and close. */
#define LINGER_MS 200

struct link {
    int fd;
    SSL *ssl;
};

static BIO_METHOD *method;
static pthread_once_t method_once = PTHREAD_ONCE_INIT;

static int socket_write(BIO *bio, const char *bytes, int size)
{
    const int *fd = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t n = send(*fd, bytes, (size_t)size, MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_write(bio);
    return (int)n;
}

static int socket_read(BIO *bio, char *bytes, int size)
{
    const int *fd = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t n = recv(*fd, bytes, (size_t)size, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_read(bio);
    return (int)n;
}

static long socket_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH; /* there is nothing to flush, and that is a success */
}

static void make_method(void)
{
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "copay socket");
    if (method) {
        BIO_meth_set_write(method, socket_write);
        BIO_meth_set_read(method, socket_read);
        BIO_meth_set_ctrl(method, socket_control);
    }
}

SSL_CTX *link_context(const char *ca_file, const char *cert_file, const char *key_file,
                      const char **what)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    *what = NULL;
    if (!context)
        return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (SSL_CTX_load_verify_locations(context, ca_file, NULL) != 1)
        *what = ca_file;
    else if (SSL_CTX_use_certificate_chain_file(context, cert_file) != 1)
        *what = cert_file;
    else if (SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) != 1 ||
             SSL_CTX_check_private_key(context) != 1)
        *what = key_file;
    if (!*what)
        return context;
    ERR_clear_error();
    SSL_CTX_free(context);
    return NULL;
}

static enum err wait_ready(int fd, short events, int64_t deadline)
{
    for (;;) {
        int64_t left = deadline - clock_mono_ms();
        if (left <= 0)
            return ERR_TIMEOUT;
        struct pollfd p = {.fd = fd, .events = events};
        int n = poll(&p, 1, left > 3600000 ? 3600000 : (int)left);
        if (n > 0)
            return ERR_OK;
        if (n < 0 && errno != EINTR)
            return ERR_CLOSED;
    }
}

/* Alerts that say: not with this certificate. */
static bool certificate_refused(unsigned long error)
{
    switch (ERR_GET_REASON(error)) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        return true;
    default:
        return false;
    }
}

/* After an SSL call that returned `rc`: waits for what it wants. ERR_OK: call again. */
static enum err after(struct link *link, int rc, int64_t deadline)
{
    switch (SSL_get_error(link->ssl, rc)) {
    case SSL_ERROR_WANT_READ:
        return wait_ready(link->fd, POLLIN, deadline);
    case SSL_ERROR_WANT_WRITE:
        return wait_ready(link->fd, POLLOUT, deadline);
    default:
        return certificate_refused(ERR_peek_error()) ? ERR_INVALID : ERR_CLOSED;
    }
}

static enum err connect_one(const struct addrinfo *address, int64_t deadline, int *out)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return ERR_CLOSED;
    int on = 1, failed = 0;
    socklen_t size = sizeof failed;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    enum err err = ERR_OK;
    if (connect(fd, address->ai_addr, address->ai_addrlen) < 0) {
        err = errno == EINPROGRESS ? wait_ready(fd, POLLOUT, deadline) : ERR_CLOSED;
        if (err == ERR_OK &&
            (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size) < 0 || failed != 0))
            err = ERR_CLOSED;
    }
    if (err != ERR_OK)
        close(fd);
    else
        *out = fd;
    return err;
}

static enum err connect_any(const char *host, const char *port, int64_t deadline, int *fd)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *list;
    if (getaddrinfo(host, port, &hints, &list) != 0)
        return ERR_CLOSED;
    enum err err = ERR_CLOSED;
    for (const struct addrinfo *a = list; a && err == ERR_CLOSED; a = a->ai_next)
        err = connect_one(a, deadline, fd);
    freeaddrinfo(list);
    return err;
}

/* The name that the daemon's certificate must carry: an address or a DNS name. */
static bool expect_name(SSL *ssl, const char *name)
{
    unsigned char address[sizeof(struct in6_addr)];
    if (inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
    return SSL_set1_host(ssl, name) == 1 && SSL_set_tlsext_host_name(ssl, name) == 1;
}

static enum err start_tls(struct link *link, const struct link_options *options, int64_t deadline)
{
    pthread_once(&method_once, make_method);
    BIO *bio = method ? BIO_new(method) : NULL;
    link->ssl = SSL_new(options->context);
    if (!bio || !link->ssl || !expect_name(link->ssl, options->server_name)) {
        BIO_free(bio);
        return ERR_NOMEM;
    }
    BIO_set_data(bio, &link->fd);
    BIO_set_init(bio, 1);
    SSL_set_bio(link->ssl, bio, bio);
    /* One that cannot be used is no obstacle: the handshake is then a full one. */
    if (options->session && SSL_set_session(link->ssl, options->session) != 1)
        ERR_clear_error();
    for (;;) {
        ERR_clear_error();
        int rc = SSL_connect(link->ssl);
        if (rc == 1)
            return ERR_OK;
        enum err err = after(link, rc, deadline);
        if (err != ERR_OK)
            return err;
    }
}

enum err link_open(const struct link_options *options, int64_t deadline, struct link **out)
{
    struct link *link = calloc(1, sizeof *link);
    if (!link)
        return ERR_NOMEM;
    link->fd = -1;
    enum err err = connect_any(options->host, options->port, deadline, &link->fd);
    if (err == ERR_OK)
        err = start_tls(link, options, deadline);
    if (err == ERR_OK)
        *out = link;
    else
        link_close(link);
    return err;
}

enum err link_send(struct link *link, const uint8_t *bytes, size_t size, int64_t deadline)
{
    for (size_t sent = 0; sent < size;) {
        size_t n;
        ERR_clear_error();
        int rc = SSL_write_ex(link->ssl, bytes + sent, size - sent, &n);
        if (rc == 1) {
            sent += n;
            continue;
        }
        enum err err = after(link, rc, deadline);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

enum err link_finish(struct link *link, int64_t deadline)
{
    int unsent = 0;
    while (ioctl(link->fd, SIOCOUTQ, &unsent) == 0 && unsent > 0) {
        if (clock_mono_ms() >= deadline)
            return ERR_TIMEOUT;
        poll(NULL, 0, 1);
    }
    /* Closing with bytes unread (a session ticket) would reset the connection under a daemon that
     * has not read ours yet. */
    int64_t linger = clock_mono_ms() + LINGER_MS;
    shutdown(link->fd, SHUT_WR);
    for (ssize_t n = 1; n != 0 && wait_ready(link->fd, POLLIN, linger) == ERR_OK;) {
        char unread[4096];
        n = recv(link->fd, unread, sizeof unread, 0);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            break;
    }
    return ERR_OK;
}

static enum err receive_all(struct link *link, uint8_t *bytes, size_t size, int64_t deadline)
{
    for (size_t got = 0; got < size;) {
        size_t n;
        ERR_clear_error();
        int rc = SSL_read_ex(link->ssl, bytes + got, size - got, &n);
        if (rc == 1) {
            got += n;
            continue;
        }
        enum err err = after(link, rc, deadline);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

static enum err receive_envelope(struct link *link, size_t size, struct arena *arena,
                                 int64_t deadline, struct slice *envelope)
{
    uint8_t *bytes = NULL;
    size_t capacity = 0, got = 0;
    while (got < size) {
        if (got == capacity) {
            size_t next = capacity ? capacity * 2 : RECEIVE_STEP;
            next = next < size ? next : size;
            uint8_t *larger = arena_alloc_raw(arena, next);
            if (!larger)
                return ERR_NOMEM;
            if (got)
                memcpy(larger, bytes, got);
            bytes = larger;
            capacity = next;
        }
        enum err err = receive_all(link, bytes + got, capacity - got, deadline);
        if (err != ERR_OK)
            return err;
        got = capacity;
    }
    *envelope = (struct slice){.data = bytes, .size = size};
    return ERR_OK;
}

enum err link_receive(struct link *link, uint8_t schema, struct arena *arena, int64_t deadline,
                      struct slice *envelope)
{
    uint8_t bytes[FRAME_HEAD];
    struct frame_head head;
    enum err err = receive_all(link, bytes, sizeof bytes, deadline);
    if (err != ERR_OK)
        return err;
    if (frame_head_read(bytes, &head) != ERR_OK || head.schema != schema)
        return ERR_CORRUPT;
    return receive_envelope(link, head.envelope_size, arena, deadline, envelope);
}

SSL_SESSION *link_session(const struct link *link)
{
    SSL_SESSION *session = link->ssl ? SSL_get1_session(link->ssl) : NULL;
    if (session && SSL_SESSION_is_resumable(session))
        return session;
    SSL_SESSION_free(session);
    return NULL;
}

void link_close(struct link *link)
{
    if (!link)
        return;
    /* No close_notify: the peer may be gone, and a frame carries its own length. OpenSSL is told
     * that there was one, or it would forbid to resume the session. */
    if (link->ssl)
        SSL_set_shutdown(link->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(link->ssl);
    if (link->fd >= 0)
        close(link->fd);
    free(link);
}
