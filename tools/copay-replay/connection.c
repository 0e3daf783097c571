/* A connection's life: connect, shake hands, read and write, lose, connect again. One thread. */
#include "connection.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "wire/frame.h"

#define READ_STEP (size_t)65536
#define BACKOFF_FIRST_MS 20
#define BACKOFF_MAX_MS 500

static void on_read(evutil_socket_t fd, short what, void *user);
static void on_write(evutil_socket_t fd, short what, void *user);
static void on_again(evutil_socket_t fd, short what, void *user);

SSL_CTX *connection_context(const char *dir, const char *name)
{
    char ca[2048], cert[2048], key[2048];
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    snprintf(ca, sizeof ca, "%s/pki/ca.pem", dir);
    snprintf(cert, sizeof cert, "%s/pki/%s.pem", dir, name);
    snprintf(key, sizeof key, "%s/pki/%s.key", dir, name);
    if (!context)
        return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    if (SSL_CTX_load_verify_locations(context, ca, NULL) == 1 &&
        SSL_CTX_use_certificate_chain_file(context, cert) == 1 &&
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1)
        return context;
    fprintf(stderr, "copay-replay: %s, %s or %s cannot be used\n", ca, cert, key);
    SSL_CTX_free(context);
    return NULL;
}

static uint8_t *stretch_room(struct stretch *s, size_t size)
{
    if (s->from == s->to)
        s->from = s->to = 0;
    if (s->capacity - s->to < size && s->from > 0) {
        memmove(s->data, s->data + s->from, s->to - s->from);
        s->to -= s->from;
        s->from = 0;
    }
    if (s->capacity - s->to < size) {
        size_t capacity = s->capacity ? s->capacity : READ_STEP;
        while (capacity - s->to < size)
            capacity *= 2;
        s->data = realloc(s->data, capacity);
        CHECK(s->data);
        s->capacity = capacity;
    }
    return s->data + s->to;
}

