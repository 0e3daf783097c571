/* What a run came to, as text and as JSON. */
#ifndef REPLAY_REPORT_H
#define REPLAY_REPORT_H

#include <stdio.h>

#include "run.h"

void report_text(const struct run_plan *plan, const struct run_result *result, FILE *out);
/* False: the file cannot be written; stderr says so. */
bool report_json(const struct run_plan *plan, const struct run_result *result, const char *path);

#endif
