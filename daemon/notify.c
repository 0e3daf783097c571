/* By hand: the protocol is one datagram and promised to stay, and libsystemd would bring its whole
 * family of libraries (compression, cryptography) into a process that handles money. */
#include "daemon/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/money.h"

#define MESSAGE_MAX 512
#define WATCHDOG_MAX_US (INT64_C(86400) * 1000000)

static int notify_fd = -1;
static int64_t watchdog_ms;

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
        return -1;
    memcpy(address.sun_path, path, length);
    if (path[0] == '@')
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, size) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int64_t number(const char *text, int64_t max)
{
    int64_t value = 0;
    return text && money_parse(text, 0, max, &value) == ERR_OK && value > 0 ? value : 0;
}

void notify_open(void)
{
    const char *path = getenv("NOTIFY_SOCKET"), *pid = getenv("WATCHDOG_PID");
    if (path) {
        notify_fd = connect_to(path);
        if (notify_fd < 0)
            log_event(LOG_WARNING, "notify_refused", "socket=\"%s\"", path);
    }
    if (!pid || number(pid, INT32_MAX) == getpid())
        watchdog_ms = number(getenv("WATCHDOG_USEC"), WATCHDOG_MAX_US) / 1000;
    (void)unsetenv("NOTIFY_SOCKET");
    (void)unsetenv("WATCHDOG_PID");
    (void)unsetenv("WATCHDOG_USEC");
}

void notify_send(const char *format, ...)
{
    char message[MESSAGE_MAX];
    va_list args;
    if (notify_fd < 0)
        return;
    va_start(args, format);
    int length = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (length > 0 && length < MESSAGE_MAX)
        (void)send(notify_fd, message, (size_t)length, MSG_NOSIGNAL);
}

int64_t notify_watchdog_ms(void)
{
    return notify_fd >= 0 ? watchdog_ms : 0;
}
