/* Starting threads and ending the process. Called from any thread. */
#include "daemon/thread.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/pulse.h"

struct start {
    char name[PULSE_NAME];
    void *(*run)(void *);
    void *context;
};

static void *run_watched(void *argument)
{
    struct start start = *(struct start *)argument;
    free(argument);
    pulse_begin(start.name);
    void *result = start.run(start.context);
    pulse_end();
    return result;
}

enum err thread_start_unwatched(pthread_t *thread, const char *name, void *(*run)(void *),
                                void *context)
{
    sigset_t all, before;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return ERR_IO;
    int failed = pthread_create(thread, NULL, run, context);
    CHECK(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    if (failed)
        return ERR_NOMEM;
    (void)pthread_setname_np(*thread, name);
    return ERR_OK;
}

enum err thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *context)
{
    struct start *start = malloc(sizeof *start);
    if (!start)
        return ERR_NOMEM;
    *start = (struct start){.run = run, .context = context};
    (void)snprintf(start->name, sizeof start->name, "%s", name);
    enum err err = thread_start_unwatched(thread, name, run_watched, start);
    if (err)
        free(start);
    return err;
}

void process_end(enum exit_status status)
{
    /* Neither atexit handlers nor stdio: another thread may hold any lock. */
    _exit((int)status);
}
