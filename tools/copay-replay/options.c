/* Options by name: one table of numbers and texts with their bounds. */
#include "options.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/money.h"

const char options_usage[] =
    "usage: copay-replay prepare DIR [--members N] [--institutions N] [--catalogue N] [--seed N]\n"
    "                    [--base FOLDER]\n"
    "       copay-replay run DIR [--connect HOST:PORT] [--connections N] [--depth N] [--rate N]\n"
    "                    [--seconds N | --count N] [--warmup N] [--mix KIND=PART,...] [--lines N]\n"
    "                    [--names] [--bills N] [--hot EXPONENT] [--regulars EXPONENT]\n"
    "                    [--patience MS] [--no-retry] [--books] [--book FILE] [--sample N]\n"
    "                    [--record FILE] [--json FILE] [--fresh] [--storm reconnect|flood|unread]\n"
    "       copay-replay play DIR FILE [--connect HOST:PORT] [--speed FACTOR|flat] [--restamp]\n"
    "                    [--depth N] [--books] [--book FILE] [--json FILE]\n"
    "       copay-replay books DIR --book FILE [--connect HOST:PORT]\n"
    "\n"
    "prepare  a world from a seed: region folder, members, certificates, configuration\n"
    "run      drives a daemon; closed loop, or with --rate on a fixed schedule\n"
    "play     the messages of a recording, from the same terminals in the same order\n"
    "books    compares a book kept by an earlier run with the daemon, msgid by msgid\n"
    "\n"
    "kinds: outpatient inpatient pharmacy presettle void query person refused\n"
    "Without --connect: localhost, at the port in DIR/port, read again when a connection is lost.\n"
    "\n"
    "example: copay-replay prepare world --members 100000 && copayd --config world/copayd.yaml &\n"
    "         copay-replay run world --connections 64 --seconds 10 --books\n"
    "\n"
    "Ctrl-C ends a run early, with its report; a second one does not wait for answers.\n"
    "\n"
    "Exit status: 0 fine; 1 the books differ; 2 files, certificates or no daemon; 3 messages\n"
    "without a final answer or never sent; 100 the command line was not understood; 130 ended\n"
    "by a signal. See copay-replay(1).\n";

enum form { NUMBER, NUMBER64, TEXT, FLAG, EXPONENT };

static const struct row {
    const char *name;
    enum form form;
    size_t offset;
    int64_t min, max;
} rows[] = {
#define AT(field) offsetof(struct options, field)
    {"members", NUMBER, AT(world.members), 1, 10000000},
    {"institutions", NUMBER, AT(world.institutions), 1, 20000},
    {"catalogue", NUMBER, AT(world.items), 1, 500000},
    {"seed", NUMBER64, AT(world.seed), 0, INT64_C(1) << 53},
    {"base", TEXT, AT(world.base), 0, 0},
    {"connections", NUMBER, AT(run.connections), 1, 4096},
    {"depth", NUMBER, AT(run.depth), 1, 1024},
    {"rate", NUMBER, AT(run.rate), 1, 1000000},
    {"seconds", NUMBER, AT(run.seconds), 1, 1000000},
    {"count", NUMBER64, AT(run.count), 1, INT64_C(1) << 40},
    {"warmup", NUMBER, AT(run.warmup), 0, 3600},
    {"lines", NUMBER, AT(run.lines), 1, LINES_MAX},
    {"bills", NUMBER, AT(run.bills), 1, 1000000},
    {"patience", NUMBER, AT(run.patience_ms), 1, 3600000},
    {"json", TEXT, AT(json), 0, 0},
    {"book", TEXT, AT(book), 0, 0},
    {"books", FLAG, AT(run.books), 0, 0},
    {"sample", NUMBER, AT(sample), 1, 1000000},
    {"record", TEXT, AT(record), 0, 0},
    {"restamp", FLAG, AT(play.restamp), 0, 0},
    {"names", FLAG, AT(run.names), 0, 0},
    {"fresh", FLAG, AT(run.fresh), 0, 0},
    {"no-retry", FLAG, AT(run.no_retry), 0, 0},
    {"hot", EXPONENT, AT(run.site_exponent), 0, 0},
    {"regulars", EXPONENT, AT(run.member_exponent), 0, 0},
#undef AT
};

enum { OPTION_CONNECT = 1, OPTION_MIX, OPTION_STORM, OPTION_SPEED, OPTION_HELP, OPTION_ROW = 16 };

