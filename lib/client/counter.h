/* What an answer to an operator at a counter must say. Inside lib/client only. */
#ifndef CLIENT_COUNTER_H
#define CLIENT_COUNTER_H

#include "copay.pb-c.h"

/* Of a done answer: NULL, or what is wrong, in static English. */
const char *counter_check(const Copay__Request *request, const Copay__Reply *reply);

#endif
