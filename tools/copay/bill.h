/* An answer as text for people, in Chinese, with yuan. */
#ifndef COPAY_BILL_H
#define COPAY_BILL_H

#include <stdio.h>

#include "copay.pb-c.h"

/* The whole answer: bill, refusal, person or what a query found. `request` gives the items' names;
 * texts of clauses and layers come from the envelope. */
void bill_print(const Copay__Request *request, const Copay__Reply *reply,
                const Copay__ReplyEnvelope *envelope, FILE *out);

#endif