/* "host:port", "[::1]:port". */
static bool read_connect(struct options *o, const char *text)
{
    const char *colon = strrchr(text, ':');
    bool bracket = text[0] == '[' && colon && colon > text && colon[-1] == ']';
    size_t size = colon ? (size_t)(colon - text) - (bracket ? 2 : 0) : 0;
    if (size == 0 || size >= sizeof o->host || colon[1] == '\0')
        return false;
    memcpy(o->host, text + (bracket ? 1 : 0), size);
    o->run.host = o->host;
    o->run.port = colon + 1;
    return true;
}

static bool read_exponent(const char *text, double *out)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= 0 && value <= 4))
        return false;
    *out = value;
    return true;
}

/* "2", "0.5", or "flat". */
static bool read_speed(struct options *o, const char *text)
{
    int64_t speed = 0;
    if (strcmp(text, "flat") != 0 && (money_parse(text, 2, 100000, &speed) != ERR_OK || speed < 1))
        return false;
    o->play.speed = (uint32_t)speed;
    return true;
}

static bool read_row(struct options *o, const struct row *row, const char *text)
{
    void *at = (char *)o + row->offset;
    int64_t number = 0;
    if (row->form == TEXT)
        *(const char **)at = text;
    else if (row->form == FLAG)
        *(bool *)at = true;
    else if (row->form == EXPONENT)
        return read_exponent(text, at);
    else if (money_parse(text, 0, row->max, &number) != ERR_OK || number < row->min)
        return false;
    else if (row->form == NUMBER)
        *(uint32_t *)at = (uint32_t)number;
    else
        *(uint64_t *)at = (uint64_t)number;
    return true;
}

static bool read_one(struct options *o, int option)
{
    switch (option) {
    case OPTION_HELP:
        return o->help = true;
    case OPTION_CONNECT:
        return read_connect(o, optarg);
    case OPTION_MIX:
        return mix_parse(optarg, &o->run.mix);
    case OPTION_STORM:
        o->storm = storm_of(optarg);
        return o->storm != STORM_NONE;
    case OPTION_SPEED:
        return read_speed(o, optarg);
    default:
        return read_row(o, &rows[option - OPTION_ROW], optarg);
    }
}

static bool refuse(const char *text)
{
    fprintf(stderr, "copay-replay: %s\n", text);
    return false;
}

/* How many words each command takes. */
static int words_of(const char *command)
{
    static const char *const two[] = {"prepare", "run", "books"};
    for (size_t i = 0; i < ARRAY_LEN(two); i++)
        if (strcmp(two[i], command) == 0)
            return 2;
    return strcmp(command, "play") == 0 ? 3 : 0;
}

static bool check(struct options *o, int words, char *const word[])
{
    if (o->help)
        return true;
    if (words == 0 || words != words_of(word[0]))
        return refuse("a command and a folder are needed");
    o->command = word[0];
    o->world.dir = o->run.dir = word[1];
    o->play.path = words == 3 ? word[2] : NULL;
    if (strcmp(o->command, "books") == 0 && !o->book)
        return refuse("--book FILE is needed");
    return true;
}

bool options_read(struct options *o, int argc, char *argv[])
{
    struct option list[ARRAY_LEN(rows) + 6] = {{"connect", required_argument, NULL, OPTION_CONNECT},
                                               {"mix", required_argument, NULL, OPTION_MIX},
                                               {"storm", required_argument, NULL, OPTION_STORM},
                                               {"speed", required_argument, NULL, OPTION_SPEED},
                                               {"help", no_argument, NULL, OPTION_HELP}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        list[5 + i] =
            (struct option){rows[i].name, rows[i].form == FLAG ? no_argument : required_argument,
                            NULL, OPTION_ROW + (int)i};
    *o = (struct options){
        .world = {.base = "conf/regions/431000-chenzhou",
                  .seed = 1,
                  .members = 100000,
                  .institutions = 200,
                  .items = 2000},
        .sample = 64,
        .play.speed = 100,
        .run = {.connections = 64,
                .depth = 1,
                .lines = 10,
                .bills = 4096,
                .seconds = 10,
                .site_exponent = 0.8,
                .mix.parts = {[KIND_OUTPATIENT] = 70, [KIND_PHARMACY] = 20, [KIND_INPATIENT] = 10},
                .progress = isatty(STDERR_FILENO)}};
    for (int option; (option = getopt_long(argc, argv, "", list, NULL)) != -1;)
        if (option == '?' || !read_one(o, option)) {
            if (option != '?')
                fprintf(stderr, "copay-replay: \"%s\" is not understood\n", optarg);
            return false;
        }
    return check(o, argc - optind, argv + optind);
}
