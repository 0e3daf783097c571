/* What an operator at a counter says besides bills -> struct request. Inside lib/wire only. */
#ifndef WIRE_COUNTER_H
#define WIRE_COUNTER_H

#include "copay.pb-c.h"
#include "model/request.h"

/* Where it was signed in stays in the record. */
void counter_read_sign_in(const Copay__SignIn *m, struct problems *problems);
void counter_read_sign_out(const Copay__SignOut *m, struct request *out, struct problems *problems);
/* Each query must say what it asks for, and nothing else. */
void counter_read_query(const Copay__Query *m, struct request *out, struct problems *problems);

#endif
