/* What a claim is adjudicated from, as the state knows it. Inside lib/settle only. */
#ifndef SETTLE_FACTS_H
#define SETTLE_FACTS_H

#include "adjudicate/adjudicate.h"
#include "settle/previous.h"
#include "settle/turn.h"
#include "settle/years.h"

struct facts {
    struct person person;
    struct years before;
    struct adjudication in;
    struct previous_stay previous;
    struct filings filings; /* set where the policy asks for them */
};

/* Of the turn's claim, without its lines' sake: institution, policy, person, year and account. What
 * is not to be had, or contradicts it, is among the turn's problems, and `in` is then not whole. A
 * store's error. */
enum err facts_gather(struct turn *turn, struct facts *facts) MUST_CHECK;

#endif