static struct timeval timeval_of(uint32_t ms)
{
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

static void forget_session(struct connection *c)
{
    SSL_SESSION_free(c->session);
    c->session = NULL;
}

/* What has been resumed with once may be again: copayd's tickets are not for one use. */
static void keep_session(struct connection *c)
{
    SSL_SESSION *session = SSL_get1_session(c->ssl);
    if (session && SSL_SESSION_is_resumable(session) && !c->fresh) {
        forget_session(c);
        c->session = session;
    } else {
        SSL_SESSION_free(session);
    }
    /* OpenSSL is told that there was a goodbye, or it would forbid to resume the session. */
    SSL_set_shutdown(c->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

static void hang_up(struct connection *c)
{
    if (c->fd < 0)
        return;
    event_del(&c->read_event);
    event_del(&c->write_event);
    if (c->phase == CONNECTION_OPEN)
        keep_session(c);
    SSL_free(c->ssl);
    close(c->fd);
    c->ssl = NULL;
    c->fd = -1;
    c->phase = CONNECTION_CLOSED;
    c->in.from = c->in.to = c->out.from = c->out.to = 0;
}

static void try_again(struct connection *c, uint32_t after_ms)
{
    struct timeval delay = timeval_of(after_ms);
    if (!c->finished)
        event_add(&c->again_event, &delay);
}

/* What OpenSSL, or else errno, has against the peer. */
static void note_trouble(struct connection *c, int error)
{
    long verified = SSL_get_verify_result(c->ssl);
    unsigned long code = ERR_peek_last_error();
    const char *text = verified != X509_V_OK            ? X509_verify_cert_error_string(verified)
                       : error == SSL_ERROR_SSL && code ? ERR_reason_error_string(code)
                       : error == SSL_ERROR_SYSCALL && errno != 0 ? strerror(errno)
                                                                  : "the daemon hung up";
    snprintf(c->trouble, sizeof c->trouble, "%s", text ? text : "TLS failed");
}

static void lose(struct connection *c)
{
    enum connection_phase phase = c->phase;
    hang_up(c);
    c->backoff_ms = c->backoff_ms ? c->backoff_ms * 2 : BACKOFF_FIRST_MS;
    c->backoff_ms = c->backoff_ms < BACKOFF_MAX_MS ? c->backoff_ms : BACKOFF_MAX_MS;
    if (phase == CONNECTION_OPEN) {
        c->lost_count++;
        c->owner->lost(c);
    } else {
        forget_session(c); /* in case that it was to blame */
    }
    try_again(c, c->backoff_ms);
}

static bool make_ssl(struct connection *c)
{
    c->ssl = SSL_new(c->context);
    if (!c->ssl || SSL_set_fd(c->ssl, c->fd) != 1 ||
        X509_VERIFY_PARAM_set1_host(SSL_get0_param(c->ssl), c->server_name, 0) != 1)
        return false;
    SSL_set_tlsext_host_name(c->ssl, c->server_name);
    if (c->session && SSL_set_session(c->ssl, c->session) != 1)
        forget_session(c);
    SSL_set_connect_state(c->ssl);
    return true;
}

static void open_socket(struct connection *c)
{
    int on = 1;
    struct sockaddr_storage to;
    c->fd = -1;
    if (!address_now(c->address, &to)) {
        snprintf(c->trouble, sizeof c->trouble, "no port in %.140s", c->address->port_file);
        lose(c);
        return;
    }
    c->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) {
        snprintf(c->trouble, sizeof c->trouble, "%s", strerror(errno));
        lose(c);
        return;
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    /* What nobody reads shall not vanish into our kernel's buffers. */
    int little = 4096;
    if (c->deaf)
        setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    event_assign(&c->read_event, c->base, c->fd, EV_READ | EV_PERSIST, on_read, c);
    event_assign(&c->write_event, c->base, c->fd, EV_WRITE, on_write, c);
    c->phase = CONNECTION_CONNECTING;
    if (connect(c->fd, (struct sockaddr *)&to, c->address->size) < 0 && errno != EINPROGRESS) {
        snprintf(c->trouble, sizeof c->trouble, "%s", strerror(errno));
        lose(c);
        return;
    }
    CHECK(make_ssl(c));
    event_add(&c->write_event, NULL);
}

void connection_start(struct connection *c)
{
    c->fd = -1;
    c->finished = c->deaf; /* it shall be seen that it was closed */
    event_assign(&c->again_event, c->base, -1, 0, on_again, c);
    open_socket(c);
}

static void on_again(evutil_socket_t fd, short what, void *user)
{
    (void)fd;
    (void)what;
    open_socket(user);
}

static void shake(struct connection *c)
{
    ERR_clear_error();
    int rc = SSL_do_handshake(c->ssl);
    if (rc == 1) {
        c->phase = CONNECTION_OPEN;
        c->backoff_ms = 0;
        c->opened_count++;
        c->resumed_count += SSL_session_reused(c->ssl) ? 1 : 0;
        if (c->deaf)
            event_del(&c->read_event);
        c->owner->opened(c);
        connection_flush(c);
        return;
    }
    int error = SSL_get_error(c->ssl, rc);
    if (error == SSL_ERROR_WANT_WRITE)
        event_add(&c->write_event, NULL);
    else if (error != SSL_ERROR_WANT_READ) {
        note_trouble(c, error);
        lose(c);
    }
}

/* Hands over every whole frame. False: the connection was lost meanwhile, or is no good. */
static bool take_frames(struct connection *c)
{
    while (c->in.to - c->in.from >= FRAME_HEAD) {
        struct frame_head head;
        if (frame_head_read(c->in.data + c->in.from, &head) != ERR_OK) {
            snprintf(c->trouble, sizeof c->trouble, "the daemon sent something that is no frame");
            return false;
        }
        if (c->in.to - c->in.from < FRAME_HEAD + head.envelope_size)
            break;
        struct slice envelope = {c->in.data + c->in.from + FRAME_HEAD, head.envelope_size};
        c->in.from += FRAME_HEAD + head.envelope_size;
        c->owner->received(c, envelope);
        if (c->phase != CONNECTION_OPEN)
            return true;
    }
    return true;
}

static void read_all(struct connection *c)
{
    for (;;) {
        size_t n = 0;
        uint8_t *room = stretch_room(&c->in, READ_STEP);
        ERR_clear_error();
        int rc = SSL_read_ex(c->ssl, room, c->in.capacity - c->in.to, &n);
        if (rc != 1) {
            int error = SSL_get_error(c->ssl, rc);
            if (error != SSL_ERROR_WANT_READ) {
                note_trouble(c, error);
                lose(c);
            }
            break;
        }
        c->in.to += n;
        if (!take_frames(c)) {
            lose(c);
            break;
        }
        /* The event is level-triggered: nothing is asked of the socket that may have nothing. */
        if (c->phase != CONNECTION_OPEN || !SSL_has_pending(c->ssl))
            break;
    }
    if (c->phase == CONNECTION_OPEN)
        connection_flush(c);
}

static void on_read(evutil_socket_t fd, short what, void *user)
{
    struct connection *c = user;
    (void)fd;
    (void)what;
    if (c->phase == CONNECTION_SHAKING)
        shake(c);
    else if (c->phase == CONNECTION_OPEN)
        read_all(c);
}

static void on_write(evutil_socket_t fd, short what, void *user)
{
    struct connection *c = user;
    int failed = 0;
    socklen_t size = sizeof failed;
    (void)what;
    if (c->phase == CONNECTION_CONNECTING) {
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size) < 0 || failed != 0) {
            snprintf(c->trouble, sizeof c->trouble, "%s", strerror(failed ? failed : errno));
            lose(c);
            return;
        }
        c->phase = CONNECTION_SHAKING;
        event_add(&c->read_event, NULL);
    }
    if (c->phase == CONNECTION_SHAKING)
        shake(c);
    else if (c->phase == CONNECTION_OPEN)
        connection_flush(c);
}

void connection_put(struct connection *c, const uint8_t *bytes, size_t size)
{
    memcpy(stretch_room(&c->out, size), bytes, size);
    c->out.to += size;
}

void connection_flush(struct connection *c)
{
    while (c->phase == CONNECTION_OPEN && c->out.from < c->out.to) {
        size_t n = 0;
        ERR_clear_error();
        int rc = SSL_write_ex(c->ssl, c->out.data + c->out.from, c->out.to - c->out.from, &n);
        if (rc == 1) {
            c->out.from += n;
            continue;
        }
        int error = SSL_get_error(c->ssl, rc);
        if (error == SSL_ERROR_WANT_WRITE) {
            event_add(&c->write_event, NULL);
        } else {
            note_trouble(c, error);
            lose(c);
        }
        return;
    }
}

void connection_drop(struct connection *c, uint32_t after_ms)
{
    bool open = c->phase == CONNECTION_OPEN;
    hang_up(c);
    event_del(&c->again_event);
    if (open)
        c->owner->lost(c);
    try_again(c, after_ms);
}

void connection_listen(struct connection *c, bool on)
{
    c->deaf = !on;
    if (c->phase != CONNECTION_OPEN)
        return;
    if (on)
        event_add(&c->read_event, NULL);
    else
        event_del(&c->read_event);
}

bool connection_hung_up(const struct connection *c)
{
    struct pollfd p = {.fd = c->fd, .events = POLLRDHUP};
    return c->fd < 0 || c->lost_count > 0 ||
           (poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)));
}

void connection_end(struct connection *c)
{
    c->finished = true;
    hang_up(c);
    forget_session(c);
    event_del(&c->again_event);
    free(c->in.data);
    free(c->out.data);
    c->in = c->out = (struct stretch){0};
}
