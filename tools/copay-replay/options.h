/* The command line. */
#ifndef REPLAY_OPTIONS_H
#define REPLAY_OPTIONS_H

#include "play.h"
#include "run.h"
#include "storm.h"
#include "world.h"

enum exit_status {
    EXIT_FINE = 0,
    EXIT_DIFFERS = 1, /* the books do not agree */
    EXIT_CANNOT = 2,  /* files, certificates, no daemon */
    EXIT_OPEN = 3,    /* messages without a final answer, or never sent */
    EXIT_USAGE = 100,
    EXIT_INTERRUPTED = 130, /* Ctrl-C; the report is of what was until then */
};

struct options {
    bool help;
    const char *command, *json;
    struct world_plan world;
    struct run_plan run;
    struct play_plan play;
    enum storm_kind storm;
    const char *book, *record;
    uint32_t sample; /* of the book */
    char host[256];
};

extern const char options_usage[];

/* False: said what is not understood on stderr. Texts borrow from argv. */
bool options_read(struct options *options, int argc, char *argv[]);

#endif
