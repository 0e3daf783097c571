/* copayctl import members: a whole dry run first, then the real run, from where it stopped. */
#ifndef COPAYCTL_IMPORT_H
#define COPAYCTL_IMPORT_H

#include "ctl.h"
#include "roster.h"

enum ctl_exit import_members(struct ctl *ctl, const struct roster_files *files);

#endif
