/* Publishing the newest signed head: to a file, to a command's standard input, or both. What stands
 * outside the machine cannot be cut together with the ledger. Signer thread. */
#ifndef DAEMON_PUBLISH_H
#define DAEMON_PUBLISH_H

#include <sys/types.h>

#include "daemon/config.h"
#include "ledger/head.h"

/* One way of publishing, and its child. */
struct errand {
    const char *what, *command;
    pid_t child;      /* 0: none */
    int64_t began_ms; /* monotonic: the present child, or the last one */
    bool wanted;      /* the text has not been published this way, nor is it being */
    bool killed;
};

struct publish {
    const struct config *config;
    const char *region;
    char file[CONFIG_PATH_MAX + 1]; /* "": none */
    char text[HEAD_TEXT_MAX];
    struct errand errands[2];
    size_t count;
};

/* Borrows config and region. */
void publish_begin(struct publish *publish, const struct config *config, const char *region);
void publish_offer(struct publish *publish, const struct signed_head *head);
/* Publishes what is due, or everything when it is the last turn, and looks after what was sent.
 * Never waits for a disk or a child, but for the last one, and then not long. */
void publish_turn(struct publish *publish, int64_t mono_ms, bool last);

#endif
