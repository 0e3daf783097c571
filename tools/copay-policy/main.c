/* copay-policy: the workbench of policy staff, offline: packs checked, explained, compared, printed
 * and tried out. */
#include <stdio.h>
#include <string.h>

#include "base/output.h"
#include "commands.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char *argv[]);
} commands[] = {
    {"check", command_check}, {"run", command_run},       {"explain", command_explain},
    {"diff", command_diff},   {"import", command_import}, {"table", command_table},
    {"quote", command_quote}, {"matrix", command_matrix},
};

static const char usage[] =
    "usage: copay-policy check [--province PROVINCE] PACK\n"
    "       copay-policy check PROVINCE\n"
    "       copay-policy run [--quiet] PACK CASE...\n"
    "       copay-policy explain [--lang zh|en] [--json] [--policy PACK] CASE...\n"
    "       copay-policy diff [--lang zh|en] PACK PACK\n"
    "       copay-policy import [--lang zh|en] [--dry-run] [--from DATE] [--late] PACK FILE...\n"
    "       copay-policy table [--lang zh|en] [--html] PACK\n"
    "       copay-policy quote [--lang zh|en] [--explain | --json | --case] [SCENARIO] PACK\n"
    "       copay-policy matrix [--lang zh|en] [--sweep INPUT] [--from N] [--to N] [--step N]\n"
    "                    [--svg FILE] [SCENARIO] PACK\n";

static const char help[] =
    "\n"
    "A PACK is a region's folder (policy.yaml, catalogue.csv, institutions.csv), a folder of\n"
    "versions without tables, or a policy file alone; PACK@DATE is the version of that day. A "
    "CASE\n"
    "is a file, or a folder of cases.\n"
    "\n"
    "check   prints every fault with file, line and key, or a summary of the layers; with a\n"
    "        PROVINCE, a folder with province.yaml, also each key that it locks and the pack sets\n"
    "        otherwise. Exit status: the number of faults, at most 99.\n"
    "run     adjudicates cases with the daemon's own code, explains each settlement line by line\n"
    "        and clause by clause, and compares it with what the case expects. Exit status: the\n"
    "        number of mismatches, at most 99. With --quiet only mismatches are printed. The last\n"
    "        line is \"N passed, N failed\".\n"
    "explain says why each fen of a case is paid by whom, against the pack that the case names\n"
    "        (or --policy), in Chinese or English, as text or with --json.\n"
    "diff    says what changed between two packs in the policy's words: rules, clauses, entries "
    "of\n"
    "        the catalogue and institutions with the day. Exit status: 0 nothing, 1 something, 2 "
    "a\n"
    "        pack cannot be read.\n"
    "import  takes the national catalogue files (1301, 1302, 1303, 1305, 1306) and the region's "
    "own\n"
    "        (1312, 1318, 1319) into the pack's catalogue.csv, each FILE as 1301=PATH or with a "
    "name\n"
    "        that begins with the number: what is new, changed and ended, on which day, as diff\n"
    "        says it. Days before --from (tomorrow) stay as they are; what should have changed on\n"
    "        one is refused, or with --late holds from that day on. Exit status: the number of\n"
    "        faults, at most 99; nothing is written if there is one, or with --dry-run.\n"
    "table   prints the benefit tables: per insurance and kind of care deductibles, ratios, caps\n"
    "        and their clauses, as text or with --html as a page.\n"
    "quote   reckons what a bill would cost, without a case. SCENARIO is --total YUAN, needed\n"
    "        unless --claim 'lines=[...]' is there, and any of --insutype CODE, --class NAME,\n"
    "        --age N, --sex 1|2, --identity NAME (again for more), --kind NAME or --med-type\n"
    "        CODE, --grade NAME, --region CODE, --class-b SHARE, --selfpay-prop RATIO, --class-c\n"
    "        SHARE, --med-chrgitm-type CODE, --days N, --stays N (before in the year), and any\n"
    "        other key of a case: --member, --history and --claim KEY=VALUE. --explain tells all\n"
    "        steps, --case prints it as a case.\n"
    "matrix  sweeps one input of a SCENARIO, the total or any other of its numbers, and prints "
    "what\n"
    "        funds and patient pay, with --svg as a picture; and of totals each place where a fen\n"
    "        more on the bill makes the patient pay less, or more than that fen.\n"
    "\n"
    "example: copay-policy check conf/regions/431000-chenzhou\n"
    "         copay-policy run conf/regions/230800-jiamusi conf/regions/230800-jiamusi/cases\n"
    "         copay-policy explain --lang en conf/regions/230800-jiamusi/cases/d04-critical.yaml\n"
    "         copay-policy quote --insutype 390 --grade level3 --total 30000 --class-b 0.3 \\\n"
    "             conf/regions/431000-chenzhou\n"
    "\n"
    "Exit status 100: the command line was not understood; 101: the output could not be written.\n"
    "See copay-policy(1).\n";

static int serve(int argc, char *argv[])
{
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(usage, stdout);
        fputs(help, stdout);
        return 0;
    }
    int status = STATUS_USAGE;
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, argv[1]) == 0)
            status = commands[i].run(argc - 1, argv + 1);
    if (status == STATUS_USAGE)
        fputs(usage, stderr);
    return status == STATUS_MISUSE ? STATUS_USAGE : status;
}

int main(int argc, char *argv[])
{
    return output_end("copay-policy", serve(argc, argv), STATUS_UNWRITTEN);
}
