/* Reading and writing a connection.
 *
 * Events are edge-triggered, so reading goes on until OpenSSL has nothing more and the socket is
 * empty, or the session says that it is not finished and is read again in a later turn. Most frames
 * come whole and are taken in from the gate's own buffer; only what is left of a part of one costs
 * the session memory. Replies are collected in `out` and written in one pass per turn. */
#include "daemon/stream.h"

#include <errno.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "daemon/gate.h"
#include "daemon/intake.h"

/* Replies waiting for the peer beyond this: it is not read until it has read. */
#define OUT_PAUSE (1024 * 1024)

enum io { IO_DONE, IO_WANT_READ, IO_WANT_WRITE, IO_EOF, IO_BROKEN };

static enum io stream_result(struct session *session, int result)
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

/* ---- reading ---- */

static bool at_cap(const struct session *session)
{
    return session->in_flight >= IN_FLIGHT_CONNECTION_MAX || buffer_used(&session->out) > OUT_PAUSE;
}

/* Why taking in frames ended. */
enum taken { TAKEN_ALL, TAKEN_LATER, TAKEN_PARKED, TAKEN_CLOSED };

/* Takes in what whole frames there are; *used is how many bytes they were. */
static enum taken take_frames(struct session *session, struct slice bytes, size_t *used)
{
    struct gate *gate = session->gate;
    for (*used = 0; bytes.size - *used >= FRAME_HEAD;) {
        const uint8_t *at = bytes.data + *used;
        struct frame_head head;
        enum err err = frame_head_read(at, &head);
        if (err) {
            intake_refuse(session, err == ERR_LIMIT ? REASON_FRAME_TOO_LARGE : REASON_MALFORMED);
            return TAKEN_CLOSED;
        }
        size_t size = FRAME_HEAD + (size_t)head.envelope_size;
        if (bytes.size - *used < size)
            break;
        if (at_cap(session))
            return TAKEN_PARKED;
        if (load_full(session->load) || gate_blocked(gate))
            return TAKEN_LATER;
        intake_frame(session, &head, (struct slice){at + FRAME_HEAD, head.envelope_size});
        if (session->phase != SESSION_OPEN)
            return TAKEN_CLOSED;
        *used += size;
        session->frame_since_mono_ms = session->read_mono_ms;
        session->frame_clock_mono_ms = gate->now_mono_ms;
    }
    return TAKEN_ALL;
}

static enum taken take_buffered(struct session *session)
{
    size_t used;
    struct buffer *in = &session->in;
    enum taken taken =
        take_frames(session, (struct slice){in->data + in->start, buffer_used(in)}, &used);
    if (taken == TAKEN_CLOSED)
        return taken;
    buffer_consume(in, &session->load->buffers, used);
    if (buffer_used(in) == 0)
        buffer_release(in, &session->load->buffers);
    return taken;
}

/* The same of bytes in the gate's buffer; what is left moves to the session's. */
static enum taken take_fresh(struct session *session, size_t size)
{
    size_t used;
    struct gate *gate = session->gate;
    session->frame_since_mono_ms = session->frame_clock_mono_ms = gate->now_mono_ms;
    enum taken taken = take_frames(session, (struct slice){gate->scratch, size}, &used);
    if (taken == TAKEN_CLOSED || used == size)
        return taken;
    if (!buffer_append(&session->in, &session->load->buffers, gate->scratch + used, size - used)) {
        session_close(session, CLOSING_MEMORY);
        return TAKEN_CLOSED;
    }
    return taken;
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
        session_close(session, CLOSING_READ);
        return;
    case IO_WANT_READ:
    case IO_DONE:
        return;
    }
}

/* Into the session's buffer when a part of a frame is there already, else into the gate's. */
static enum io read_record(struct session *session, bool fresh, size_t *size)
{
    struct buffer *in = &session->in;
    uint8_t *place = fresh ? session->gate->scratch : in->data + in->end;
    size_t room = fresh ? STREAM_CHUNK : in->size - in->end;
    ERR_clear_error();
    enum io io = stream_result(session, SSL_read_ex(session->ssl, place, room, size));
    if (io != IO_DONE)
        return io;
    session->read_mono_ms = session->gate->now_mono_ms;
    in->end += fresh ? 0 : *size;
    return io;
}

static bool read_open(struct session *session, size_t *bytes)
{
    enum taken taken = take_buffered(session);
    session->read_wants_write = false;
    while (taken == TAKEN_ALL) {
        size_t size;
        if (*bytes == 0)
            return true;
        bool fresh = buffer_used(&session->in) == 0;
        if (!fresh && !buffer_reserve(&session->in, &session->load->buffers, STREAM_CHUNK)) {
            session_close(session, CLOSING_MEMORY);
            return false;
        }
        enum io io = read_record(session, fresh, &size);
        if (io != IO_DONE) {
            read_ended(session, io);
            return false;
        }
        *bytes -= size < *bytes ? size : *bytes;
        taken = fresh ? take_fresh(session, size) : take_buffered(session);
        if (taken == TAKEN_ALL && session->drained && !session->hung_up &&
            !SSL_has_pending(session->ssl))
            return false;
    }
    session->parked = taken == TAKEN_PARKED;
    return taken == TAKEN_LATER;
}

