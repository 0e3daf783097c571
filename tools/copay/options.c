/* Options before the command are the connection's and the output's; those behind it are its own. A
 * configuration file holds lines "name = value" with the long options' names. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/money.h"

#define TIMEOUT_MS 30000
#define TIMEOUT_MAX_MS 3600000

/* One table for all four places where an option can stand. */
static const struct option_row {
    const char *name, *environment;
    size_t offset; /* of a const char * in struct options */
} rows[] = {
#define ROW(name, environment, field)                                                              \
    {                                                                                              \
        name, environment, offsetof(struct options, field)                                         \
    }
    ROW("connect", "COPAY_CONNECT", connect),
    ROW("ca", "COPAY_CA", connection.ca_file),
    ROW("cert", "COPAY_CERT", connection.cert_file),
    ROW("key", "COPAY_KEY", connection.key_file),
    ROW("server-name", "COPAY_SERVER_NAME", connection.server_name),
    ROW("institution", "COPAY_INSTITUTION", institution),
    ROW("region", "COPAY_REGION", region),
    ROW("care-region", "COPAY_CARE_REGION", care_region),
    ROW("opter", "COPAY_OPTER", opter),
    ROW("dev-no", "COPAY_DEV_NO", dev_no),
    ROW("sign-no", "COPAY_SIGN_NO", sign_no),
    ROW("msgid-file", "COPAY_MSGID_FILE", msgid_file),
    ROW("tally-file", "COPAY_TALLY_FILE", tally_file),
    ROW("config", "COPAY_CONFIG", config),
    ROW("msgid", NULL, msgid),
    ROW("raw", NULL, raw),
#undef ROW
};

static const struct option_row command_rows[] = {
#define ROW(name, field)                                                                           \
    {                                                                                              \
        name, NULL, offsetof(struct options, field)                                                \
    }
    ROW("psn-no", psn_no),
    ROW("infno", infno),
    ROW("mdtrt-id", mdtrt_id),
    ROW("certno", certno),
    ROW("psn-cert-type", psn_cert_type),
    ROW("med-type", med_type),
    ROW("setl-id", setl_id),
    ROW("next", next),
    ROW("msgid", asked_msgid),
    ROW("raw", raw),
    ROW("key", key),
    ROW("from", from),
    ROW("to", to),
#undef ROW
};

enum { FLAG_HELP = 'h', FLAG_JSON = 1000, FLAG_NO_WAIT, FLAG_TIMEOUT, FLAG_ROW = 2000 };

#define LONG_MAX_COUNT (ARRAY_LEN(rows) + 8)

static const char **value_of(struct options *o, const struct option_row *row)
{
    return (const char **)((char *)o + row->offset);
}

/* getopt's table from ours; every set has the flags. */
static void long_options(struct option list[LONG_MAX_COUNT], const struct option_row *set,
                         size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        list[n++] = (struct option){set[i].name, required_argument, NULL, FLAG_ROW + (int)i};
    list[n++] = (struct option){"json", no_argument, NULL, FLAG_JSON};
    list[n++] = (struct option){"no-wait", no_argument, NULL, FLAG_NO_WAIT};
    list[n++] = (struct option){"timeout", required_argument, NULL, FLAG_TIMEOUT};
    list[n++] = (struct option){"help", no_argument, NULL, FLAG_HELP};
    list[n] = (struct option){0};
}

static bool read_timeout(struct options *o, const char *text)
{
    int64_t ms;
    if (money_parse(text, 0, TIMEOUT_MAX_MS, &ms) != ERR_OK || ms <= 0)
        return false;
    o->timeout_ms = (uint32_t)ms;
    return true;
}

/* Reads options up to the first word that is none; optind stands there. */
static bool read_set(struct options *o, int argc, char *argv[], const struct option_row *set,
                     size_t count, const char **fault)
{
    struct option list[LONG_MAX_COUNT];
    int option;
    long_options(list, set, count);
    while ((option = getopt_long(argc, argv, "+h", list, NULL)) != -1) {
        if (option >= FLAG_ROW)
            *value_of(o, &set[option - FLAG_ROW]) = optarg;
        else if (option == FLAG_HELP)
            o->help = true;
        else if (option == FLAG_JSON)
            o->json = true;
        else if (option == FLAG_NO_WAIT)
            o->no_wait = true;
        else if (option != FLAG_TIMEOUT || !read_timeout(o, optarg)) {
            *fault = option == FLAG_TIMEOUT ? "--timeout 须为毫秒数 / must be milliseconds"
                                            : "选项不可识别 / option not understood";
            return false;
        }
    }
    return true;
}

