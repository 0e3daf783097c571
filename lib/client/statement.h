/* Whether an answer to 3201 adds up. Inside libcopay. */
#ifndef CLIENT_STATEMENT_H
#define CLIENT_STATEMENT_H

#include "copay.pb-c.h"

/* What is wrong with a done answer: static English text, or NULL. */
const char *statement_check(const Copay__Statement *asked, const Copay__Reply *reply);

#endif
