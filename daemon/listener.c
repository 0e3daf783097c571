/* The listening socket.
 *
 * At the cap on connections it stops accepting until one closes, at that on handshakes for a
 * moment; the rest waits in the backlog.
 * When descriptors run out the backlog would keep the socket readable and the loop spinning: the
 * spare descriptor is given up to turn one peer away, and accepting pauses for a moment. */
#include "daemon/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/folder.h"
#include "daemon/greeter.h"

#define BACKLOG 1024
/* Connections accepted before others get their turn. */
#define TURN_ACCEPTS_MAX 64
#define PAUSE_ERROR_MS 1000
#define PAUSE_BUSY_MS 20

/* 0: until somebody leaves. */
static void pause_accepting(struct listener *listener, int ms)
{
    const struct timeval pause = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    listener->paused = true;
    listener->timed = ms > 0;
    (void)event_del(listener->accept_event);
    if (ms > 0)
        (void)event_add(listener->resume_event, &pause);
}

static void resume(struct listener *listener)
{
    listener->paused = false;
    (void)event_add(listener->accept_event, NULL);
}

void listener_resume(struct listener *listener)
{
    if (listener->paused && !listener->timed && listener->fd >= 0)
        resume(listener);
}

static void on_resume(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    resume(context);
}

/* So that the backlog moves. */
static void turn_one_away(struct listener *listener)
{
    if (listener->spare_fd >= 0)
        close(listener->spare_fd);
    int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    listener->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void on_accept(evutil_socket_t socket, short what, void *context)
{
    struct greeter *greeter = context;
    struct listener *listener = &greeter->listener;
    (void)what;
    for (int i = 0; i < TURN_ACCEPTS_MAX; i++) {
        enum greeting greeting = greeter_room(greeter);
        if (greeting != GREETING_WELCOME) {
            pause_accepting(listener, greeting == GREETING_BUSY ? PAUSE_BUSY_MS : 0);
            return;
        }
        int fd = accept4(socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            greeter_greet(greeter, fd);
            continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return;
        if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO)
            continue;
        log_event(LOG_WARNING, "accept_paused", "error=\"%s\"", strerror(errno));
        if (errno == EMFILE || errno == ENFILE)
            turn_one_away(listener);
        pause_accepting(listener, PAUSE_ERROR_MS);
        return;
    }
}

static int bind_one(const struct addrinfo *address)
{
    int on = 1;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int failure = errno;
    close(fd);
    errno = failure;
    return -1;
}

static int bind_listener(const struct config *config)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
    };
    char port[8];
    struct addrinfo *addresses;
    (void)snprintf(port, sizeof port, "%d", (int)config->port);
    int wrong = getaddrinfo(config->address, port, &hints, &addresses);
    if (wrong) {
        log_event(LOG_ERROR, "listen_refused", "address=\"%s\" error=\"%s\"", config->address,
                  gai_strerror(wrong));
        return -1;
    }
    int fd = bind_one(addresses);
    if (fd < 0)
        log_event(LOG_ERROR, "listen_refused", "address=\"%s\" port=%s error=\"%s\"",
                  config->address, port, strerror(errno));
    freeaddrinfo(addresses);
    return fd;
}

static enum err publish_port(struct listener *listener, const struct config *config)
{
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    if (getsockname(listener->fd, (struct sockaddr *)&bound, &size) != 0)
        return ERR_IO;
    listener->port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                                       : ((struct sockaddr_in *)&bound)->sin_port);
    if (!config->port_file[0])
        return ERR_OK;
    char text[8];
    int length = snprintf(text, sizeof text, "%u\n", listener->port);
    enum err err = folder_write(config->port_file, text, (size_t)length);
    if (err)
        log_event(LOG_ERROR, "port_file_refused", "file=\"%s\" error=\"%s\"", config->port_file,
                  err_text(err));
    return err;
}

enum err listener_open(struct listener *listener, struct greeter *greeter)
{
    listener->spare_fd = -1;
    listener->fd = bind_listener(greeter->config);
    if (listener->fd < 0)
        return ERR_IO;
    listener->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    listener->accept_event =
        event_new(greeter->base, listener->fd, EV_READ | EV_PERSIST, on_accept, greeter);
    listener->resume_event = evtimer_new(greeter->base, on_resume, listener);
    if (!listener->accept_event || !listener->resume_event ||
        event_add(listener->accept_event, NULL) != 0)
        return ERR_NOMEM;
    return publish_port(listener, greeter->config);
}

void listener_close(struct listener *listener)
{
    if (listener->accept_event)
        event_free(listener->accept_event);
    if (listener->resume_event)
        event_free(listener->resume_event);
    listener->accept_event = listener->resume_event = NULL;
    if (listener->fd >= 0)
        close(listener->fd);
    if (listener->spare_fd >= 0)
        close(listener->spare_fd);
    listener->fd = listener->spare_fd = -1;
}
