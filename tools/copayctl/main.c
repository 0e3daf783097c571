/* copayctl: what operators do with a copayd, over its own port and under their own certificate. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backup.h"
#include "base/money.h"
#include "base/output.h"
#include "filing.h"
#include "impact.h"
#include "import.h"
#include "key.h"
#include "pack.h"
#include "rebuild.h"
#include "receipt.h"
#include "restore.h"
#include "review.h"
#include "show.h"
#include "status.h"
#include "verify.h"

#define TIMEOUT_MS 60000
#define TIMEOUT_MAX_MS 3600000
#define MEMORY_MIB 2048
#define MEMORY_MIB_MIN 16
#define MEMORY_MIB_MAX 1048576

static const char usage[] =
    "usage: copayctl [connection] status [--metrics]\n"
    "       copayctl [connection] import members FILE --insurances FILE --identities FILE\n"
    "       copayctl [connection] pack submit DIR\n"
    "       copayctl [connection] pack show\n"
    "       copayctl [connection] pack approve|publish DIGEST\n"
    "       copayctl [--region REGION] pack review DATA_DIR/REGION [--list | --documents]\n"
    "                [--lang zh|en]\n"
    "       copayctl [--region REGION] impact DATA_DIR/REGION PACK_DIR [--documents | --json]\n"
    "       copayctl [connection] clock confirm\n"
    "       copayctl [connection] look PSN_NO\n"
    "       copayctl [connection] filing list PSN_NO\n"
    "       copayctl [connection] filing enter KIND PSN_NO FROM [TO] [--category CODE]\n"
    "                [--institution CODE] [--disease CODE] [--channel CODE] [--note TEXT]\n"
    "       copayctl [connection] filing assess|approve|refuse|withdraw NUMBER [NOTE]\n"
    "       copayctl [--region REGION] [--check] [--memory MIB] rebuild DATA_DIR/REGION\n"
    "       copayctl backup-key FILE\n"
    "       copayctl backup DIR --from DATA_DIR[/REGION] --to-key FILE.pub\n"
    "       copayctl [connection] backup DIR --from DATA_DIR/REGION --to-key FILE.pub --with-lmdb\n"
    "       copayctl backup DIR --check [--key FILE]\n"
    "       copayctl restore DIR DATA_DIR/REGION --key FILE\n"
    "       copayctl [connection] key change [--algorithm ed25519|sm2]\n"
    "       copayctl [connection] key show [--all]\n"
    "       copayctl [connection] receipt SETL_ID [-o FILE]\n"
    "       copayctl [--region REGION] verify DATA_DIR [--head FILE] [--key PUBLIC_KEY]\n"
    "                [--progress]\n"
    "\n"
    "connection: --connect HOST:PORT --ca FILE --cert FILE --key FILE --region REGION\n"
    "            [--timeout MS] [--server-name NAME]\n"
    "\n"
    "status   what the daemon has applied, made durable and kept, its queues, disks and\n"
    "         connections; --metrics: as Prometheus' text\n"
    "import   members, insurances and identities from CSV: checked whole, tried whole, then\n"
    "         imported; run it again to go on after an interruption\n"
    "pack     puts a region's folder into the ledger, or prints all its faults; another person\n"
    "         approves it, and then it may be put in force; show: who did what; a folder with\n"
    "         province.yaml goes the same way, for its own operators; review, offline: all that\n"
    "         an approver has to know of what waits\n"
    "impact   offline: which settlements of a ledger a pack would have made otherwise, how, and\n"
    "         by which clause; --documents: a document for each\n"
    "clock    confirms a clock that jumped, so that settling goes on\n"
    "look     shows a person; the look itself is recorded\n"
    "filing   a person's filings; one that is entered takes effect when another person approves\n"
    "         it; KIND: referral, chronic, chosen, accident, two-diseases, maternity\n"
    "rebuild  offline: makes LMDB anew from the ledger, proves it equal to the old one and puts "
    "it\n"
    "         in its place; --check proves only\n"
    "backup   an encrypted copy of a region's folder, made while the daemon serves; only what is\n"
    "         new is written; --with-lmdb: and of LMDB, by way of the daemon; --check reads one\n"
    "         instead\n"
    "restore  a region's folder from a backup, into an empty place, under a new epoch\n"
    "key      changes the key that signs the ledger, or shows the public ones\n"
    "receipt  what proves a settlement to anybody, offline: copay verify-receipt\n"
    "verify   offline: walks chain, signatures and sequence, adjudicates every settlement again;\n"
    "         with a published head, proves that it lies in this ledger\n"
    "\n"
    "example: copayctl --connect localhost:8443 --ca ca.pem --cert zhang.pem --key zhang.key \\\n"
    "           --region 431000 pack submit conf/regions/431000-chenzhou\n"
    "\n"
    "Exit status: 0 done; 1 refused, faults or differences; 2 no answer, try again; 3 a file or\n"
    "certificate cannot be used; 100 the command line was not understood. See copayctl(1).\n";

struct arguments {
    struct copay_options connection;
    char host[256];
    const char *region;
    uint32_t timeout_ms;
    bool metrics;
    struct roster_files files;
    const char *from, *to_key;
    bool check, with_lmdb;
    uint32_t memory_mib;
    const char *algorithm, *output;
    bool all;
    struct verify_choice verify;
    bool list, documents, json;
    const char *lang;
    struct filing_options filing;
};

/* "host:port", "[::1]:port". */
static bool read_connect(struct arguments *a, const char *text)
{
    const char *colon = strrchr(text, ':');
    bool bracket = text[0] == '[' && colon && colon > text && colon[-1] == ']';
    size_t size = colon ? (size_t)(colon - text) - (bracket ? 2 : 0) : 0;
    if (size == 0 || size >= sizeof a->host || colon[1] == '\0')
        return false;
    memcpy(a->host, text + (bracket ? 1 : 0), size);
    a->connection.host = a->host;
    a->connection.port = colon + 1;
    return true;
}

