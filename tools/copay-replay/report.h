/* What a run came to, as text and as JSON. */
#ifndef REPLAY_REPORT_H
#define REPLAY_REPORT_H

#include <stdio.h>

#include "audit.h"
#include "run.h"
#include "storm.h"

void report_text(const struct run_plan *plan, const struct run_result *result, FILE *out);
void report_audit(const struct audit_result *result, FILE *out);
void report_storm(enum storm_kind kind, const struct storm_result *result, FILE *out);
/* `audit` and `storm` may be NULL. False: the file cannot be written; stderr says so. */
bool report_json(const struct run_plan *plan, const struct run_result *result,
                 const struct audit_result *audit, const struct storm_result *storm,
                 const char *path);

#endif
