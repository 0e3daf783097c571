/* Comparing a book with the daemon: every msgid by 5203, a sample by repeating it byte for byte,
 * and every channel's running tally link by link. */
#ifndef REPLAY_AUDIT_H
#define REPLAY_AUDIT_H

#include "book.h"
#include "run.h"

struct audit_result {
    uint64_t messages, done, refused, open; /* open: never answered; may be there or not */
    uint64_t open_found, repeated, channels, links, differences;
};

/* dir, host and port of the plan say which world and daemon. Prints each difference on stdout (the
 * first hundred). False: it could not be done; stderr says why. */
bool audit_book(const struct run_plan *plan, struct book *book, struct audit_result *result);

/* The tallies alone: no daemon is asked. */
void audit_tallies(struct book *book, struct audit_result *result);
/* One difference, printed and counted. */
void audit_differ(struct audit_result *result, const struct book_entry *entry, const char *what);

#endif