static bool read_timeout(struct arguments *a, const char *text)
{
    int64_t ms;
    if (money_parse(text, 0, TIMEOUT_MAX_MS, &ms) != ERR_OK || ms < 1)
        return false;
    a->timeout_ms = (uint32_t)ms;
    return true;
}

static bool read_memory(struct arguments *a, const char *text)
{
    int64_t mib;
    if (money_parse(text, 0, MEMORY_MIB_MAX, &mib) != ERR_OK || mib < MEMORY_MIB_MIN)
        return false;
    a->memory_mib = (uint32_t)mib;
    return true;
}

static bool read_filing_option(struct filing_options *filing, int option)
{
    const char **texts[] = {&filing->category, &filing->institution, &filing->disease,
                            &filing->channel, &filing->note};
    static const char letters[] = "KISNT";
    const char *at = strchr(letters, option);
    if (at)
        *texts[at - letters] = optarg;
    return at != NULL;
}

static bool read_option(struct arguments *a, int option)
{
    switch (option) {
    case 'f':
        a->from = optarg;
        return true;
    case 'p':
        a->to_key = optarg;
        return true;
    case 'x':
        return a->check = true;
    case 'L':
        return a->with_lmdb = true;
    case 'm':
        return read_memory(a, optarg);
    case 'C':
        return read_connect(a, optarg);
    case 'a':
        a->connection.ca_file = optarg;
        return true;
    case 'c':
        a->connection.cert_file = optarg;
        return true;
    case 'k':
        a->connection.key_file = optarg;
        return true;
    case 'n':
        a->connection.server_name = optarg;
        return true;
    case 'r':
        a->region = optarg;
        return id_is_admdvs(optarg);
    case 't':
        return read_timeout(a, optarg);
    case 'M':
        return a->metrics = true;
    case 'i':
        a->files.insurances = optarg;
        return true;
    case 'd':
        a->files.identities = optarg;
        return true;
    case 'g':
        a->algorithm = optarg;
        return true;
    case 'A':
        return a->all = true;
    case 'o':
        a->output = optarg;
        return true;
    case 'H':
        a->verify.head = optarg;
        return true;
    case 'P':
        return a->verify.progress = true;
    case 'l':
        return a->list = true;
    case 'D':
        return a->documents = true;
    case 'j':
        return a->json = true;
    case 'z':
        a->lang = optarg;
        return true;
    default:
        return read_filing_option(&a->filing, option);
    }
}

enum command {
    STATUS,
    IMPORT,
    PACK_SUBMIT,
    PACK_SHOW,
    PACK_APPROVE,
    PACK_PUBLISH,
    CLOCK,
    LOOK,
    FILING,
    KEY_CHANGE,
    KEY_SHOW,
    RECEIPT,
    BACKUP_STORE,
    VERIFY,
    IMPACT,
    REVIEW,
    REBUILD,
    BACKUP_KEY,
    BACKUP,
    RESTORE,
    UNKNOWN
};

