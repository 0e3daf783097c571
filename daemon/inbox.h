/* How one thread hands work to another: a wait-free queue (liburcu's wfcqueue) and an eventfd that
 * wakes its owner, written to only while the owner sleeps. Put several, wake once; the owner takes
 * everything there is in one splice. */
#ifndef DAEMON_INBOX_H
#define DAEMON_INBOX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <urcu/wfcqueue.h>

#include "base/check.h"
#include "base/err.h"

enum parcel_kind {
    PARCEL_JOB,   /* a request or command, struct job */
    PARCEL_BATCH, /* records on their way to the ledger or back, struct batch */
};

/* The first member of what is handed over. Whoever took it owns it. */
struct parcel {
    struct cds_wfcq_node node;
    struct parcel *next;
    enum parcel_kind kind;
};

/* A plain list, for one thread. */
struct parcels {
    struct parcel *first, *last;
};
void parcels_append(struct parcels *parcels, struct parcel *parcel);
void parcels_prepend(struct parcels *parcels, struct parcel *parcel);
/* The first one, or NULL. */
struct parcel *parcels_take(struct parcels *parcels);

struct inbox {
    struct cds_wfcq_head head;
    _Alignas(64) struct cds_wfcq_tail tail;
    _Alignas(64) atomic_bool called; /* woken since the owner last took */
    atomic_bool asleep;
    int fd;
};

enum err inbox_open(struct inbox *inbox) MUST_CHECK;
void inbox_close(struct inbox *inbox);

/* Any thread. Takes the parcel; the owner sees it at its next turn after inbox_wake(). */
void inbox_put(struct inbox *inbox, struct parcel *parcel);
/* Any thread; also without a parcel, when some shared figure changed. */
void inbox_wake(struct inbox *inbox);

/* Owner: waits until woken or for timeout_ms; returns at once when woken since it last took. */
void inbox_wait(struct inbox *inbox, int timeout_ms);
/* Owner that waits for other descriptors too: before it waits for inbox->fd with them. False: it
 * has been woken since it last took and must not wait. In either case inbox_rise() follows. */
bool inbox_doze(struct inbox *inbox) MUST_CHECK;
void inbox_rise(struct inbox *inbox);
/* Owner, when inbox->fd is readable: makes it unreadable. */
void inbox_silence(struct inbox *inbox);
/* Owner: appends all that was put to `parcels`, in order. */
void inbox_take(struct inbox *inbox, struct parcels *parcels);

#endif
