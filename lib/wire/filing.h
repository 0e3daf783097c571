/* Filings and 2001 on the wire. Inside lib/wire only. */
#ifndef WIRE_FILING_H
#define WIRE_FILING_H

#include "admin.pb-c.h"
#include "copay.pb-c.h"
#include "model/command.h"
#include "model/problem.h"
#include "model/reply.h"

/* Whichever of filing, filing_name, filing_query and entitlement_query is there. */
void filing_read(const Copay__Request *m, struct request *out, struct problems *problems);
/* An operator's command of the filing_ ones. ERR_NOMEM. */
enum err filing_read_command(const Copay__Admin__Command *m, struct arena *arena,
                             struct command *out, struct problems *problems) MUST_CHECK;

/* Each filing of the reply as a packed FilingState; `bytes` has room for them. */
enum err filing_pack(const struct reply *reply, struct arena *arena,
                     struct slice bytes[FILINGS_MAX]) MUST_CHECK;

#endif
