/* Reading and writing a connection.
 *
 * Reading drains until OpenSSL wants more or the turn's share is used up; what OpenSSL has
 * decrypted already makes no descriptor readable, so the session then queues itself for the next
 * turn. Replies are collected in `out` and written in one pass per turn. A peer over its caps is
 * not read until something of it has been answered. */
#include "daemon/stream.h"

#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/limits.h"
#include "daemon/gate.h"
#include "daemon/intake.h"

/* Asked of a buffer before each read: one TLS record. */
#define READ_ROOM 16384
/* Bytes taken from one connection before others get their turn. */
#define TURN_BYTES_MAX (256 * 1024)
/* Replies waiting for the peer beyond this: it is not read until it has read. */
#define OUT_PAUSE (1024 * 1024)

enum io stream_result(struct session *session, int result)
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

void stream_want_write(struct session *session)
{
    (void)event_add(&session->write_event, NULL);
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
        stream_want_write(session);
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

void stream_read(struct session *session)
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
        enum io io = stream_result(session, result);
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

/* Bytes that will not be read any more would otherwise reset the connection under our replies. */
void stream_discard(struct session *session)
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

/* ---- writing ---- */

void stream_reply(struct session *session, struct slice frame)
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

void stream_write(struct session *session)
{
    struct gate *gate = session->gate;
    struct buffer *out = &session->out;
    while (buffer_used(out) > 0) {
        size_t n;
        ERR_clear_error();
        int result = SSL_write_ex(session->ssl, out->data + out->start, buffer_used(out), &n);
        enum io io = stream_result(session, result);
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
        stream_want_write(session);
        return;
    }
    if (session->phase == SESSION_CLOSING)
        session_goodbye(session);
    else if (session->parked)
        gate_ready(gate, session);
}