/* Bytes that will not be read any more would otherwise reset the connection under our replies. */
static bool discard(struct session *session, size_t *bytes)
{
    while (*bytes > 0) {
        ssize_t n = recv(session->fd, session->gate->scratch, STREAM_CHUNK, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return false;
        if (n <= 0) {
            session->eof = true;
            (void)event_del(&session->read_event);
            if (n < 0 || session->goodbye_mono_ms)
                session_close(session, CLOSING_FINISHED);
            return false;
        }
        *bytes -= (size_t)n < *bytes ? (size_t)n : *bytes;
    }
    return true;
}

bool stream_read(struct session *session, size_t *bytes)
{
    if (session->phase == SESSION_CLOSING)
        return !session->eof && discard(session, bytes);
    /* The time that we did not read is not the peer's. */
    session->frame_clock_mono_ms += session->gate->now_mono_ms - session->listed_mono_ms;
    return read_open(session, bytes);
}

/* ---- writing ---- */

bool stream_waits(const struct session *session)
{
    return session->replies.first || buffer_used(&session->out) > 0;
}

void stream_drop(struct session *session)
{
    struct parcel *parcel;
    while ((parcel = parcels_take(&session->replies)))
        gate_job_give(session->gate, (struct job *)parcel);
    buffer_release(&session->out, &session->load->buffers);
}

void stream_reply(struct session *session, struct job *job)
{
    parcels_append(&session->replies, &job->parcel);
    gate_dirty(session->gate, session);
}

/* Takes the beginning of the replies, as much as there is room for; the bytes taken. */
static size_t take_replies(struct session *session, uint8_t *place, size_t room)
{
    size_t taken = 0;
    while (session->replies.first && taken < room) {
        struct job *job = (struct job *)session->replies.first;
        struct slice *frame = &job->frame;
        size_t n = frame->size < room - taken ? frame->size : room - taken;
        memcpy(place + taken, frame->data, n);
        taken += n;
        *frame = (struct slice){frame->data + n, frame->size - n};
        if (frame->size == 0) {
            (void)parcels_take(&session->replies);
            gate_job_give(session->gate, job);
        }
    }
    return taken;
}

/* They wait for the peer. False: it is closed. */
static bool keep_bytes(struct session *session, const uint8_t *bytes, size_t size)
{
    struct buffer *out = &session->out;
    if (buffer_used(out) + size > UNREAD_REPLIES_MAX) {
        session_close(session, CLOSING_UNREAD);
        return false;
    }
    if (!buffer_append(out, &session->load->buffers, bytes, size)) {
        session_close(session, CLOSING_MEMORY);
        return false;
    }
    return true;
}

/* The same of all replies. */
static bool keep_replies(struct session *session)
{
    while (session->replies.first) {
        uint8_t *chunk = session->gate->scratch;
        if (!keep_bytes(session, chunk, take_replies(session, chunk, STREAM_CHUNK)))
            return false;
    }
    return true;
}

static enum io send_bytes(struct session *session, const uint8_t *bytes, size_t size,
                          size_t *written)
{
    enum io io = IO_DONE;
    *written = 0;
    while (io == IO_DONE && *written < size) {
        size_t n = 0;
        ERR_clear_error();
        io = stream_result(session,
                           SSL_write_ex(session->ssl, bytes + *written, size - *written, &n));
        *written += io == IO_DONE ? n : 0;
    }
    if (*written > 0)
        session->write_since_mono_ms = 0;
    return io;
}

static enum io write_kept(struct session *session)
{
    struct buffer *out = &session->out;
    size_t written;
    if (buffer_used(out) == 0)
        return IO_DONE;
    enum io io = send_bytes(session, out->data + out->start, buffer_used(out), &written);
    buffer_consume(out, &session->load->buffers, written);
    return io;
}

/* All go through one piece of memory, which stays in the cache. */
static enum io write_replies(struct session *session)
{
    enum io io = IO_DONE;
    while (io == IO_DONE && session->replies.first) {
        uint8_t *chunk = session->gate->scratch;
        size_t written, size = take_replies(session, chunk, STREAM_CHUNK);
        io = send_bytes(session, chunk, size, &written);
        /* OpenSSL wants the same bytes again, wherever they lie. */
        if (written < size && !keep_bytes(session, chunk + written, size - written))
            return IO_DONE;
    }
    return io;
}

static void write_blocked(struct session *session)
{
    int64_t now_ms = session->gate->now_mono_ms;
    if (!keep_replies(session))
        return;
    if (!session->write_since_mono_ms)
        session->write_since_mono_ms = now_ms;
    if (!session->unread_since_mono_ms)
        session->unread_since_mono_ms = now_ms;
    want_write(session);
}

void stream_write(struct session *session)
{
    enum io io = write_kept(session);
    if (io == IO_DONE)
        io = write_replies(session);
    if (session->phase == SESSION_DEAD)
        return;
    if (io == IO_EOF || io == IO_BROKEN) {
        session_close(session, CLOSING_WRITE);
        return;
    }
    if (io != IO_DONE) {
        write_blocked(session);
        return;
    }
    buffer_release(&session->out, &session->load->buffers);
    session->unread_since_mono_ms = 0;
    if (session->phase == SESSION_CLOSING)
        session_goodbye(session);
    else if (session->parked && !at_cap(session))
        gate_readable(session->gate, session);
}
