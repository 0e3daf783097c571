/* filing enter, list, assess, approve, refuse, withdraw. */
#ifndef COPAYCTL_FILING_H
#define COPAYCTL_FILING_H

#include "ctl.h"

/* What `enter` may say beside kind, person and days; NULL: not given. */
struct filing_options {
    const char *category, *institution, *disease, *channel, *note;
};

/* The words behind "filing". CTL_USAGE: not understood. */
enum ctl_exit filing_run(struct ctl *ctl, char *const word[], int words,
                         const struct filing_options *options);

#endif
