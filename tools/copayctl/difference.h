/* What a pack would have made otherwise, told: a line, a document, JSON, and sums of all. */
#ifndef COPAYCTL_DIFFERENCE_H
#define COPAYCTL_DIFFERENCE_H

#include <stdio.h>

#include "policy/pack.h"
#include "settle/impact.h"

/* One line of a list. */
void difference_print_line(const struct impact_entry *entry);
/* A document about one settlement: person, each fund, clause; `pack` has the clauses' texts. */
void difference_print_document(const struct pack *pack, const struct impact_entry *entry);
/* Of all that are not voided: each fund, and the persons. */
void difference_print_sums(const struct impact_report *report);
/* Sums and documents as one JSON object. False: memory is gone. */
bool difference_print_json(const char *region, const struct pack *pack,
                           const struct impact_report *report);

#endif
