/* Who may do what: one table, asked for every message (design decision 11). Pure; gate thread. */
#ifndef DAEMON_AUTHORITY_H
#define DAEMON_AUTHORITY_H

#include "base/reason.h"
#include "daemon/identity.h"
#include "model/command.h"
#include "model/request.h"

/* REASON_NONE, SENDER_MISMATCH or NOT_AUTHORISED. */
enum reason authority_request(const struct sender *sender, const struct request *request);
enum reason authority_command(const struct sender *sender, const struct command *command);

#endif
