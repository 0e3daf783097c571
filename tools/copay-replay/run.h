/* A run: terminals, their schedule and what came of it. */
#ifndef REPLAY_RUN_H
#define REPLAY_RUN_H

#include "histogram.h"
#include "traffic.h"

struct book;
struct recording;

#define REASONS_MAX 10000

struct run_plan {
    const char *dir;
    const char *host, *port; /* NULL: localhost, and the port in dir/port as it is now */
    uint32_t connections, depth, lines, bills;
    uint32_t rate;    /* messages a second on a fixed schedule; 0: closed loop */
    uint64_t count;   /* messages to send; 0: by time */
    uint32_t seconds; /* measured, after warmup */
    uint32_t warmup, patience_ms;
    bool names, no_retry, progress;
    bool books;                    /* every message until it is final, written down */
    bool one_site;                 /* all terminals are one institution's */
    bool deaf;                     /* nothing is read */
    bool fresh;                    /* no TLS session is resumed */
    bool recorded;                 /* a recording sets the times */
    struct book *book;             /* NULL: none is kept */
    struct recording *recording;   /* NULL: none is made */
    void (*measuring)(void *user); /* the measured time begins; NULL */
    bool (*enough)(void *user);    /* it may end early; NULL: by time */
    void *user;
    struct mix mix;
    double site_exponent, member_exponent; /* 0: uniform */
};

struct run_result {
    uint64_t sent, done, refused, retry, unknown, lost, resent, retried, strays;
    uint64_t unsent; /* due on the schedule, and its terminal never had a free slot */
    bool interrupted;
    uint64_t reasons[REASONS_MAX]; /* of refusals and final retries */
    uint64_t kinds[KINDS];         /* finals */
    uint64_t measured;             /* finals inside the measured time */
    int64_t measured_us, cpu_us;   /* its length; our own CPU time in it */
    uint64_t closed;               /* of deaf connections, by the daemon */
    int64_t handshake_us;          /* from the first connect until every one was open */
    struct histogram latency;
};

/* A final answer's outcome and reason. */
void run_count(struct run_result *result, const struct slot *slot, const struct answer *answer);
/* CPU time of this process so far. */
int64_t run_cpu_us(void);

/* False: it could not start; stderr says why. */
bool run_plan(const struct run_plan *plan, struct run_result *result);

#endif
