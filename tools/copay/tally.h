/* The running tally of a terminal, kept in a file over the runs of copay. */
#ifndef COPAY_TALLY_SHOW_H
#define COPAY_TALLY_SHOW_H

#include "client/copay.h"

/* Loads it; a difference is told on standard error when an answer shows it. No path: *out is NULL.
 * The caller's: tally_close(). */
bool tally_open(const char *path, struct copay_tally **out, struct copay_error *error);
/* Saves and frees. */
void tally_close(const char *path, struct copay_tally *tally);

/* Prints where each channel of the file stands. */
enum copay_status tally_show(const char *path);

#endif
