/* copay-replay: makes a world of invented people and institutions, and drives a copayd with their
 * traffic, measured. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "options.h"
#include "report.h"

static int prepare(const struct options *o)
{
    return world_prepare(&o->world) ? EXIT_FINE : EXIT_CANNOT;
}

static int run(const struct options *o)
{
    static struct run_result result;
    if (!run_plan(&o->run, &result))
        return EXIT_CANNOT;
    report_text(&o->run, &result, stdout);
    if (o->json && !report_json(&o->run, &result, o->json))
        return EXIT_CANNOT;
    return result.unknown ? EXIT_OPEN : EXIT_FINE;
}

int main(int argc, char *argv[])
{
    static struct options options;
    signal(SIGPIPE, SIG_IGN);
    if (!options_read(&options, argc, argv)) {
        fputs(options_usage, stderr);
        return EXIT_USAGE;
    }
    if (options.help) {
        fputs(options_usage, stdout);
        return EXIT_FINE;
    }
    return strcmp(options.command, "prepare") == 0 ? prepare(&options) : run(&options);
}
