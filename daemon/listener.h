/* Accepts connections. Greeter thread, once it runs. */
#ifndef DAEMON_LISTENER_H
#define DAEMON_LISTENER_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/err.h"

struct greeter;

struct listener {
    int fd, spare_fd;
    uint16_t port; /* as bound */
    struct event *accept_event, *resume_event;
    bool paused, timed; /* timed: not before resume_event */
};

/* Binds and listens at config's address; writes the port file. Logs what is wrong. */
enum err listener_open(struct listener *listener, struct greeter *greeter) MUST_CHECK;
void listener_close(struct listener *listener);
/* There may be room again. */
void listener_resume(struct listener *listener);

#endif
