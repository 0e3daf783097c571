/* What an answer about an encounter must say. Inside lib/client only. */
#ifndef CLIENT_ENCOUNTER_H
#define CLIENT_ENCOUNTER_H

#include "copay.pb-c.h"

/* Of a done answer: NULL, or what is wrong, in static English. `s` is its settlement, or NULL. */
const char *encounter_check(const Copay__Request *request, const Copay__Reply *reply,
                            const Copay__Settlement *s);

#endif
