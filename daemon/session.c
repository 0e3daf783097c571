/* Connections: raw events on the descriptor and our own SSL_read and SSL_write loops.
 *
 * Reading drains until OpenSSL wants more or the turn's share is used up; what OpenSSL has
 * decrypted already makes no descriptor readable, so the session then queues itself for the next
 * turn. Replies are collected in `out` and written in one pass per turn. A peer over its caps is
 * not read until something of it has been answered; a peer that does not read is closed. */
#include "daemon/session.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "daemon/gate.h"
#include "daemon/intake.h"
#include "daemon/metrics.h"

/* Asked of a buffer before each read: one TLS record. */
#define READ_ROOM 16384
/* Bytes taken from one connection before others get their turn. */
#define TURN_BYTES_MAX (256 * 1024)
/* Replies waiting for the peer beyond this: it is not read until it has read. */
#define OUT_PAUSE (1024 * 1024)
#define UNREAD_TIME_MAX_MS 10000
/* After our last byte: how long the peer may take to see it before the socket goes. */
#define LINGER_MS 1000

enum io { IO_DONE, IO_WANT_READ, IO_WANT_WRITE, IO_EOF, IO_BROKEN };

static enum io io_result(struct session *session, int result)
{
    if (result > 0)
        return IO_DONE;
    switch (SSL_get_error(session->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return IO_WANT_READ;
    case SSL_ERROR_WANT_WRITE:
        return IO_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN:
        return IO_EOF;
    default:
        return IO_BROKEN;
    }
}

static void want_write(struct session *session)
{
    (void)event_add(&session->write_event, NULL);
}

/* ---- opening ---- */

static void remember_expiry(struct session *session, const X509 *certificate)
{
    struct tm until;
    session->expires_ms = INT64_MAX;
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) == 1)
        session->expires_ms = (int64_t)timegm(&until) * 1000;
}

static void handshake_done(struct session *session)
{
    struct gate *gate = session->gate;
    X509 *certificate = SSL_get0_peer_certificate(session->ssl);
    if (!certificate || !identity_of(certificate, &session->sender)) {
        session_close(session, "identity");
        return;
    }
    /* The files may have been read again while we shook hands. */
    if (session->tls_generation != gate->tls.generation &&
        !tls_trusts(&gate->tls, certificate, SSL_get0_verified_chain(session->ssl))) {
        session_close(session, "revoked");
        return;
    }
    session->load = load_use(&gate->loads, &session->sender);
    if (!session->load) {
        session_close(session, "memory");
        return;
    }
    remember_expiry(session, certificate);
    session->phase = SESSION_OPEN;
    log_event(LOG_DEBUG, "connection_open", "peer=%u.%u sender=%s", session->peer.slot,
              session->peer.generation, session->sender.name);
    session_read(session);
}

static void handshake(struct session *session)
{
    ERR_clear_error();
    switch (io_result(session, SSL_accept(session->ssl))) {
    case IO_DONE:
        handshake_done(session);
        break;
    case IO_WANT_READ:
        break;
    case IO_WANT_WRITE:
        want_write(session);
        break;
    default: {
        const char *reason = ERR_reason_error_string(ERR_peek_last_error());
        session_close(session, reason ? reason : "handshake");
    }
    }
}

static void on_read(evutil_socket_t fd, short what, void *context);
static void on_write(evutil_socket_t fd, short what, void *context);

static bool session_start(struct session *session, struct gate *gate, int fd)
{
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    session->ssl = SSL_new(gate->tls.context);
    return session->ssl && SSL_set_fd(session->ssl, fd) == 1 &&
           event_assign(&session->read_event, gate->base, fd, EV_READ | EV_PERSIST, on_read,
                        session) == 0 &&
           event_assign(&session->write_event, gate->base, fd, EV_WRITE, on_write, session) == 0 &&
           event_add(&session->read_event, NULL) == 0;
}

struct session *session_open(struct gate *gate, int fd)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session || gate->free_count == 0 || !session_start(session, gate, fd)) {
        if (session)
            SSL_free(session->ssl);
        free(session);
        close(fd);
        return NULL;
    }
    session->gate = gate;
    session->fd = fd;
    session->tls_generation = gate->tls.generation;
    session->opened_mono_ms = clock_mono_ms();
    session->peer.slot = gate->free_slots[--gate->free_count];
    session->peer.generation = gate->generations[session->peer.slot];
    gate->slots[session->peer.slot] = session;
    TAILQ_INSERT_TAIL(&gate->all, session, all);
    metrics.connections++;
    return session;
}

/* ---- closing ---- */

