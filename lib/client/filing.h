/* What an answer about a filing must say. Inside lib/client only. */
#ifndef CLIENT_FILING_H
#define CLIENT_FILING_H

#include "copay.pb-c.h"

/* Of a done answer: NULL, or what is wrong, in static English. */
const char *filing_check(const Copay__Request *request, const Copay__Reply *reply);

#endif
