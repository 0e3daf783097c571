/* The door: accepts connections and shakes hands, on a thread of its own, so that a thousand
 * terminals coming back at once do not stand between those already in and their answers. Who has
 * shown a certificate of ours goes to the gate as a guest; before that a peer costs a descriptor
 * and a little memory, of a budget of its own. */
#ifndef DAEMON_GREETER_H
#define DAEMON_GREETER_H

#include <event2/event.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include "daemon/identity.h"
#include "daemon/inbox.h"
#include "daemon/listener.h"
#include "daemon/tls.h"

/* A connection whose peer is known. Whoever took it from the inbox owns all of it. */
struct guest {
    struct parcel parcel;
    int fd;
    SSL *ssl;
    struct sender sender;
    unsigned tls_generation;
    int64_t expires_ms; /* the certificate's last moment, wall clock */
};

struct handshake;
TAILQ_HEAD(handshake_list, handshake);

struct greeter {
    const struct config *config;
    struct tls *tls;
    struct inbox *gate; /* woken when a guest waits in `guests` */
    struct inbox guests;
    struct event_base *base;
    struct event *call_event, *tick_event;
    struct listener listener;
    struct handshake_list waiting; /* who has waited longest for its peer first */
    uint32_t count;
    struct inbox calls;      /* only wakes */
    _Atomic uint32_t inside; /* guests handed over and not yet gone */
    atomic_bool stopping;
    pthread_t thread;
    bool running;
};

/* Binds, listens, writes the port file. Borrows all until greeter_close(). */
enum err greeter_open(struct greeter *greeter, const struct config *config, struct tls *tls,
                      struct inbox *gate) MUST_CHECK;
enum err greeter_start(struct greeter *greeter) MUST_CHECK;
/* Gate: the guests that came, in order. */
void greeter_take(struct greeter *greeter, struct parcels *guests);
/* Gate: a guest has gone, there may be room for another. */
void greeter_leave(struct greeter *greeter);
void guest_free(struct guest *guest);
/* Gate: no more connections; joins the thread. What was handed over before is still to be taken. */
void greeter_stop(struct greeter *greeter);
void greeter_close(struct greeter *greeter);

/* For the listener: whether one more may be accepted, and that one was. Takes fd. */
enum greeting { GREETING_WELCOME, GREETING_FULL, GREETING_BUSY };
enum greeting greeter_room(struct greeter *greeter);
void greeter_greet(struct greeter *greeter, int fd);

#endif
