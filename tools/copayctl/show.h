/* The short commands: clock confirm, look. */
#ifndef COPAYCTL_SHOW_H
#define COPAYCTL_SHOW_H

#include "ctl.h"

enum ctl_exit show_clock_confirm(struct ctl *ctl);
/* A look at a person is itself a record. */
enum ctl_exit show_person(struct ctl *ctl, const char *psn_no);

#endif
