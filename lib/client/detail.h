/* Whether an answer to 3202 can be true. Inside lib/client only. */
#ifndef CLIENT_DETAIL_H
#define CLIENT_DETAIL_H

#include "copay.pb-c.h"

/* Of a done answer: NULL, or what is wrong, in static English. */
const char *detail_check(const Copay__StatementDetail *asked, const Copay__Reply *reply);

#endif
