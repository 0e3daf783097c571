/* From a backup back to a region's folder, or only to the knowledge that it could be done. */
#ifndef COPAYCTL_RESTORE_H
#define COPAYCTL_RESTORE_H

#include "ctl.h"

/* `key`: file of the backup's secret key. */
enum ctl_exit restore_run(const char *dir, const char *to, const char *key);
/* Reads and checks all of a backup, and writes nothing. key NULL: only that every file is what was
 * written. */
enum ctl_exit restore_check(const char *dir, const char *key);

#endif
