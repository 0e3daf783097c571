/* A daemon's status: for people, and as metrics for Prometheus and its kin. Main thread. */
#ifndef COPAYCTL_STATUS_H
#define COPAYCTL_STATUS_H

#include "ctl.h"

/* The command: asks and prints, as metrics if so wanted. */
enum ctl_exit status_show(struct ctl *ctl, bool metrics);

void status_print(const Copay__Admin__StatusReply *status);
/* Prometheus' text exposition format, version 0.0.4, each with its region. */
void status_print_metrics(const Copay__Admin__StatusReply *status, const char *region);

#endif
