/* The greeter's thread.
 *
 * DESIGN. Its own event base holds the listening socket and the handshakes. A handshake costs a
 * millisecond of signatures, which is why it is not the gate's; the thread steps back behind the
 * others, since those inside come first.
 *
 * Half-open connections have a cap of their own and never count against those inside. At the cap
 * the one that has kept us waiting longest is put out if that was long enough to mean something;
 * otherwise the door stays shut for a moment and the rest waits in the kernel's backlog. Nothing
 * but `struct handshake` is allocated before a peer has sent its first bytes. */
#include "daemon/greeter.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <event2/event_struct.h>

#include "base/background.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "daemon/metrics.h"
#include "daemon/pulse.h"
#include "daemon/thread.h"

#define TICK_MS 250
/* A peer that owes us an answer for so long may be put out when others wait. */
#define PUSH_OUT_MS 500

struct handshake {
    TAILQ_ENTRY(handshake) entry;
    struct greeter *greeter;
    int fd;
    SSL *ssl; /* NULL before the first bytes */
    unsigned tls_generation;
    struct event read_event, write_event;
    int64_t opened_mono_ms, waiting_mono_ms;
    int state; /* OpenSSL's, when the peer's turn came */
};

/* ---- one handshake ---- */

static void forget(struct handshake *handshake)
{
    struct greeter *greeter = handshake->greeter;
    (void)event_del(&handshake->read_event);
    (void)event_del(&handshake->write_event);
    TAILQ_REMOVE(&greeter->waiting, handshake, entry);
    greeter->count--;
    metrics.handshakes--;
}

static void give_up(struct handshake *handshake, enum closing closing, const char *why)
{
    metrics_closed(closing);
    log_event(LOG_DEBUG, "handshake_ended", "reason=\"%s\"", why);
    forget(handshake);
    SSL_free(handshake->ssl);
    close(handshake->fd);
    free(handshake);
}

static int64_t expiry_ms(const X509 *certificate)
{
    struct tm until;
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) != 1)
        return INT64_MAX;
    return (int64_t)timegm(&until) * 1000;
}

/* There may be more in than there were when this one was accepted. */
static bool enter(struct greeter *greeter)
{
    if (atomic_fetch_add(&greeter->inside, 1) < (uint32_t)greeter->config->connections)
        return true;
    atomic_fetch_sub(&greeter->inside, 1);
    return false;
}

static void hand_over(struct handshake *handshake)
{
    struct greeter *greeter = handshake->greeter;
    X509 *certificate = SSL_get0_peer_certificate(handshake->ssl);
    struct guest *guest = calloc(1, sizeof *guest);
    if (!guest) {
        give_up(handshake, CLOSING_MEMORY, "memory");
        return;
    }
    if (!certificate || !identity_of(certificate, &guest->sender)) {
        free(guest);
        give_up(handshake, CLOSING_IDENTITY, "identity");
        return;
    }
    if (!enter(greeter)) {
        free(guest);
        give_up(handshake, CLOSING_FULL, "full");
        return;
    }
    guest->fd = handshake->fd;
    guest->ssl = handshake->ssl;
    guest->tls_generation = handshake->tls_generation;
    guest->expires_ms = expiry_ms(certificate);
    metrics.shaken++;
    if (SSL_session_reused(handshake->ssl))
        metrics.resumed++;
    forget(handshake);
    free(handshake);
    inbox_put(&greeter->guests, &guest->parcel);
    inbox_wake(greeter->gate);
}

/* Bytes that bring the handshake no further do not count as an answer. */
static void wait_for_peer(struct handshake *handshake)
{
    struct greeter *greeter = handshake->greeter;
    int state = (int)SSL_get_state(handshake->ssl);
    if (state == handshake->state)
        return;
    handshake->state = state;
    handshake->waiting_mono_ms = clock_mono_ms();
    TAILQ_REMOVE(&greeter->waiting, handshake, entry);
    TAILQ_INSERT_TAIL(&greeter->waiting, handshake, entry);
}

