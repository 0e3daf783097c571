/* The rows of an ImportMembers command. */
#ifndef WIRE_MEMBERS_H
#define WIRE_MEMBERS_H

#include "admin.pb-c.h"
#include "base/arena.h"
#include "model/command.h"
#include "model/problem.h"

/* Fills command's import fields. Every problem names the row (as its label) and the field.
 * ERR_INVALID when it added problems, ERR_NOMEM when the arena is exhausted. */
enum err members_read(const Copay__Admin__ImportMembers *import, struct arena *arena,
                      struct command *command, struct problems *problems) MUST_CHECK;

#endif
