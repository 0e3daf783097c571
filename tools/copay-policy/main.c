/* copay-policy: checks policy packs and runs cases against them, offline. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "run.h"

#define COUNT_MAX 99 /* an exit status above it would not be a count */
#define STATUS_USAGE 100

static const char usage[] =
    "usage: copay-policy check DIR|FILE\n"
    "       copay-policy run [--quiet] POLICY CASE...\n"
    "\n"
    "check   reads a region's folder (policy.yaml, catalogue.csv, institutions.csv), a folder of\n"
    "        versions without tables, or a policy file alone, and prints every fault with file,\n"
    "        line and key, or a summary of its layers. Exit status: the number of faults, at most\n"
    "        99.\n"
    "run     adjudicates cases with the daemon's own code against POLICY (a folder or a file),\n"
    "        explains each settlement line by line and clause by clause, and compares it with\n"
    "        what the case expects. A CASE may be a folder of cases. Exit status: the number of\n"
    "        mismatches, at most 99. With --quiet only mismatches are printed. The last line is\n"
    "        \"N passed, N failed\".\n"
    "\n"
    "example: copay-policy check conf/regions/431000-chenzhou\n"
    "         copay-policy run tests/cases/jiamusi/policy.yaml tests/cases/jiamusi\n"
    "\n"
    "Exit status 100: the command line was not understood. See copay-policy(1).\n";

static int status_of(unsigned count)
{
    return count > COUNT_MAX ? COUNT_MAX : (int)count;
}

static int run(const char *policy, char *const cases[], int count, bool quiet)
{
    struct pack *pack;
    struct run_report report = {0};
    unsigned faults = check_load(policy, &pack);
    if (faults)
        return status_of(faults);
    for (int i = 0; i < count; i++)
        run_cases(pack, policy, cases[i], quiet, &report);
    pack_free(pack);
    printf("%u passed, %u failed\n", report.passed, report.failed);
    return status_of(report.mismatches);
}

int main(int argc, char *argv[])
{
    static const struct option options[] = {
        {"help", no_argument, NULL, 'h'}, {"quiet", no_argument, NULL, 'q'}, {0}};
    bool quiet = false;
    int option;
    while ((option = getopt_long(argc, argv, "hq", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return 0;
        }
        if (option != 'q')
            return STATUS_USAGE;
        quiet = true;
    }
    int words = argc - optind;
    char *const *word = argv + optind;
    if (words == 2 && strcmp(word[0], "check") == 0)
        return status_of(check_pack(word[1]));
    if (words >= 3 && strcmp(word[0], "run") == 0)
        return run(word[1], word + 2, words - 2, quiet);
    fputs(usage, stderr);
    return STATUS_USAGE;
}
