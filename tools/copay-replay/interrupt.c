/* Signals as events. One thread. */
#include "interrupt.h"

#include <signal.h>

void interrupt_begin(struct interrupt *interrupt, struct event_base *base, event_callback_fn told,
                     void *user)
{
    static const int signals[2] = {SIGINT, SIGTERM};
    for (int i = 0; i < 2; i++) {
        event_assign(&interrupt->events[i], base, signals[i], EV_SIGNAL | EV_PERSIST, told, user);
        event_add(&interrupt->events[i], NULL);
    }
}

void interrupt_end(struct interrupt *interrupt)
{
    for (int i = 0; i < 2; i++)
        event_del(&interrupt->events[i]);
}
