/* Everything that a run drives, made from its plan: world, bills, institutions, terminals. */
#ifndef REPLAY_CREW_H
#define REPLAY_CREW_H

#include "run.h"
#include "site.h"

struct crew {
    const struct run_plan *plan;
    struct world *world;
    struct bills bills;
    struct traffic traffic;
    struct sites sites;
    struct address address;
    char port_file[1100];
    struct event_base *base;
    struct lane *lanes; /* plan->connections of them, not started */
    struct desk *desks; /* of the same number */
    struct lane_counts counts;
};

/* Whatever it returns, crew_tear_down() ends it. False: stderr says why. */
bool crew_set_up(struct crew *crew, const struct run_plan *plan, const struct lane_owner *owner,
                 void *user);
void crew_start(struct crew *crew);
/* Writes what all lanes have collected. */
void crew_flush(struct crew *crew);
void crew_tear_down(struct crew *crew);

/* A terminal's number that no other run has: the running tallies of these channels are its own. */
void crew_dev_no(uint32_t index, char out[24]);

/* An event loop with precise timers. */
struct event_base *crew_event_base(void);

#endif
