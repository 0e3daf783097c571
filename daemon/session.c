/* A connection's life: raw events on the descriptor, the handshake, the end.
 *
 * A session that has nothing left to answer says goodbye and lingers until the peer has seen it: a
 * socket closed over unread bytes would reset the connection under our last replies. */
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
#include "daemon/stream.h"

#define UNREAD_TIME_MAX_MS 10000
/* After our last byte: how long the peer may take to see it before the socket goes. */
#define LINGER_MS 1000

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
    stream_read(session);
}

static void handshake(struct session *session)
{
    ERR_clear_error();
    switch (stream_result(session, SSL_accept(session->ssl))) {
    case IO_DONE:
        handshake_done(session);
        break;
    case IO_WANT_READ:
        break;
    case IO_WANT_WRITE:
        stream_want_write(session);
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
void session_goodbye(struct session *session)
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
    session_goodbye(session);
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
            stream_read(session);
        break;
    case SESSION_CLOSING:
        stream_discard(session);
        break;
    case SESSION_DEAD:
        break;
    }
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
        stream_write(session);
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