static enum command command_of(char *const word[], int words, const struct arguments *a)
{
    if (words == 1 && strcmp(word[0], "status") == 0)
        return STATUS;
    if (words == 3 && strcmp(word[0], "import") == 0 && strcmp(word[1], "members") == 0 &&
        a->files.insurances && a->files.identities)
        return IMPORT;
    if (words == 3 && strcmp(word[0], "pack") == 0 && strcmp(word[1], "submit") == 0)
        return PACK_SUBMIT;
    if (words == 2 && strcmp(word[0], "pack") == 0 && strcmp(word[1], "show") == 0)
        return PACK_SHOW;
    if (words == 3 && strcmp(word[0], "pack") == 0 && strcmp(word[1], "approve") == 0)
        return PACK_APPROVE;
    if (words == 3 && strcmp(word[0], "pack") == 0 && strcmp(word[1], "publish") == 0)
        return PACK_PUBLISH;
    if (words == 3 && strcmp(word[0], "pack") == 0 && strcmp(word[1], "review") == 0)
        return REVIEW;
    if (words == 2 && strcmp(word[0], "clock") == 0 && strcmp(word[1], "confirm") == 0)
        return CLOCK;
    if (words == 2 && strcmp(word[0], "look") == 0)
        return LOOK;
    if (words >= 3 && words <= 6 && strcmp(word[0], "filing") == 0)
        return FILING;
    if (words == 2 && strcmp(word[0], "key") == 0 && strcmp(word[1], "change") == 0)
        return KEY_CHANGE;
    if (words == 2 && strcmp(word[0], "key") == 0 && strcmp(word[1], "show") == 0)
        return KEY_SHOW;
    if (words == 2 && strcmp(word[0], "receipt") == 0)
        return RECEIPT;
    if (words == 2 && strcmp(word[0], "verify") == 0)
        return VERIFY;
    if (words == 3 && strcmp(word[0], "impact") == 0)
        return IMPACT;
    if (words == 2 && strcmp(word[0], "rebuild") == 0)
        return REBUILD;
    if (words == 2 && strcmp(word[0], "backup-key") == 0)
        return BACKUP_KEY;
    if (words == 2 && strcmp(word[0], "backup") == 0 && (a->check || (a->from && a->to_key)))
        return a->with_lmdb && !a->check ? BACKUP_STORE : BACKUP;
    if (words == 3 && strcmp(word[0], "restore") == 0 && a->connection.key_file)
        return RESTORE;
    return UNKNOWN;
}

static enum ctl_exit back_up(const char *dir, const struct arguments *a, struct ctl *ctl)
{
    const struct backup_options options = {dir, a->from, a->region, a->to_key, ctl};
    return a->check ? restore_check(dir, a->connection.key_file) : backup_run(&options);
}

static int count(char *const word[])
{
    int words = 0;
    while (word[words])
        words++;
    return words;
}

static enum ctl_exit run(struct ctl *ctl, enum command command, char *const word[],
                         struct arguments *a)
{
    switch (command) {
    case STATUS:
        return status_show(ctl, a->metrics);
    case IMPORT:
        a->files.members = word[2];
        return import_members(ctl, &a->files);
    case PACK_SUBMIT:
        return pack_submit(ctl, word[2]);
    case PACK_SHOW:
        return pack_show(ctl);
    case PACK_APPROVE:
        return pack_approve(ctl, word[2]);
    case PACK_PUBLISH:
        return pack_publish(ctl, word[2]);
    case CLOCK:
        return show_clock_confirm(ctl);
    case LOOK:
        return show_person(ctl, word[1]);
    case FILING:
        return filing_run(ctl, word + 1, count(word + 1), &a->filing);
    case KEY_CHANGE:
        return key_change(ctl, a->algorithm);
    case KEY_SHOW:
        return key_show(ctl, a->all);
    case RECEIPT:
        return receipt_fetch(ctl, word[1], a->output);
    case BACKUP_STORE:
        return back_up(word[1], a, ctl);
    default:
        return CTL_USAGE;
    }
}

