/* Faults of the command line. */
#include "misuse.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>

bool misuse(const char *option, const char *zh, const char *en, ...)
{
    va_list args, again;
    va_start(args, en);
    va_copy(again, args);
    fprintf(stderr, "copay-policy: %s: ", option);
    vfprintf(stderr, zh, args);
    fputs(" / ", stderr);
    vfprintf(stderr, en, again);
    fputc('\n', stderr);
    va_end(again);
    va_end(args);
    return false;
}

bool misuse_value(const char *option, const char *found, const char *zh, const char *en)
{
    if (!found)
        return misuse(option, "缺少，应为%.0s%s%.0s", "missing, expected %.0s%.0s%s", "", zh, en);
    return misuse(option, "“%s”有误，应为%s%.0s", "found \"%s\", expected %.0s%s", found, zh, en);
}

bool misuse_option(char *argv[], int answer)
{
    const char *word = argv[optind - 1];
    if (answer == ':')
        return misuse(word, "缺少值", "its value is missing");
    return misuse(word, "没有这样的选项", "there is no such option");
}

bool misuse_packs(int count)
{
    return misuse("PACK", "有 %d 个政策包，应为一个", "found %d packs, expected one", count);
}