void session_close(struct session *session, const char *reason)
{
    struct gate *gate = session->gate;
    if (session->phase == SESSION_DEAD)
        return;
    log_event(LOG_DEBUG, "connection_closed",
              "peer=%u.%u sender=%s frames=%" PRIu64 " reason=\"%s\"", session->peer.slot,
              session->peer.generation, session->sender.name, session->frames, reason);
    session->phase = SESSION_DEAD;
    (void)event_del(&session->read_event);
    (void)event_del(&session->write_event);
    if (session->parked)
        TAILQ_REMOVE(&session->load->parked, session, parked_entry);
    if (session->ready) {
        TAILQ_REMOVE(&gate->ready, session, ready_entry);
        gate->ready_count--;
    }
    if (session->dirty)
        TAILQ_REMOVE(&gate->dirty, session, dirty_entry);
    session->parked = session->ready = session->dirty = false;
    if (session->load)
        load_drop(session->load);
    buffer_release(&session->in, &gate->buffers);
    buffer_release(&session->out, &gate->buffers);
    gate->slots[session->peer.slot] = NULL;
    gate->generations[session->peer.slot]++;
    gate->free_slots[gate->free_count++] = session->peer.slot;
    TAILQ_REMOVE(&gate->all, session, all);
    TAILQ_INSERT_TAIL(&gate->dead, session, all);
    metrics.connections--;
    listener_resume(&gate->listener);
}

void session_free(struct session *session)
{
    SSL_free(session->ssl);
    close(session->fd);
    free(session);
}

/* Everything is answered and written: say so, and let the peer see it before the socket goes. */
static void say_goodbye(struct session *session)
{
    if (session->in_flight > 0 || buffer_used(&session->out) > 0 || session->goodbye_mono_ms)
        return;
    session->goodbye_mono_ms = clock_mono_ms();
    ERR_clear_error();
    (void)SSL_shutdown(session->ssl);
    (void)shutdown(session->fd, SHUT_WR);
    if (session->eof)
        session_close(session, "finished");
}

void session_finish(struct session *session)
{
    if (session->phase == SESSION_HANDSHAKE)
        session_close(session, "stopping");
    if (session->phase != SESSION_OPEN)
        return;
    session->phase = SESSION_CLOSING;
    if (session->parked) {
        TAILQ_REMOVE(&session->load->parked, session, parked_entry);
        session->parked = false;
    }
    buffer_release(&session->in, &session->gate->buffers);
    if (!session->eof)
        (void)event_add(&session->read_event, NULL);
    say_goodbye(session);
}

/* Bytes that will not be read any more would otherwise reset the connection under our replies. */
static void discard(struct session *session)
{
    char bytes[READ_ROOM];
    ssize_t n = recv(session->fd, bytes, sizeof bytes, 0);
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
        return;
    session->eof = true;
    (void)event_del(&session->read_event);
    if (n < 0 || session->goodbye_mono_ms)
        session_close(session, "finished");
}

/* ---- reading ---- */

static bool at_cap(const struct session *session)
{
    return session->in_flight >= IN_FLIGHT_CONNECTION_MAX ||
           session->load->in_flight >= session->gate->config->in_flight_sender ||
           buffer_used(&session->out) > OUT_PAUSE;
}

static void park(struct session *session)
{
    CHECK(!session->parked);
    session->parked = true;
    TAILQ_INSERT_TAIL(&session->load->parked, session, parked_entry);
    (void)event_del(&session->read_event);
}

/* Takes in what whole frames there are. False: this is not the time to read on. */
static bool take_frames(struct session *session)
{
    struct gate *gate = session->gate;
    while (session->phase == SESSION_OPEN && buffer_used(&session->in) >= FRAME_HEAD) {
        const uint8_t *bytes = session->in.data + session->in.start;
        struct frame_head head;
        enum err err = frame_head_read(bytes, &head);
        if (err) {
            intake_refuse(session, err == ERR_LIMIT ? REASON_FRAME_TOO_LARGE : REASON_MALFORMED);
            return false;
        }
        if (buffer_used(&session->in) < FRAME_HEAD + (size_t)head.envelope_size)
            break;
        if (at_cap(session)) {
            park(session);
            return false;
        }
        intake_frame(session, &head, (struct slice){bytes + FRAME_HEAD, head.envelope_size});
        if (session->phase != SESSION_OPEN)
            return false;
        buffer_consume(&session->in, &gate->buffers, FRAME_HEAD + (size_t)head.envelope_size);
        session->frame_since_mono_ms = session->frame_clock_mono_ms = clock_mono_ms();
    }
    return session->phase == SESSION_OPEN;
}

