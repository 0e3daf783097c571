/* A connection's life at the gate: raw events on the descriptor, the end.
 *
 * A session that has nothing left to answer says goodbye and lingers until the peer has seen it: a
 * socket closed over unread bytes would reset the connection under our last replies. */
#include "daemon/session.h"

#include <inttypes.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "daemon/gate.h"
#include "daemon/intake.h"
#include "daemon/stream.h"

/* How long a peer may take none of what waits for it, and how long it may never take all: a peer
 * that reads a byte now and then holds memory too. */
#define UNREAD_TIME_MAX_MS 10000
#define UNREAD_ALL_TIME_MAX_MS 60000
/* After our last byte: how long the peer may take to see it before the socket goes. */
#define LINGER_MS 1000

/* ---- opening ---- */

static void on_read(evutil_socket_t fd, short what, void *context);
static void on_write(evutil_socket_t fd, short what, void *context);

/* A read that got less than it asked for has emptied the socket: epoll(7) will tell of more, so the
 * second read that would only say EAGAIN can be spared. */
static long on_socket(BIO *bio, int operation, const char *bytes, size_t size, int number,
                      long more, int result, size_t *done)
{
    struct session *session = (struct session *)BIO_get_callback_arg(bio);
    (void)bytes;
    (void)number;
    (void)more;
    if (operation == (BIO_CB_READ | BIO_CB_RETURN))
        session->drained = result <= 0 || *done < size;
    return result;
}

static struct session *session_make(struct gate *gate, const struct guest *guest)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session)
        return NULL;
    session->load = load_use(&gate->loads, &guest->sender);
    if (session->load &&
        event_assign(&session->read_event, gate->base, guest->fd,
                     EV_READ | EV_CLOSED | EV_PERSIST | EV_ET, on_read, session) == 0 &&
        event_assign(&session->write_event, gate->base, guest->fd, EV_WRITE | EV_ET, on_write,
                     session) == 0 &&
        event_add(&session->read_event, NULL) == 0)
        return session;
    if (session->load)
        load_drop(session->load);
    free(session);
    return NULL;
}

/* The files may have been read again while it shook hands. */
static bool still_trusted(struct gate *gate, const struct guest *guest)
{
    return guest->tls_generation == tls_generation(&gate->tls) ||
           tls_trusts(&gate->tls, SSL_get0_peer_certificate(guest->ssl),
                      SSL_get0_verified_chain(guest->ssl));
}

static void turn_away(struct gate *gate, struct guest *guest, enum closing closing)
{
    log_event(LOG_DEBUG, "connection_refused", "sender=%s reason=\"%s\"", guest->sender.name,
              closing_name(closing));
    metrics_closed(closing);
    guest_free(guest);
    greeter_leave(&gate->greeter);
}

void session_open(struct gate *gate, struct guest *guest)
{
    CHECK(gate->free_count > 0);
    if (!still_trusted(gate, guest)) {
        turn_away(gate, guest, CLOSING_REVOKED);
        return;
    }
    struct session *session = session_make(gate, guest);
    if (!session) {
        turn_away(gate, guest, CLOSING_MEMORY);
        return;
    }
    session->gate = gate;
    session->fd = guest->fd;
    session->ssl = guest->ssl;
    BIO_set_callback_arg(SSL_get_rbio(guest->ssl), (char *)session);
    BIO_set_callback_ex(SSL_get_rbio(guest->ssl), on_socket);
    session->tls_generation = guest->tls_generation;
    session->sender = guest->sender;
    session->expires_ms = guest->expires_ms;
    free(guest);
    session->load->connections++;
    session->peer.slot = gate->free_slots[--gate->free_count];
    session->peer.generation = gate->generations[session->peer.slot];
    gate->slots[session->peer.slot] = session;
    TAILQ_INSERT_TAIL(&gate->all, session, all);
    metrics.connections++;
    if (session->load->connections > session->load->share->connections) {
        session_close(session, CLOSING_SENDER_FULL);
        return;
    }
    log_event(LOG_DEBUG, "connection_open", "peer=%u.%u sender=%s", session->peer.slot,
              session->peer.generation, session->sender.name);
    if (gate->stop_mono_ms)
        session_finish(session);
    else
        gate_readable(gate, session); /* OpenSSL may hold bytes that came with the handshake */
}

