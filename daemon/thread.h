/* Threads of this process: named, with signals left to the main thread. And the ways it ends. */
#ifndef DAEMON_THREAD_H
#define DAEMON_THREAD_H

#include <pthread.h>

#include "base/check.h"
#include "base/err.h"

/* Exit statuses; copayd(8) tells what to do about each. */
enum exit_status {
    EXIT_CLEAN = 0,
    EXIT_USAGE = 64,   /* wrong arguments */
    EXIT_REFUSED = 69, /* will not start: locked, damaged, cannot listen */
    EXIT_LEDGER = 70,  /* the ledger failed while serving; nothing more was answered */
    EXIT_AGAIN = 75,   /* start again: recovery or a rebuild will put it right */
    EXIT_CONFIG = 78,  /* the configuration has errors */
};

/* `name` has at most 15 characters. The watchdog looks after the thread under that name. */
enum err thread_start(pthread_t *thread, const char *name, void *(*run)(void *),
                      void *context) MUST_CHECK;
/* The watchdog's own. */
enum err thread_start_unwatched(pthread_t *thread, const char *name, void *(*run)(void *),
                                void *context) MUST_CHECK;

/* Ends the process at once, answering nothing more. The reason has been logged. */
void process_end(enum exit_status status) __attribute__((noreturn));

#endif
