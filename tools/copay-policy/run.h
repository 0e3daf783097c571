/* Runs cases offline through the daemon's own adjudicator and compares. */
#ifndef COPAY_POLICY_RUN_H
#define COPAY_POLICY_RUN_H

#include <stdbool.h>

#include "base/arena.h"
#include "policy/pack.h"

struct run_report {
    unsigned passed, failed; /* cases */
    unsigned mismatches;     /* figures and refusals that differ, and faults of case files */
};

/* One case file, or the cases of a folder (its *.yaml but the versions of a policy, in order of
 * name); prints its explanation (unless quiet) and every mismatch. `policy` is the path that the
 * pack was read from. */
void run_cases(const struct pack *pack, const char *policy, const char *path, bool quiet,
               struct run_report *report);

#endif
