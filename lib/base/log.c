/* Each line is one write(2), so lines of several threads never mix. */
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/utf8.h"

#define LINE_MAX_BYTES 1000

static _Atomic int minimum = LOG_INFO;
static _Atomic uint64_t dropped;

void log_set_level(enum log_level level)
{
    minimum = (int)level;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    if ((int)level < minimum)
        return;
    char line[LINE_MAX_BYTES + 2], when[DATE_TEXT];
    int length = snprintf(line, LINE_MAX_BYTES, "time=\"%s\" level=%s event=%.100s ",
                          date_format_time(clock_wall_ms(), when), names[level], event);
    va_list args;
    va_start(args, format);
    int more = vsnprintf(line + length, LINE_MAX_BYTES - (size_t)length, format, args);
    va_end(args);
    length += more < 0 ? 0 : more;
    if (length > LINE_MAX_BYTES - 1)
        length = (int)utf8_whole(line, LINE_MAX_BYTES - 1);
    for (int i = 0; i < length; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = '?'; /* a value from outside must not begin a line of its own */
    line[length++] = '\n';
    struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&ready, 1, 0) != 1 || write(STDERR_FILENO, line, (size_t)length) < 0)
        dropped++;
}

uint64_t log_dropped(void)
{
    return dropped;
}
