/* A file is replaced whole, a command is /bin/sh -c, one at a time, with the text on its standard
 * input and COPAYD_REGION in its environment; what it prints goes to the daemon's log stream. One
 * that has not ended after COMMAND_MS is killed with its group. */
#include "daemon/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define COMMAND_MS 30000
#define LAST_WAIT_MS 2000
#define ENVIRONMENT_MAX 64
#define PLACE "{region}"

extern char **environ;

void publish_begin(struct publish *publish, const struct config *config, const char *region)
{
    *publish = (struct publish){.config = config, .region = region};
    const char *file = config->publish_file, *place = strstr(file, PLACE);
    int head = place ? (int)(place - file) : (int)strlen(file);
    (void)snprintf(publish->file, sizeof publish->file, "%.*s%s%s", head, file, place ? region : "",
                   place ? place + strlen(PLACE) : "");
    /* The first head is published at once. */
    publish->last_ms = INT64_MIN / 2;
}

void publish_offer(struct publish *publish, const struct signed_head *head)
{
    head_format(head, publish->text);
    publish->fresh = true;
}

static void complain(const struct publish *publish, const char *what, const char *why)
{
    log_event(LOG_ERROR, "publish_failed", "region=%s what=%s error=\"%s\"", publish->region, what,
              why);
}

/* Anybody may read what anybody may check. */
static bool put_text(const char *path, const char *text)
{
    size_t size = strlen(text);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return false;
    bool written =
        fchmod(fd, 0644) == 0 && write(fd, text, size) == (ssize_t)size && fdatasync(fd) == 0;
    return close(fd) == 0 && written;
}

static void to_file(const struct publish *publish)
{
    char temporary[sizeof publish->file + 8];
    (void)snprintf(temporary, sizeof temporary, "%s.tmp", publish->file);
    if (!put_text(temporary, publish->text) || rename(temporary, publish->file) != 0)
        complain(publish, "file", strerror(errno));
}

/* The daemon's threads block all signals, which a command must not inherit. */
static int spawn(const char *command, char *const environment[], int input, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    char *const words[] = {"sh", "-c", (char *)command, NULL};
    sigemptyset(&none);
    sigfillset(&defaults);
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (!failed) {
        failed = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
        if (!failed)
            failed = posix_spawnattr_setsigmask(&attributes, &none);
        if (!failed)
            failed = posix_spawnattr_setsigdefault(&attributes, &defaults);
        if (!failed)
            failed = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
                                                               POSIX_SPAWN_SETSIGDEF |
                                                               POSIX_SPAWN_SETPGROUP);
        if (!failed)
            failed = posix_spawn(child, "/bin/sh", &actions, &attributes, words, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static void to_command(struct publish *publish, int64_t mono_ms)
{
    char name[32];
    char *environment[ENVIRONMENT_MAX];
    size_t count = 0;
    int ends[2];
    (void)snprintf(name, sizeof name, "COPAYD_REGION=%s", publish->region);
    environment[count++] = name;
    for (char **e = environ; *e && count + 1 < ENVIRONMENT_MAX; e++)
        environment[count++] = *e;
    environment[count] = NULL;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        complain(publish, "command", strerror(errno));
        return;
    }
    /* The text is smaller than any pipe: this never waits, and there is a reader. */
    size_t size = strlen(publish->text);
    bool written = write(ends[1], publish->text, size) == (ssize_t)size;
    close(ends[1]);
    int failed =
        written ? spawn(publish->config->publish_command, environment, ends[0], &publish->child)
                : EIO;
    close(ends[0]);
    publish->began_ms = mono_ms;
    if (failed) {
        publish->child = 0;
        complain(publish, "command", strerror(failed));
    }
}

static void look_after(struct publish *publish, int64_t mono_ms)
{
    int status;
    if (publish->child == 0)
        return;
    if (mono_ms - publish->began_ms > COMMAND_MS) {
        (void)kill(-publish->child, SIGKILL);
        complain(publish, "command", "killed: it did not end in time");
        (void)waitpid(publish->child, &status, 0);
        publish->child = 0;
        return;
    }
    if (waitpid(publish->child, &status, WNOHANG) == 0)
        return;
    publish->child = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        complain(publish, "command", "it ended with an error");
}

static void wait_for_last(struct publish *publish)
{
    int64_t until_ms = clock_mono_ms() + LAST_WAIT_MS;
    while (publish->child && clock_mono_ms() < until_ms) {
        look_after(publish, clock_mono_ms());
        if (publish->child)
            (void)usleep(10000);
    }
}

void publish_turn(struct publish *publish, int64_t mono_ms, bool last)
{
    const struct config *config = publish->config;
    look_after(publish, mono_ms);
    bool due = last || mono_ms - publish->last_ms >= config->publish_seconds * 1000;
    if (publish->fresh && due && publish->child == 0) {
        publish->fresh = false;
        publish->last_ms = mono_ms;
        if (publish->file[0])
            to_file(publish);
        if (config->publish_command[0])
            to_command(publish, mono_ms);
    }
    if (last)
        wait_for_last(publish);
}
