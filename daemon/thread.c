/* Starting threads and ending the process. Called from any thread. */
#include "daemon/thread.h"

#include <signal.h>
#include <unistd.h>

enum err thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *context)
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

void process_end(enum exit_status status)
{
    /* Neither atexit handlers nor stdio: another thread may hold any lock. */
    _exit((int)status);
}
