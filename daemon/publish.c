/* Both ways are errands of /bin/sh -c, each one at a time, with the text on its standard input and
 * COPAYD_REGION in its environment; what they print goes to the daemon's log stream. The file too
 * is written by a child, for it may lie on a disk that hangs, and the signer must not hang with it.
 *
 * An errand that has not ended after ERRAND_MS is killed with its group; until it is really gone no
 * new one is sent. One that failed is sent again, with the newest text. */
#include "daemon/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define ERRAND_MS 30000
#define LAST_WAIT_MS 2000
#define ENVIRONMENT_MAX 64
#define PLACE "{region}"
/* Replaced whole; anybody may read what anybody may check. */
#define WRITE_FILE                                                                                 \
    "umask 022; rm -f \"$COPAYD_FILE.tmp\"; cat >\"$COPAYD_FILE.tmp\" && "                         \
    "sync \"$COPAYD_FILE.tmp\" && mv -fT \"$COPAYD_FILE.tmp\" \"$COPAYD_FILE\""

extern char **environ;

void publish_begin(struct publish *publish, const struct config *config, const char *region)
{
    *publish = (struct publish){.config = config, .region = region};
    const char *file = config->publish_file, *place = strstr(file, PLACE);
    int head = place ? (int)(place - file) : (int)strlen(file);
    (void)snprintf(publish->file, sizeof publish->file, "%.*s%s%s", head, file, place ? region : "",
                   place ? place + strlen(PLACE) : "");
    if (publish->file[0])
        publish->errands[publish->count++] = (struct errand){"file", WRITE_FILE};
    if (config->publish_command[0])
        publish->errands[publish->count++] = (struct errand){"command", config->publish_command};
    /* The first head is published at once. */
    for (size_t i = 0; i < publish->count; i++)
        publish->errands[i].began_ms = INT64_MIN / 2;
}

void publish_offer(struct publish *publish, const struct signed_head *head)
{
    head_format(head, publish->text);
    for (size_t i = 0; i < publish->count; i++)
        publish->errands[i].wanted = true;
}

static void complain(const struct publish *publish, const char *what, const char *why)
{
    log_event(LOG_ERROR, "publish_failed", "region=%s what=%s error=\"%s\"", publish->region, what,
              why);
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

static int send_out(const struct publish *publish, struct errand *errand)
{
    char region[32], file[sizeof publish->file + 16];
    char *environment[ENVIRONMENT_MAX];
    size_t count = 0;
    int ends[2];
    (void)snprintf(region, sizeof region, "COPAYD_REGION=%s", publish->region);
    (void)snprintf(file, sizeof file, "COPAYD_FILE=%s", publish->file);
    environment[count++] = region;
    environment[count++] = file;
    for (char **e = environ; *e && count + 1 < ENVIRONMENT_MAX; e++)
        environment[count++] = *e;
    environment[count] = NULL;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    /* The text is smaller than any pipe: this never waits, and there is a reader. */
    size_t size = strlen(publish->text);
    bool written = write(ends[1], publish->text, size) == (ssize_t)size;
    close(ends[1]);
    int failed = written ? spawn(errand->command, environment, ends[0], &errand->child) : EIO;
    close(ends[0]);
    return failed;
}

static void begin(const struct publish *publish, struct errand *errand, int64_t mono_ms)
{
    errand->began_ms = mono_ms;
    errand->wanted = errand->killed = false;
    int failed = send_out(publish, errand);
    if (failed) {
        errand->child = 0;
        errand->wanted = true;
        complain(publish, errand->what, strerror(failed));
    }
}

/* A child that was killed may still hang in the kernel: it is never waited for. */
static void look_after(const struct publish *publish, struct errand *errand, int64_t mono_ms)
{
    int status = 0;
    if (errand->child == 0)
        return;
    pid_t ended = waitpid(errand->child, &status, WNOHANG);
    if (ended == 0) {
        if (!errand->killed && mono_ms - errand->began_ms > ERRAND_MS) {
            errand->killed = true;
            (void)kill(-errand->child, SIGKILL);
            complain(publish, errand->what, "killed: it did not end in time");
        }
        return;
    }
    errand->child = 0;
    if (ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return;
    errand->wanted = true;
    if (!errand->killed)
        complain(publish, errand->what,
                 ended < 0 ? strerror(errno) : "it ended with an error; it is sent again");
}

/* What is under way is waited for, and the newest text sent once behind it. */
static void wait_for_last(struct publish *publish)
{
    bool sent[ARRAY_LEN(publish->errands)] = {false}, busy;
    int64_t now_ms = clock_mono_ms(), until_ms = now_ms + LAST_WAIT_MS;
    do {
        busy = false;
        for (size_t i = 0; i < publish->count; i++) {
            struct errand *errand = &publish->errands[i];
            look_after(publish, errand, now_ms);
            if (errand->child == 0 && errand->wanted && !sent[i]) {
                sent[i] = true;
                begin(publish, errand, now_ms);
            }
            busy |= errand->child != 0;
        }
        if (busy)
            (void)usleep(10000);
        now_ms = clock_mono_ms();
    } while (busy && now_ms < until_ms);
    for (size_t i = 0; i < publish->count; i++)
        if (publish->errands[i].child)
            complain(publish, publish->errands[i].what,
                     "the daemon ends before it: the last head may not be published");
}

void publish_turn(struct publish *publish, int64_t mono_ms, bool last)
{
    int64_t interval_ms = publish->config->publish_seconds * 1000;
    for (size_t i = 0; i < publish->count; i++) {
        struct errand *errand = &publish->errands[i];
        look_after(publish, errand, mono_ms);
        if (!last && errand->wanted && errand->child == 0 &&
            mono_ms - errand->began_ms >= interval_ms)
            begin(publish, errand, mono_ms);
    }
    if (last)
        wait_for_last(publish);
}
