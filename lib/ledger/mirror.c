/* The mirror's thread. It and the journal thread hand one piece of work to and fro under a mutex:
 * whose turn it is says who owns the fields. */
#include "ledger/mirror.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/log.h"
#include "ledger/disk.h"

enum turn { TURN_IDLE, TURN_BEGUN, TURN_DONE, TURN_STOP };

struct mirror {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum turn turn;
    int fd;
    struct slice bytes;
    uint64_t offset;
    enum err result;
};

static enum err serve(const struct mirror *mirror)
{
    enum err err = disk_append(mirror->fd, mirror->bytes.data, mirror->bytes.size, mirror->offset);
    const char *step = "write";
    if (!err) {
        err = disk_sync(mirror->fd);
        step = "sync";
    }
    if (err)
        log_event(LOG_ERROR, "mirror_failed", "step=%s error=\"%s\"", step, err_text(err));
    return err;
}

static void *run(void *context)
{
    struct mirror *mirror = context;
    pthread_mutex_lock(&mirror->lock);
    for (;;) {
        while (mirror->turn != TURN_BEGUN && mirror->turn != TURN_STOP)
            pthread_cond_wait(&mirror->changed, &mirror->lock);
        if (mirror->turn == TURN_STOP)
            break;
        pthread_mutex_unlock(&mirror->lock);
        enum err err = serve(mirror);
        pthread_mutex_lock(&mirror->lock);
        mirror->result = err;
        mirror->turn = TURN_DONE;
        pthread_cond_broadcast(&mirror->changed);
    }
    pthread_mutex_unlock(&mirror->lock);
    return NULL;
}

/* Signals are for the program's own threads. */
static int start_thread(struct mirror *mirror)
{
    sigset_t all, before;
    sigfillset(&all);
    CHECK(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    int failed = pthread_create(&mirror->thread, NULL, run, mirror);
    CHECK(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    return failed;
}

static void discard(struct mirror *mirror)
{
    pthread_mutex_destroy(&mirror->lock);
    pthread_cond_destroy(&mirror->changed);
    free(mirror);
}

enum err mirror_start(struct mirror **out)
{
    struct mirror *mirror = calloc(1, sizeof(*mirror));
    if (!mirror)
        return ERR_NOMEM;
    CHECK(pthread_mutex_init(&mirror->lock, NULL) == 0);
    CHECK(pthread_cond_init(&mirror->changed, NULL) == 0);
    if (start_thread(mirror)) {
        discard(mirror);
        return ERR_NOMEM;
    }
    (void)pthread_setname_np(mirror->thread, "mirror");
    *out = mirror;
    return ERR_OK;
}

void mirror_stop(struct mirror *mirror)
{
    if (!mirror)
        return;
    pthread_mutex_lock(&mirror->lock);
    while (mirror->turn == TURN_BEGUN)
        pthread_cond_wait(&mirror->changed, &mirror->lock);
    mirror->turn = TURN_STOP;
    pthread_cond_broadcast(&mirror->changed);
    pthread_mutex_unlock(&mirror->lock);
    CHECK(pthread_join(mirror->thread, NULL) == 0);
    discard(mirror);
}

void mirror_begin(struct mirror *mirror, int fd, struct slice bytes, uint64_t offset)
{
    pthread_mutex_lock(&mirror->lock);
    CHECK(mirror->turn == TURN_IDLE);
    mirror->fd = fd;
    mirror->bytes = bytes;
    mirror->offset = offset;
    mirror->turn = TURN_BEGUN;
    pthread_cond_broadcast(&mirror->changed);
    pthread_mutex_unlock(&mirror->lock);
}

enum err mirror_wait(struct mirror *mirror)
{
    pthread_mutex_lock(&mirror->lock);
    CHECK(mirror->turn == TURN_BEGUN || mirror->turn == TURN_DONE);
    while (mirror->turn != TURN_DONE)
        pthread_cond_wait(&mirror->changed, &mirror->lock);
    mirror->turn = TURN_IDLE;
    enum err err = mirror->result;
    pthread_mutex_unlock(&mirror->lock);
    return err;
}
