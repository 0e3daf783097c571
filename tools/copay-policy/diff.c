/* diff: what changed between two packs or versions, in the policy's words. */
#include "diff.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"
#include "commands.h"

#define STATUS_UNREADABLE 2

static void print_side(enum lang lang, const char *mark, const struct loaded *side)
{
    char from[DATE_TEXT];
    say(stdout, lang, "%s %s（%s，%s 起，摘要 %s）\n", "%s %s (%s, from %s, digest %s)\n", mark,
        side->path, side->policy->name, date_format(side->policy->begndate, from),
        pack_digest_text(side->pack));
}

static const char *version_of(enum lang lang, const struct pack *pack, const char *infno)
{
    const struct catalogue_source *source = sources_find(pack_catalogue_sources(pack), infno);
    return source ? source->ver : in_words(lang, "无", "none");
}

/* Which national files the catalogues come from. */
static unsigned diff_sources(enum lang lang, const struct pack *before, const struct pack *after)
{
    unsigned changes = 0;
    for (int side = 0; side < 2; side++) {
        const struct catalogue_sources *sources = pack_catalogue_sources(side ? after : before);
        for (uint8_t i = 0; i < sources->count; i++) {
            const char *infno = sources->list[i].infno;
            const char *was = version_of(lang, before, infno), *is = version_of(lang, after, infno);
            bool told = side && sources_find(pack_catalogue_sources(before), infno);
            if (told || strcmp(was, is) == 0)
                continue;
            say(stdout, lang, "  目录来源 %s：%s → %s\n", "  catalogue from %s: %s → %s\n", infno,
                was, is);
            changes++;
        }
    }
    return changes;
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

unsigned diff_version(enum lang lang, const struct loaded *before, const struct loaded *after)
{
    print_side(lang, "---", before);
    print_side(lang, "+++", after);
    return diff_rules(lang, before->policy, after->policy) +
           diff_clauses(lang, before->policy, after->policy);
}

unsigned diff_folders(enum lang lang, const struct loaded *before, const struct loaded *after,
                      unsigned *faults)
{
    return diff_sources(lang, before->pack, after->pack) + diff_tables(lang, before, after, faults);
}

static int compare(enum lang lang, const struct loaded *before, const struct loaded *after)
{
    unsigned faults = 0;
    unsigned changes = diff_version(lang, before, after);
    if (is_folder(before->path) && is_folder(after->path))
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
