/* Ctrl-C and SIGTERM while an event loop runs: they are events of it, so that the run ends in good
 * order and reports. Outside of the loop they kill as ever. */
#ifndef REPLAY_INTERRUPT_H
#define REPLAY_INTERRUPT_H

#include <event2/event.h>
#include <event2/event_struct.h>

struct interrupt {
    struct event events[2];
};

/* `told` is an event's callback and borrows `user` until interrupt_end(). */
void interrupt_begin(struct interrupt *interrupt, struct event_base *base, event_callback_fn told,
                     void *user);
void interrupt_end(struct interrupt *interrupt);

#endif