static enum ctl_exit connect_and_run(enum command command, char *const word[], struct arguments *a)
{
    struct copay_error error;
    struct ctl ctl = {.region = a->region, .timeout_ms = a->timeout_ms};
    const struct copay_options *c = &a->connection;
    if (!c->host || !c->ca_file || !c->cert_file || !c->key_file || !a->region) {
        fprintf(stderr, "copayctl: --connect, --ca, --cert, --key and --region are needed\n");
        return CTL_USAGE;
    }
    if (copay_open(c, &ctl.copay, &error) != COPAY_DONE) {
        fprintf(stderr, "copayctl: %s / %s\n", error.zh, error.en);
        return CTL_FAILED;
    }
    enum ctl_exit status = run(&ctl, command, word, a);
    copay_close(ctl.copay);
    return status;
}

/* A document says more than a line. */
static enum impact_form form_of(const struct arguments *a, enum impact_form plain)
{
    return a->json ? IMPACT_JSON : a->documents ? IMPACT_DOCUMENTS : a->list ? IMPACT_LIST : plain;
}

/* Those that need no connection. */
static enum ctl_exit run_here(enum command command, char *const word[], struct arguments *a)
{
    switch (command) {
    case VERIFY:
        a->verify.key = a->connection.key_file; /* offline: a public one */
        return verify_data(word[1], a->region, &a->verify);
    case IMPACT:
        return impact_show(word[1], a->region, word[2], form_of(a, IMPACT_LIST));
    case REVIEW:
        return a->json ? CTL_USAGE
                       : review_show(word[2], a->region, form_of(a, IMPACT_SUMS), a->lang);
    case REBUILD:
        return rebuild_run(&(struct rebuild_options){word[1], a->region, a->check, a->memory_mib});
    case BACKUP_KEY:
        return backup_key(word[1]);
    case BACKUP:
        return back_up(word[1], a, NULL);
    default:
        return restore_run(word[1], word[2], a->connection.key_file);
    }
}

static enum ctl_exit serve(int argc, char *argv[])
{
    static const struct option options[] = {{"help", no_argument, NULL, 'h'},
                                            {"connect", required_argument, NULL, 'C'},
                                            {"ca", required_argument, NULL, 'a'},
                                            {"cert", required_argument, NULL, 'c'},
                                            {"key", required_argument, NULL, 'k'},
                                            {"server-name", required_argument, NULL, 'n'},
                                            {"region", required_argument, NULL, 'r'},
                                            {"timeout", required_argument, NULL, 't'},
                                            {"insurances", required_argument, NULL, 'i'},
                                            {"identities", required_argument, NULL, 'd'},
                                            {"from", required_argument, NULL, 'f'},
                                            {"to-key", required_argument, NULL, 'p'},
                                            {"metrics", no_argument, NULL, 'M'},
                                            {"check", no_argument, NULL, 'x'},
                                            {"with-lmdb", no_argument, NULL, 'L'},
                                            {"memory", required_argument, NULL, 'm'},
                                            {"algorithm", required_argument, NULL, 'g'},
                                            {"all", no_argument, NULL, 'A'},
                                            {"head", required_argument, NULL, 'H'},
                                            {"progress", no_argument, NULL, 'P'},
                                            {"list", no_argument, NULL, 'l'},
                                            {"documents", no_argument, NULL, 'D'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"lang", required_argument, NULL, 'z'},
                                            {"category", required_argument, NULL, 'K'},
                                            {"institution", required_argument, NULL, 'I'},
                                            {"disease", required_argument, NULL, 'S'},
                                            {"channel", required_argument, NULL, 'N'},
                                            {"note", required_argument, NULL, 'T'},
                                            {0}};
    struct arguments a = {.timeout_ms = TIMEOUT_MS, .memory_mib = MEMORY_MIB};
    int option;
    while ((option = getopt_long(argc, argv, "ho:", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return CTL_DONE;
        }
        if (!read_option(&a, option)) {
            if (option != '?')
                fprintf(stderr, "copayctl: \"%s\" is not understood\n", optarg);
            return CTL_USAGE;
        }
    }
    char *const *word = argv + optind;
    enum command command = command_of(word, argc - optind, &a);
    if (command >= VERIFY && command != UNKNOWN)
        return run_here(command, word, &a);
    if (command != UNKNOWN)
        return connect_and_run(command, word, &a);
    fputs(usage, stderr);
    return CTL_USAGE;
}

int main(int argc, char *argv[])
{
    return output_end("copayctl", (int)serve(argc, argv), CTL_FAILED);
}
