/* One connection over mutual TLS 1.3, driven by libevent: frames out are collected and written
 * once per wake-up, frames in are handed over one by one, a lost connection is made again. It
 * resumes its TLS session then, as libcopay does. */
#ifndef REPLAY_CONNECTION_H
#define REPLAY_CONNECTION_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdbool.h>

#include "base/bytes.h"

/* Where the daemon is. */
struct address {
    struct sockaddr_storage socket;
    socklen_t size;
    const char *port_file; /* read again before each connect: a restarted daemon may have moved;
                              NULL: the port stays */
};

/* Resolves; with a port file `port` is NULL. False: stderr says why. */
bool address_find(const char *host, const char *port, const char *port_file,
                  struct address *address);
/* The address as it is now; false: the port file cannot be read. */
bool address_now(const struct address *address, struct sockaddr_storage *socket);

/* A growing run of bytes; [from, to) is filled. */
struct stretch {
    uint8_t *data;
    size_t capacity, from, to;
};

enum connection_phase {
    CONNECTION_CLOSED,
    CONNECTION_CONNECTING,
    CONNECTION_SHAKING,
    CONNECTION_OPEN
};

struct connection;

struct connection_owner {
    void (*opened)(struct connection *connection);
    /* One envelope; borrowed until return. */
    void (*received)(struct connection *connection, struct slice envelope);
    /* It was open, or nearly; it is made again by itself unless `finished`. */
    void (*lost)(struct connection *connection);
};

struct connection {
    const struct connection_owner *owner;
    void *user;
    struct event_base *base;
    SSL_CTX *context;              /* borrowed */
    const struct address *address; /* borrowed */
    const char *server_name;
    bool fresh; /* every handshake is a full one */
    int fd;
    SSL *ssl;
    SSL_SESSION *session; /* of the last time it was open; NULL: none to resume */
    enum connection_phase phase;
    bool finished; /* stays closed once lost */
    bool deaf;     /* reads nothing */
    uint32_t backoff_ms;
    struct event read_event, write_event, again_event;
    struct stretch in, out;
    uint64_t opened_count, resumed_count, lost_count;
    char trouble[160]; /* why it was lost last, or could not open */
};

/* Who we are and whom we trust: files in dir/pki. NULL: stderr says why. */
SSL_CTX *connection_context(const char *dir, const char *name);

/* Fields up to fresh are the caller's to set before. */
void connection_start(struct connection *connection);
/* Collects; connection_flush() writes. */
void connection_put(struct connection *connection, const uint8_t *bytes, size_t size);
void connection_flush(struct connection *connection);
/* Hangs up at once and, unless finished, connects again after `after_ms`. */
void connection_drop(struct connection *connection, uint32_t after_ms);
/* Starts or stops reading. */
void connection_listen(struct connection *connection, bool on);
/* Of one that does not read: the peer has closed, or it is lost. */
bool connection_hung_up(const struct connection *connection);
/* Frees what it holds; owner is not called. */
void connection_end(struct connection *connection);

#endif
