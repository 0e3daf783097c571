/* The transactions of the national interface that are not done here: who asks for one is told its
 * name, so that nobody takes it for a slip of the number. Pure; any thread. */
#ifndef WIRE_NATIONAL_H
#define WIRE_NATIONAL_H

#include "model/problem.h"

/* Says why `infno`, which request.c does not serve, is refused. */
void national_refuse(const char *infno, struct problems *problems);

#endif
