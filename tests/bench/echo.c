/* The wire's floor: a server that speaks copay.proto over mutual TLS 1.3 as the daemon does,
 * unpacks every request with protobuf-c, packs a canned reply of the daemon's own (its file is a
 * frame that a real daemon sent) under the request's msgid, and does nothing else: no check, no
 * state, no disk. One thread, libevent, arenas instead of malloc, one SSL_write per connection and
 * wake-up.
 *
 * usage: echo CA CERT KEY REPLY   prints its port, serves until it is killed or its parent dies */
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "bench.h"
#include "copay.pb-c.h"
#include "wire/frame.h"
#include "wire/pool.h"

#define READ_ROOM 16384
#define BACKLOG 4096
#define ARENA_BYTES (64 << 20)

struct bytes {
    uint8_t *data;
    size_t start, end, size;
};

struct peer {
    struct echo *echo;
    SSL *ssl;
    struct event *read, *write;
    struct bytes in, out;
};

struct echo {
    struct event_base *base;
    SSL_CTX *context;
    struct arena *arena;
    Copay__ReplyEnvelope *envelope;
    Copay__Reply *reply;
};

static void reserve(struct bytes *b, size_t room)
{
    if (b->start == b->end)
        b->start = b->end = 0;
    if (b->size - b->end >= room)
        return;
    if (b->end > b->start)
        memmove(b->data, b->data + b->start, b->end - b->start);
    b->end -= b->start;
    b->start = 0;
    if (b->size - b->end >= room)
        return;
    b->size = (b->end + room) * 2;
    b->data = realloc(b->data, b->size);
    bench_need(b->data != NULL, "realloc");
}

static void peer_free(struct peer *peer)
{
    evutil_socket_t fd = event_get_fd(peer->read);
    event_free(peer->read);
    event_free(peer->write);
    SSL_free(peer->ssl);
    close(fd);
    free(peer->in.data);
    free(peer->out.data);
    free(peer);
}

/* One frame in, one frame into peer->out. */
static bool answer(struct peer *peer, struct slice bytes)
{
    struct echo *echo = peer->echo;
    ProtobufCMessage *outer, *inner;
    uint8_t *body, *frame;
    size_t size;
    arena_reset(echo->arena);
    if (pool_unpack(bytes, &copay__request_envelope__descriptor, echo->arena, &outer) != ERR_OK)
        return false;
    ProtobufCBinaryData request = ((Copay__RequestEnvelope *)(void *)outer)->body;
    if (pool_unpack((struct slice){.data = request.data, .size = request.len},
                    &copay__request__descriptor, echo->arena, &inner) != ERR_OK)
        return false;
    echo->envelope->msgid = echo->reply->msgid = ((Copay__Request *)(void *)inner)->msgid;
    bench_must(pool_pack(&echo->reply->base, 0, echo->arena, &body, &size), "pack");
    echo->envelope->body = (ProtobufCBinaryData){.data = body, .len = size};
    bench_must(pool_pack(&echo->envelope->base, FRAME_HEAD, echo->arena, &frame, &size), "pack");
    frame_head_write(frame, 0, (uint32_t)(size - FRAME_HEAD));
    reserve(&peer->out, size);
    memcpy(peer->out.data + peer->out.end, frame, size);
    peer->out.end += size;
    return true;
}

static bool take_frames(struct peer *peer)
{
    struct bytes *in = &peer->in;
    while (in->end - in->start >= FRAME_HEAD) {
        struct frame_head head;
        if (frame_head_read(in->data + in->start, &head) != ERR_OK)
            return false;
        if (in->end - in->start < FRAME_HEAD + (size_t)head.envelope_size)
            return true;
        if (!answer(peer, (struct slice){in->data + in->start + FRAME_HEAD, head.envelope_size}))
            return false;
        in->start += FRAME_HEAD + (size_t)head.envelope_size;
    }
    return true;
}

