/* One connection with an operator's certificate, and the commands that go over it. */
#ifndef COPAYCTL_CTL_H
#define COPAYCTL_CTL_H

#include <stdbool.h>
#include <stdint.h>

#include "admin.pb-c.h"
#include "base/hash.h"
#include "base/id.h"
#include "client/copay.h"

/* Exit statuses of the program. */
enum ctl_exit {
    CTL_DONE = 0,
    CTL_REFUSED = 1,   /* refused, faults in the input, or differences found */
    CTL_NO_ANSWER = 2, /* not done, or nobody knows; may be tried again */
    CTL_FAILED = 3,    /* a file or a certificate cannot be used */
    CTL_USAGE = 100,
};

struct ctl {
    struct copay *copay;
    const char *region;
    uint32_t timeout_ms;
};

/* Sends one command under `msgid`. *reply is the caller's: ctl_free(); NULL when nothing that can
 * be read came back, which has been printed. CTL_DONE, CTL_REFUSED or CTL_NO_ANSWER. */
enum ctl_exit ctl_send(struct ctl *ctl, const char *msgid, Copay__Admin__Command *command,
                       Copay__Admin__CommandReply **reply);
void ctl_free(Copay__Admin__CommandReply *reply);
/* The same, and prints what refuses it. */
enum ctl_exit ctl_ask(struct ctl *ctl, const char *msgid, Copay__Admin__Command *command,
                      Copay__Admin__CommandReply **reply);
/* The same of a command whose reply says no more than whether it was done. */
enum ctl_exit ctl_tell(struct ctl *ctl, const char *msgid, Copay__Admin__Command *command);

/* A msgid of its own for each call: kind, a digest's beginning (NULL: none), number and moment.
 * What must not happen twice is keyed by content (file digest and row, pack digest and chunk). */
void ctl_msgid(char kind, const struct hash *digest, uint32_t number, char out[ID_MSGID + 1]);

/* Prints a reply's problems to stdout, each with file, row, field, 中文 and English; `file` names
 * those without one and may be NULL. Returns how many there were. */
uint32_t ctl_print_problems(const Copay__Admin__CommandReply *reply, const char *file);

#endif
