/* Collects and prints warnings. */
#include "review/warn.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

void warn(struct warnings *w, int line, const char *key, const char *zh, const char *en, ...)
{
    va_list args, again;
    if (w->count == WARNINGS_MAX) {
        w->more++;
        return;
    }
    struct warning *warning = &w->list[w->count++];
    *warning = (struct warning){.line = line, .key = key};
    va_start(args, en);
    va_copy(again, args);
    CHECK(vasprintf(&warning->zh, zh, args) >= 0);
    CHECK(vasprintf(&warning->en, en, again) >= 0);
    va_end(again);
    va_end(args);
}

static int compare_lines(const void *a, const void *b)
{
    return ((const struct warning *)a)->line - ((const struct warning *)b)->line;
}

static void warn_language(struct warnings *w)
{
    const int language = w->loaded->policy->language;
    if (language < POLICY_LANGUAGE)
        warn(w, source_key_line(&w->source, "language"), "language",
             "语言版本 %d 按 %d 读，请写 %d", "version %d is read as %d: write %d", language,
             POLICY_LANGUAGE, POLICY_LANGUAGE);
}

/* Between versions there is no gap: the last one's end is the pack's. */
unsigned warn_end(const struct pack *pack, int32_t today)
{
    const int32_t last = pack_version(pack, (uint8_t)(pack_version_count(pack) - 1))->enddate;
    char day[DATE_TEXT];
    if (!pack_policy(pack, today) || last - today >= WARN_ENDS_DAYS)
        return 0;
    date_format(last, day);
    printf("  警告：规则到 %s 为止，还有 %d 天，其后没有规则：把后续版本作为另一文件放进文件夹 / "
           "warning: the rules end on %s, in %d days, and none follow: add the next version as one "
           "more file\n",
           day, last - today, day, last - today);
    return 1;
}

unsigned warn_version(const char *path, struct pack *pack, const struct policy *policy)
{
    static struct warnings w;
    struct loaded loaded = {.pack = pack, .policy = policy, .day = policy->begndate};
    snprintf(loaded.path, sizeof loaded.path, "%s", path);
    w.loaded = &loaded;
    w.count = w.more = 0;
    source_open(path, policy, &w.source);
    warn_language(&w);
    warn_unreachable(&w);
    warn_gaps(&w);
    warn_jumps(&w);
    qsort(w.list, w.count, sizeof *w.list, compare_lines);
    for (uint32_t i = 0; i < w.count; i++) {
        printf("%s:%d: %s: 警告：%s / warning: %s\n", w.source.file, w.list[i].line, w.list[i].key,
               w.list[i].zh, w.list[i].en);
        free(w.list[i].zh);
        free(w.list[i].en);
    }
    if (w.more)
        printf("%s: 另有 %u 处警告 / %u more warnings\n", w.source.file, w.more, w.more);
    source_close(&w.source);
    return w.count + w.more;
}