/* ---- closing ---- */

void session_close(struct session *session, enum closing closing)
{
    struct gate *gate = session->gate;
    if (session->phase == SESSION_DEAD)
        return;
    log_event(LOG_DEBUG, "connection_closed",
              "peer=%u.%u sender=%s frames=%" PRIu64 " reason=\"%s\"", session->peer.slot,
              session->peer.generation, session->sender.name, session->frames,
              closing_name(closing));
    metrics_closed(closing);
    session->phase = SESSION_DEAD;
    (void)event_del(&session->read_event);
    (void)event_del(&session->write_event);
    gate_unlist(gate, session);
    if (session->dirty)
        TAILQ_REMOVE(&gate->dirty, session, dirty_entry);
    session->parked = session->dirty = false;
    buffer_release(&session->in, &session->load->buffers);
    stream_drop(session);
    session->load->connections--;
    load_drop(session->load);
    gate->slots[session->peer.slot] = NULL;
    gate->generations[session->peer.slot]++;
    gate->free_slots[gate->free_count++] = session->peer.slot;
    TAILQ_REMOVE(&gate->all, session, all);
    TAILQ_INSERT_TAIL(&gate->dead, session, all);
    metrics.connections--;
    greeter_leave(&gate->greeter);
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
    if (session->in_flight > 0 || stream_waits(session) || session->goodbye_mono_ms)
        return;
    session->goodbye_mono_ms = session->gate->now_mono_ms;
    ERR_clear_error();
    (void)SSL_shutdown(session->ssl);
    (void)shutdown(session->fd, SHUT_WR);
    if (session->eof)
        session_close(session, CLOSING_FINISHED);
}

void session_finish(struct session *session)
{
    if (session->phase != SESSION_OPEN)
        return;
    session->phase = SESSION_CLOSING;
    session->parked = false;
    buffer_release(&session->in, &session->load->buffers);
    if (!session->eof)
        gate_readable(session->gate, session);
    session_goodbye(session);
}

static void on_read(evutil_socket_t fd, short what, void *context)
{
    struct session *session = context;
    (void)fd;
    gate_event(session->gate);
    session->drained = false;
    session->hung_up = session->hung_up || (what & EV_CLOSED);
    if (session->phase == SESSION_DEAD)
        return;
    if (session->hung_up)
        gate_leaving(session->gate, session);
    else
        gate_readable(session->gate, session);
}

static void on_write(evutil_socket_t fd, short what, void *context)
{
    struct session *session = context;
    (void)fd;
    (void)what;
    gate_event(session->gate);
    if (session->phase == SESSION_DEAD)
        return;
    gate_dirty(session->gate, session);
    if (session->read_wants_write)
        gate_readable(session->gate, session);
}

/* ---- time ---- */

void session_sweep(struct session *session)
{
    const struct gate *gate = session->gate;
    int64_t now_ms = gate->now_mono_ms;
    bool open = session->phase == SESSION_OPEN;
    if ((session->write_since_mono_ms &&
         now_ms - session->write_since_mono_ms > UNREAD_TIME_MAX_MS) ||
        (session->unread_since_mono_ms &&
         now_ms - session->unread_since_mono_ms > UNREAD_ALL_TIME_MAX_MS)) {
        session_close(session, CLOSING_UNREAD);
    } else if (session->goodbye_mono_ms && now_ms - session->goodbye_mono_ms > LINGER_MS) {
        session_close(session, CLOSING_FINISHED);
    } else if (open && !session->parked && !session->listed && buffer_used(&session->in) > 0 &&
               now_ms - session->frame_clock_mono_ms > FRAME_TIME_MAX_MS) {
        intake_refuse(session, REASON_FRAME_SLOW);
    } else if (open && gate->now_wall_ms > session->expires_ms) {
        session_finish(session);
    }
}
