/* What changed between two packs or versions, in the policy's words. */
#include "review/diff.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"

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
    return diff_audit(lang, before->pack, after->pack) +
           diff_sources(lang, before->pack, after->pack) + diff_tables(lang, before, after, faults);
}