/* True: go on later. */
static bool would_block(struct peer *peer, int result)
{
    int error = SSL_get_error(peer->ssl, result);
    if (error == SSL_ERROR_WANT_WRITE)
        event_add(peer->write, NULL);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

static bool write_out(struct peer *peer)
{
    struct bytes *out = &peer->out;
    while (out->end > out->start) {
        size_t n;
        ERR_clear_error();
        int result = SSL_write_ex(peer->ssl, out->data + out->start, out->end - out->start, &n);
        if (result <= 0)
            return would_block(peer, result);
        out->start += n;
    }
    return true;
}

static bool read_in(struct peer *peer)
{
    for (;;) {
        size_t n;
        reserve(&peer->in, READ_ROOM);
        ERR_clear_error();
        int result =
            SSL_read_ex(peer->ssl, peer->in.data + peer->in.end, peer->in.size - peer->in.end, &n);
        if (result <= 0)
            return would_block(peer, result);
        peer->in.end += n;
        if (!take_frames(peer))
            return false;
        /* The event is level-triggered: nothing is asked of the socket that may have nothing. */
        if (!SSL_has_pending(peer->ssl))
            return true;
    }
}

static void peer_turn(evutil_socket_t fd, short what, void *context)
{
    struct peer *peer = context;
    (void)fd;
    (void)what;
    if (!read_in(peer) || !write_out(peer))
        peer_free(peer);
}

static void accept_peers(evutil_socket_t listener, short what, void *context)
{
    struct echo *echo = context;
    const int on = 1;
    (void)what;
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct peer *peer = calloc(1, sizeof *peer);
        bench_need(peer != NULL, "calloc");
        peer->echo = echo;
        peer->ssl = SSL_new(echo->context);
        peer->read = event_new(echo->base, fd, EV_READ | EV_PERSIST, peer_turn, peer);
        peer->write = event_new(echo->base, fd, EV_WRITE, peer_turn, peer);
        CHECK(peer->ssl && peer->read && peer->write && SSL_set_fd(peer->ssl, fd) == 1);
        SSL_set_accept_state(peer->ssl);
        CHECK(event_add(peer->read, NULL) == 0);
    }
}

/* The daemon's own choices, daemon/tls.c. */
static SSL_CTX *context_open(char **files)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    CHECK(context && SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1);
    CHECK(SSL_CTX_set_num_tickets(context, 0) == 1);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    if (SSL_CTX_load_verify_file(context, files[0]) != 1 ||
        SSL_CTX_use_certificate_chain_file(context, files[1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, files[2], SSL_FILETYPE_PEM) != 1) {
        ERR_print_errors_fp(stderr);
        exit(1);
    }
    return context;
}

static void load_reply(struct echo *echo, const char *path)
{
    static uint8_t frame[1 << 20];
    FILE *in = fopen(path, "rb");
    bench_need(in != NULL, path);
    size_t size = fread(frame, 1, sizeof frame, in);
    fclose(in);
    CHECK(size > FRAME_HEAD && size < sizeof frame);
    echo->envelope = copay__reply_envelope__unpack(NULL, size - FRAME_HEAD, frame + FRAME_HEAD);
    CHECK(echo->envelope);
    echo->reply = copay__reply__unpack(NULL, echo->envelope->body.len, echo->envelope->body.data);
    CHECK(echo->reply && echo->reply->outcome == COPAY__OUTCOME__OUTCOME_DONE);
    CHECK(echo->reply->settlement && echo->reply->settlement->n_lines > 0);
}

static int listen_on_loopback(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bench_need(fd >= 0 && bind(fd, (struct sockaddr *)&at, size) == 0, "bind");
    bench_need(listen(fd, BACKLOG) == 0, "listen");
    bench_need(getsockname(fd, (struct sockaddr *)&at, &size) == 0, "getsockname");
    printf("%u\n", ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    struct echo echo = {0};
    if (argc != 5) {
        fprintf(stderr, "usage: %s CA CERT KEY REPLY\n", argv[0]);
        return 2;
    }
    bench_need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
    signal(SIGPIPE, SIG_IGN);
    echo.context = context_open(argv + 1);
    load_reply(&echo, argv[4]);
    echo.arena = arena_new(ARENA_BYTES);
    echo.base = event_base_new();
    CHECK(echo.arena && echo.base);
    struct event *listener =
        event_new(echo.base, listen_on_loopback(), EV_READ | EV_PERSIST, accept_peers, &echo);
    CHECK(listener && event_add(listener, NULL) == 0);
    return event_base_dispatch(echo.base) == 0 ? 0 : 1;
}