static void read_ended(struct session *session, enum io io)
{
    switch (io) {
    case IO_WANT_WRITE:
        session->read_wants_write = true;
        want_write(session);
        return;
    case IO_EOF:
        session->eof = true;
        (void)event_del(&session->read_event);
        if (buffer_used(&session->in) > 0)
            intake_refuse(session, REASON_MALFORMED);
        session_finish(session);
        return;
    case IO_BROKEN:
        session_close(session, "read");
        return;
    case IO_WANT_READ:
    case IO_DONE:
        return;
    }
}

void session_read(struct session *session)
{
    struct gate *gate = session->gate;
    size_t taken = 0;
    session->read_wants_write = false;
    while (take_frames(session)) {
        if (taken >= TURN_BYTES_MAX) {
            gate_ready(gate, session);
            return;
        }
        struct buffer *in = &session->in;
        if (!buffer_reserve(in, &gate->buffers, READ_ROOM)) {
            session_close(session, "memory");
            return;
        }
        size_t n;
        ERR_clear_error();
        int result = SSL_read_ex(session->ssl, in->data + in->end, in->size - in->end, &n);
        enum io io = io_result(session, result);
        if (io != IO_DONE) {
            if (buffer_used(in) == 0)
                buffer_release(in, &gate->buffers);
            read_ended(session, io);
            return;
        }
        if (buffer_used(in) == 0)
            session->frame_since_mono_ms = session->frame_clock_mono_ms = clock_mono_ms();
        in->end += n;
        taken += n;
    }
}

static void on_read(evutil_socket_t fd, short what, void *context)
{
    struct session *session = context;
    (void)fd;
    (void)what;
    switch (session->phase) {
    case SESSION_HANDSHAKE:
        handshake(session);
        break;
    case SESSION_OPEN:
        /* Parked earlier in this turn, with the event on its way. */
        if (!session->parked)
            session_read(session);
        break;
    case SESSION_CLOSING:
        discard(session);
        break;
    case SESSION_DEAD:
        break;
    }
}

/* ---- writing ---- */

void session_reply(struct session *session, struct slice frame)
{
    struct gate *gate = session->gate;
    if (buffer_used(&session->out) + frame.size > UNREAD_REPLIES_MAX) {
        session_close(session, "unread");
        return;
    }
    if (!buffer_append(&session->out, &gate->buffers, frame.data, frame.size)) {
        session_close(session, "memory");
        return;
    }
    gate_dirty(gate, session);
}

void session_write(struct session *session)
{
    struct gate *gate = session->gate;
    struct buffer *out = &session->out;
    while (buffer_used(out) > 0) {
        size_t n;
        ERR_clear_error();
        int result = SSL_write_ex(session->ssl, out->data + out->start, buffer_used(out), &n);
        enum io io = io_result(session, result);
        if (io == IO_DONE) {
            buffer_consume(out, &gate->buffers, n);
            session->write_since_mono_ms = 0;
            continue;
        }
        if (io == IO_EOF || io == IO_BROKEN) {
            session_close(session, "write");
            return;
        }
        if (!session->write_since_mono_ms)
            session->write_since_mono_ms = clock_mono_ms();
        want_write(session);
        return;
    }
    if (session->phase == SESSION_CLOSING)
        say_goodbye(session);
    else if (session->parked)
        gate_ready(gate, session);
}

static void on_write(evutil_socket_t fd, short what, void *context)
{
    struct session *session = context;
    (void)fd;
    (void)what;
    if (session->phase == SESSION_HANDSHAKE) {
        handshake(session);
        return;
    }
    if (session->phase != SESSION_DEAD)
        session_write(session);
    if (session->phase == SESSION_OPEN && session->read_wants_write)
        gate_ready(session->gate, session);
}

/* ---- time ---- */

void session_sweep(struct session *session, int64_t now_ms)
{
    bool open = session->phase == SESSION_OPEN;
    if (session->phase == SESSION_HANDSHAKE &&
        now_ms - session->opened_mono_ms > HANDSHAKE_TIME_MAX_MS) {
        session_close(session, "handshake_slow");
    } else if (session->write_since_mono_ms &&
               now_ms - session->write_since_mono_ms > UNREAD_TIME_MAX_MS) {
        session_close(session, "unread");
    } else if (session->goodbye_mono_ms && now_ms - session->goodbye_mono_ms > LINGER_MS) {
        session_close(session, "finished");
    } else if (open && !session->parked && buffer_used(&session->in) > 0 &&
               now_ms - session->frame_clock_mono_ms > FRAME_TIME_MAX_MS) {
        intake_refuse(session, REASON_FRAME_SLOW);
    } else if (open && clock_wall_ms() > session->expires_ms) {
        session_finish(session);
    }
}
