/* The hand-over between threads.
 *
 * An owner that is at work looks again before it sleeps, so only a sleeping one costs a write(2).
 * It says `asleep` and then looks whether it was `called`; who wakes it says `called` and then
 * looks whether it is `asleep`: whichever comes second sees the other. It clears `called` before it
 * splices, so what is put after the splice calls it again. */
#include "daemon/inbox.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/pulse.h"

/* The queue orders memory with inline assembly that the thread sanitizer cannot see. */
#ifdef __SANITIZE_THREAD__
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#define HANDED_OVER(address) __tsan_release(address)
#define TAKEN_OVER(address) __tsan_acquire(address)
#else
#define HANDED_OVER(address) (void)(address)
#define TAKEN_OVER(address) (void)(address)
#endif

void parcels_append(struct parcels *parcels, struct parcel *parcel)
{
    parcel->next = NULL;
    if (parcels->last)
        parcels->last->next = parcel;
    else
        parcels->first = parcel;
    parcels->last = parcel;
}

void parcels_prepend(struct parcels *parcels, struct parcel *parcel)
{
    parcel->next = parcels->first;
    parcels->first = parcel;
    if (!parcels->last)
        parcels->last = parcel;
}

struct parcel *parcels_take(struct parcels *parcels)
{
    struct parcel *parcel = parcels->first;
    if (!parcel)
        return NULL;
    parcels->first = parcel->next;
    if (!parcels->first)
        parcels->last = NULL;
    parcel->next = NULL;
    return parcel;
}

enum err inbox_open(struct inbox *inbox)
{
    cds_wfcq_init(&inbox->head, &inbox->tail);
    atomic_init(&inbox->called, false);
    atomic_init(&inbox->asleep, false);
    inbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return inbox->fd < 0 ? ERR_IO : ERR_OK;
}

void inbox_close(struct inbox *inbox)
{
    if (inbox->fd < 0)
        return;
    close(inbox->fd);
    inbox->fd = -1;
    cds_wfcq_destroy(&inbox->head, &inbox->tail);
}

void inbox_put(struct inbox *inbox, struct parcel *parcel)
{
    cds_wfcq_node_init(&parcel->node);
    HANDED_OVER(&inbox->head);
    (void)cds_wfcq_enqueue(&inbox->head, &inbox->tail, &parcel->node);
}

void inbox_wake(struct inbox *inbox)
{
    atomic_store(&inbox->called, true);
    if (!atomic_load(&inbox->asleep) || !atomic_exchange(&inbox->asleep, false))
        return;
    uint64_t one = 1;
    ssize_t n;
    do
        n = write(inbox->fd, &one, sizeof one);
    while (n < 0 && errno == EINTR);
    CHECK(n == sizeof one);
}

bool inbox_doze(struct inbox *inbox)
{
    atomic_store(&inbox->asleep, true);
    return !atomic_load(&inbox->called);
}

void inbox_rise(struct inbox *inbox)
{
    atomic_store(&inbox->asleep, false);
}

void inbox_silence(struct inbox *inbox)
{
    uint64_t count;
    while (read(inbox->fd, &count, sizeof count) < 0 && errno == EINTR)
        ;
}

void inbox_wait(struct inbox *inbox, int timeout_ms)
{
    struct pollfd ready = {.fd = inbox->fd, .events = POLLIN};
    pulse_rest();
    if (inbox_doze(inbox) && timeout_ms != 0 && poll(&ready, 1, timeout_ms) > 0)
        inbox_silence(inbox);
    inbox_rise(inbox);
    pulse_beat();
}

void inbox_take(struct inbox *inbox, struct parcels *parcels)
{
    atomic_store(&inbox->called, false);
    pulse_beat();
    if (cds_wfcq_empty(&inbox->head, &inbox->tail))
        return;

    struct cds_wfcq_head head;
    struct cds_wfcq_tail tail;
    cds_wfcq_init(&head, &tail);
    (void)__cds_wfcq_splice_blocking(&head, &tail, &inbox->head, &inbox->tail);
    TAKEN_OVER(&inbox->head);
    struct cds_wfcq_node *node, *next;
    __cds_wfcq_for_each_blocking_safe(&head, &tail, node, next)
    {
        parcels_append(parcels, (struct parcel *)node);
    }
    cds_wfcq_destroy(&head, &tail);
}
