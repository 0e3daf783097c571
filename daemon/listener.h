/* Accepts connections. Gate thread. */
#ifndef DAEMON_LISTENER_H
#define DAEMON_LISTENER_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/err.h"

struct gate;

struct listener {
    int fd, spare_fd;
    uint16_t port; /* as bound */
    struct event *accept_event, *resume_event;
    bool paused;
};

/* Binds and listens at config's address; writes the port file. Logs what is wrong. */
enum err listener_open(struct gate *gate) MUST_CHECK;
void listener_close(struct listener *listener);
/* A connection has been closed: there may be room again. */
void listener_resume(struct listener *listener);

#endif
