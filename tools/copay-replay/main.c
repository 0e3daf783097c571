/* copay-replay: makes a world of invented people and institutions, and drives a copayd with their
 * traffic, measured. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/output.h"
#include "options.h"
#include "recording.h"
#include "report.h"

static struct run_result result;

static int prepare(const struct options *o)
{
    return world_prepare(&o->world) ? EXIT_FINE : EXIT_CANNOT;
}

/* Reports, and compares the book when that was asked for; what fails stops nothing after it. */
static int conclude(const struct options *o, struct book *book)
{
    struct audit_result audit = {0};
    report_text(&o->run, &result, stdout);
    fflush(stdout);
    bool whole = !o->book || book_write(book, o->book);
    bool audited = o->run.books && audit_book(&o->run, book, &audit);
    if (audited)
        report_audit(&audit, stdout);
    whole = whole && audited == o->run.books;
    if (o->json && !report_json(&o->run, &result, audited ? &audit : NULL, NULL, o->json))
        whole = false;
    if (audit.differences)
        return EXIT_DIFFERS;
    if (!whole)
        return EXIT_CANNOT;
    if (result.interrupted)
        return EXIT_INTERRUPTED;
    return result.unknown || result.unsent ? EXIT_OPEN : EXIT_FINE;
}

static int run(struct options *o, bool play)
{
    struct book book = {.sample = o->sample};
    struct recording recording;
    if (o->run.books || o->book)
        o->run.book = &book;
    if (o->record && !recording_open(&recording, o->record))
        return EXIT_CANNOT;
    o->run.recording = o->record ? &recording : NULL;
    bool ran = play ? play_run(&o->play, &o->run, &result) : run_plan(&o->run, &result);
    bool recorded = !o->record || recording_close(&recording);
    int status = ran ? conclude(o, &book) : EXIT_CANNOT;
    if (!recorded && status != EXIT_DIFFERS)
        status = EXIT_CANNOT;
    book_free(&book);
    return status;
}

static int storm(const struct options *o)
{
    static struct storm_result stormy;
    if (!storm_run(o->storm, &o->run, &stormy))
        return stormy.calm.interrupted ? EXIT_INTERRUPTED : EXIT_CANNOT;
    report_storm(o->storm, &stormy, stdout);
    if (o->json && !report_json(&o->run, &stormy.storm, NULL, &stormy, o->json))
        return EXIT_CANNOT;
    return stormy.storm.interrupted ? EXIT_INTERRUPTED : EXIT_FINE;
}

static int books(const struct options *o)
{
    struct book book = {0};
    struct audit_result audit;
    int status = EXIT_CANNOT;
    if (book_read(&book, o->book) && audit_book(&o->run, &book, &audit)) {
        report_audit(&audit, stdout);
        status = audit.differences ? EXIT_DIFFERS : EXIT_FINE;
    }
    book_free(&book);
    return status;
}

/* Thousands of terminals are more files than a shell allows unasked. */
static void allow_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int serve(int argc, char *argv[])
{
    static struct options options;
    signal(SIGPIPE, SIG_IGN);
    allow_files();
    if (!options_read(&options, argc, argv)) {
        fputs(options_usage, stderr);
        return EXIT_USAGE;
    }
    if (options.help) {
        fputs(options_usage, stdout);
        return EXIT_FINE;
    }
    if (strcmp(options.command, "prepare") == 0)
        return prepare(&options);
    if (strcmp(options.command, "books") == 0)
        return books(&options);
    if (options.storm)
        return storm(&options);
    return run(&options, strcmp(options.command, "play") == 0);
}

int main(int argc, char *argv[])
{
    return output_end("copay-replay", serve(argc, argv), EXIT_CANNOT);
}
