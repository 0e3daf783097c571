/* From the command line to a complete Request. */
#ifndef COPAY_REQUEST_H
#define COPAY_REQUEST_H

#include "base/arena.h"
#include "options.h"

#define REQUEST_FAULT_MAX 600

/* The message of the command; texts lie in the arena. False with a text for people in `fault`. */
bool request_make(const struct options *options, struct arena *arena, Copay__Request *request,
                  char fault[REQUEST_FAULT_MAX]);

/* A message's head alone, with a msgid of its own; for commands of several messages. */
bool request_head(const struct options *options, struct arena *arena, Copay__Request *request,
                  char fault[REQUEST_FAULT_MAX]);

#endif