static char *trimmed(char *text)
{
    text += strspn(text, " \t");
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]))
        text[--n] = '\0';
    return text;
}

/* One line of the file; values already given win. */
static bool read_config_line(struct options *o, char *line)
{
    char *text = trimmed(line), *equals = strchr(text, '=');
    if (!text[0] || text[0] == '#')
        return true;
    if (!equals)
        return false;
    *equals = '\0';
    const char *name = trimmed(text), *value = trimmed(equals + 1);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].name, name) == 0) {
            const char **field = value_of(o, &rows[i]);
            if (!*field)
                *field = value;
            return true;
        }
    return false;
}

static bool read_config(struct options *o, const char **fault)
{
    FILE *file = fopen(o->config, "r");
    *fault = "配置文件无法打开或过长 / the configuration file cannot be opened, or is too long";
    if (!file)
        return false;
    size_t size = fread(o->config_text, 1, sizeof o->config_text, file);
    fclose(file);
    if (size == sizeof o->config_text)
        return false;
    o->config_text[size] = '\0';
    *fault = "配置文件有不可识别的行 / the configuration file has a line not understood";
    for (char *rest = o->config_text, *line; (line = strsep(&rest, "\n"));)
        if (!read_config_line(o, line))
            return false;
    return true;
}

/* "host:port", "[::1]:port". */
static bool read_connect(struct options *o)
{
    const char *text = o->connect, *colon = text ? strrchr(text, ':') : NULL;
    bool bracket = colon && text[0] == '[' && colon[-1] == ']';
    size_t size = colon ? (size_t)(colon - text) - (bracket ? 2 : 0) : 0;
    if (size == 0 || size >= sizeof o->host || !colon[1])
        return false;
    memcpy(o->host, text + bracket, size);
    o->host[size] = '\0';
    o->connection.host = o->host;
    o->connection.port = colon + 1;
    return true;
}

static bool check(struct options *o, const char **fault)
{
    *fault = NULL;
    if (!o->command)
        *fault = "缺少命令 / no command";
    else if (strcmp(o->command, "verify-receipt") == 0) /* offline */
        *fault = o->argument && o->key ? NULL : "缺少文件或 --key / FILE and --key are needed";
    else if (strcmp(o->command, "tally") == 0)
        *fault = o->tally_file ? NULL : "缺少 --tally-file / --tally-file is needed";
    else if (!read_connect(o))
        *fault = "缺少 --connect 主机:端口 / --connect HOST:PORT is needed";
    else if (!o->connection.ca_file || !o->connection.cert_file || !o->connection.key_file)
        *fault = "缺少 --ca、--cert 或 --key / --ca, --cert and --key are needed";
    return !*fault;
}

bool options_read(struct options *o, int argc, char *argv[], const char **fault)
{
    *o = (struct options){.timeout_ms = TIMEOUT_MS};
    if (!read_set(o, argc, argv, rows, ARRAY_LEN(rows), fault) || o->help)
        return o->help;
    if (optind < argc) {
        o->command = argv[optind];
        argc -= optind;
        argv += optind;
        /* The command's options may stand before and behind its argument. */
        for (optind = 1; optind < argc;) {
            if (!read_set(o, argc, argv, command_rows, ARRAY_LEN(command_rows), fault))
                return false;
            if (optind < argc && o->argument) {
                *fault = "参数过多 / too many arguments";
                return false;
            }
            if (optind < argc)
                o->argument = argv[optind++];
        }
    }
    if (o->help)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].environment && !*value_of(o, &rows[i]))
            *value_of(o, &rows[i]) = getenv(rows[i].environment);
    if (o->config && !read_config(o, fault))
        return false;
    return check(o, fault);
}
