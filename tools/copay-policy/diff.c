/* diff: what changed between two packs or versions, in the policy's words. */
#include <getopt.h>
#include <stdio.h>

#include "commands.h"
#include "review/diff.h"

#define STATUS_UNREADABLE 2

static int compare(enum lang lang, const struct loaded *before, const struct loaded *after)
{
    unsigned faults = 0;
    unsigned changes = diff_version(lang, before, after);
    if (load_is_folder(before->path) && load_is_folder(after->path))
        changes += diff_folders(lang, before, after, &faults);
    say(stdout, lang, "%u 处变化\n", "%u changes\n", changes);
    return faults ? STATUS_UNREADABLE : changes > 0;
}

int command_diff(int argc, char *argv[])
{
    static const struct option options[] = {{"lang", required_argument, NULL, 'l'}, {0}};
    static struct loaded before, after;
    enum lang lang = LANG_ZH;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        if (option != 'l' || !lang_parse(optarg, &lang))
            return STATUS_USAGE;
    if (argc - optind != 2)
        return STATUS_USAGE;
    unsigned faults = load_version(argv[optind], &before);
    faults += load_version(argv[optind + 1], &after);
    int status = faults ? STATUS_UNREADABLE : compare(lang, &before, &after);
    unload(&before);
    unload(&after);
    return status;
}