static void go_on(evutil_socket_t fd, short what, void *context)
{
    struct handshake *handshake = context;
    (void)what;
    if (!handshake->ssl) {
        handshake->ssl = tls_accept(handshake->greeter->tls, &handshake->tls_generation);
        if (!handshake->ssl || SSL_set_fd(handshake->ssl, fd) != 1) {
            give_up(handshake, CLOSING_MEMORY, "memory");
            return;
        }
    }
    ERR_clear_error();
    int result = SSL_do_handshake(handshake->ssl);
    if (result == 1) {
        hand_over(handshake);
        return;
    }
    switch (SSL_get_error(handshake->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        wait_for_peer(handshake);
        return;
    case SSL_ERROR_WANT_WRITE:
        (void)event_add(&handshake->write_event, NULL);
        return;
    default: {
        const char *reason = ERR_reason_error_string(ERR_peek_last_error());
        give_up(handshake, CLOSING_HANDSHAKE, reason ? reason : "handshake");
    }
    }
}

void greeter_greet(struct greeter *greeter, int fd)
{
    int on = 1;
    struct handshake *handshake = calloc(1, sizeof *handshake);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (!handshake ||
        event_assign(&handshake->read_event, greeter->base, fd, EV_READ | EV_PERSIST, go_on,
                     handshake) != 0 ||
        event_assign(&handshake->write_event, greeter->base, fd, EV_WRITE, go_on, handshake) != 0 ||
        event_add(&handshake->read_event, NULL) != 0) {
        free(handshake);
        close(fd);
        return;
    }
    handshake->greeter = greeter;
    handshake->fd = fd;
    handshake->state = -1;
    handshake->opened_mono_ms = handshake->waiting_mono_ms = clock_mono_ms();
    TAILQ_INSERT_TAIL(&greeter->waiting, handshake, entry);
    greeter->count++;
    metrics.handshakes++;
}

enum greeting greeter_room(struct greeter *greeter)
{
    if (atomic_load(&greeter->inside) >= (uint32_t)greeter->config->connections)
        return GREETING_FULL;
    if (greeter->count < (uint32_t)greeter->config->handshakes)
        return GREETING_WELCOME;
    struct handshake *first = TAILQ_FIRST(&greeter->waiting);
    if (clock_mono_ms() - first->waiting_mono_ms < PUSH_OUT_MS)
        return GREETING_BUSY;
    give_up(first, CLOSING_HANDSHAKE_PUSHED_OUT, "pushed_out");
    return GREETING_WELCOME;
}

/* ---- the loop ---- */

static void on_tick(evutil_socket_t fd, short what, void *context)
{
    struct greeter *greeter = context;
    struct handshake *handshake, *next;
    int64_t now_ms = clock_mono_ms();
    (void)fd;
    (void)what;
    for (handshake = TAILQ_FIRST(&greeter->waiting); handshake; handshake = next) {
        next = TAILQ_NEXT(handshake, entry);
        if (now_ms - handshake->opened_mono_ms > HANDSHAKE_TIME_MAX_MS)
            give_up(handshake, CLOSING_HANDSHAKE_SLOW, "handshake_slow");
    }
}

static void on_call(evutil_socket_t fd, short what, void *context)
{
    struct greeter *greeter = context;
    (void)fd;
    (void)what;
    inbox_silence(&greeter->calls);
}

static void *greeter_run(void *context)
{
    struct greeter *greeter = context;
    struct handshake *handshake;
    background_begin();
    while (!atomic_load(&greeter->stopping)) {
        struct parcels none = {0};
        inbox_take(&greeter->calls, &none);
        if (atomic_load(&greeter->inside) < (uint32_t)greeter->config->connections)
            listener_resume(&greeter->listener);
        pulse_rest();
        bool sleep = inbox_doze(&greeter->calls);
        CHECK(event_base_loop(greeter->base, EVLOOP_ONCE | (sleep ? 0 : EVLOOP_NONBLOCK)) >= 0);
        inbox_rise(&greeter->calls);
        pulse_beat();
    }
    while ((handshake = TAILQ_FIRST(&greeter->waiting)))
        give_up(handshake, CLOSING_STOPPING, "stopping");
    listener_close(&greeter->listener);
    return NULL;
}

/* ---- lifecycle ---- */

enum err greeter_open(struct greeter *greeter, const struct config *config, struct tls *tls,
                      struct inbox *gate)
{
    const struct timeval tick = {.tv_usec = TICK_MS * 1000};
    greeter->config = config;
    greeter->tls = tls;
    greeter->gate = gate;
    TAILQ_INIT(&greeter->waiting);
    enum err err = inbox_open(&greeter->guests);
    if (!err)
        err = inbox_open(&greeter->calls);
    if (err)
        return err;
    greeter->base = event_base_new();
    if (!greeter->base)
        return ERR_NOMEM;
    greeter->call_event =
        event_new(greeter->base, greeter->calls.fd, EV_READ | EV_PERSIST, on_call, greeter);
    greeter->tick_event = event_new(greeter->base, -1, EV_PERSIST, on_tick, greeter);
    if (!greeter->call_event || !greeter->tick_event || event_add(greeter->call_event, NULL) != 0 ||
        event_add(greeter->tick_event, &tick) != 0)
        return ERR_NOMEM;
    return listener_open(&greeter->listener, greeter);
}

enum err greeter_start(struct greeter *greeter)
{
    enum err err = thread_start(&greeter->thread, "greeter", greeter_run, greeter);
    greeter->running = err == ERR_OK;
    return err;
}

void greeter_take(struct greeter *greeter, struct parcels *guests)
{
    inbox_take(&greeter->guests, guests);
}

void greeter_leave(struct greeter *greeter)
{
    if (atomic_fetch_sub(&greeter->inside, 1) == (uint32_t)greeter->config->connections)
        inbox_wake(&greeter->calls);
}

void guest_free(struct guest *guest)
{
    SSL_free(guest->ssl);
    close(guest->fd);
    free(guest);
}

void greeter_stop(struct greeter *greeter)
{
    if (!greeter->running)
        return;
    atomic_store(&greeter->stopping, true);
    inbox_wake(&greeter->calls);
    CHECK(pthread_join(greeter->thread, NULL) == 0);
    greeter->running = false;
}

void greeter_close(struct greeter *greeter)
{
    struct parcels left = {0};
    greeter_stop(greeter);
    if (greeter->guests.fd >= 0)
        inbox_take(&greeter->guests, &left);
    for (struct parcel *p = parcels_take(&left); p; p = parcels_take(&left))
        guest_free((struct guest *)p);
    listener_close(&greeter->listener);
    if (greeter->call_event)
        event_free(greeter->call_event);
    if (greeter->tick_event)
        event_free(greeter->tick_event);
    if (greeter->base)
        event_base_free(greeter->base);
    inbox_close(&greeter->guests);
    inbox_close(&greeter->calls);
}
