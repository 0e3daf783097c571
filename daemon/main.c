/* copayd: settles medical insurance claims. Arguments, the process's rights, and its one screen:
 * main() shows everything that runs, in order. */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/config.h"
#include "daemon/gate.h"
#include "daemon/metrics.h"
#include "daemon/notify.h"
#include "daemon/pulse.h"
#include "daemon/region.h"
#include "daemon/thread.h"
#include "daemon/watchdog.h"

#define CONFIG_DEFAULT "/etc/copayd/copayd.yaml"
/* Beyond the gate's own time for answering; for all regions together. */
#define REGIONS_STOP_MS 2000

static const char help[] =
    "copayd - settles medical insurance claims over mutual TLS\n"
    "\n"
    "usage: copayd [--config FILE] [--check-config]\n"
    "\n"
    "  -c, --config FILE   configuration, default " CONFIG_DEFAULT "\n"
    "      --check-config  read the configuration and the certificates, say what is wrong, exit\n"
    "  -h, --help          this text\n"
    "  -V, --version       the version\n"
    "\n"
    "It stays in the foreground and logs key=value lines to stderr. SIGTERM and SIGINT answer "
    "what\n"
    "was accepted and stop; SIGHUP reads the certificates again. Exit status: 0 stopped, 64 "
    "usage,\n"
    "69 will not start, 70 the ledger failed, 75 start again, 78 configuration. See copayd(8).\n";

struct arguments {
    const char *config;
    bool check;
};

/* Exits for --help, --version and mistakes. */
static struct arguments read_arguments(int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"check-config", no_argument, NULL, 'k'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    struct arguments arguments = {.config = CONFIG_DEFAULT};
    int option;
    while ((option = getopt_long(argc, argv, "c:hV", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            arguments.config = optarg;
            break;
        case 'k':
            arguments.check = true;
            break;
        case 'h':
            (void)fputs(help, stdout);
            exit(EXIT_CLEAN);
        case 'V':
            (void)puts("copayd " COPAYD_VERSION);
            exit(EXIT_CLEAN);
        default:
            (void)fputs("copayd --help tells how it is called\n", stderr);
            exit(EXIT_USAGE);
        }
    }
    if (optind < argc) {
        (void)fprintf(stderr, "copayd: unexpected argument \"%s\"; see copayd --help\n",
                      argv[optind]);
        exit(EXIT_USAGE);
    }
    return arguments;
}

/* Personal data: nothing of it readable by others, no core dumps. */
static void restrict_process(const struct config *config)
{
    const struct rlimit no_core = {0, 0};
    struct rlimit files;
    (void)umask(077);
    /* A core that is piped to a program does not ask for the limit. */
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)signal(SIGPIPE, SIG_IGN);
    /* Inherited as ignored, it would hide how a command that publishes ended. */
    (void)signal(SIGCHLD, SIG_DFL);
    /* Until the gate takes it: the files will be read anyway, and a recovery may be long. */
    (void)signal(SIGHUP, SIG_IGN);
    /* Connections, and what the regions and the gate keep open. */
    rlim_t wanted =
        (rlim_t)config->connections + (rlim_t)config->handshakes + 64 + 64 * config->region_count;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < wanted) {
        files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
}

static bool read_config(const char *path, struct config *config)
{
    struct faults *faults = calloc(1, sizeof *faults);
    if (!faults || config_read(path, config, faults) == ERR_OK) {
        bool read = faults != NULL;
        free(faults);
        return read;
    }
    for (uint32_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->list[i];
        (void)fprintf(stderr, "%s:%d: %s%s%s / %s\n", path, fault->line, fault->key,
                      fault->key[0] ? ": " : "", fault->zh, fault->en);
    }
    free(faults);
    return false;
}

static bool check_tls(const struct config *config)
{
    struct tls tls;
    tls_init(&tls);
    bool good = tls_open(&tls, config) == ERR_OK;
    tls_close(&tls);
    if (good)
        (void)puts("copayd: the configuration is good");
    return good;
}

static bool open_regions(const struct config *config, struct region *regions[])
{
    for (uint32_t i = 0; i < config->region_count; i++) {
        if (region_open(config, &config->regions[i], &regions[i]) != ERR_OK)
            return false;
    }
    return true;
}

static bool start_regions(struct gate *gate)
{
    for (uint32_t i = 0; i < gate->region_count; i++) {
        if (region_start(gate->regions[i], &gate->replies) != ERR_OK)
            return false;
    }
    log_event(LOG_INFO, "ready", "port=%u regions=%u version=" COPAYD_VERSION,
              gate->greeter.listener.port, gate->region_count);
    watchdog_serving();
    return true;
}

static bool stop_regions(struct region *const regions[], uint32_t count)
{
    bool stopped = true;
    int64_t until_ms = clock_mono_ms() + REGIONS_STOP_MS;
    for (uint32_t i = 0; i < count; i++)
        stopped = region_stop(regions[i], until_ms) == ERR_OK && stopped;
    return stopped;
}

int main(int argc, char **argv)
{
    static struct config config;
    static struct gate gate;
    static struct region *regions[CONFIG_REGIONS_MAX];

    struct arguments arguments = read_arguments(argc, argv);
    if (!read_config(arguments.config, &config))
        return EXIT_CONFIG;
    if (arguments.check)
        return check_tls(&config) ? EXIT_CLEAN : EXIT_CONFIG;
    log_set_level(config.log_level);
    metrics.started_mono_ms = clock_mono_ms();
    restrict_process(&config);

    notify_open();
    pulse_begin("gate");
    pulse_long();
    if (watchdog_start() != ERR_OK)
        return EXIT_REFUSED;

    /* Each region: lock, recovery, state. Then the gate listens, the regions' threads start, and
     * this thread serves the network until it is told to stop. */
    if (!open_regions(&config, regions))
        return EXIT_REFUSED;
    /* The folders are ours now, so whatever port stands there is nobody's. */
    (void)unlink(config.port_file);
    if (gate_open(&gate, &config, regions, config.region_count) != ERR_OK)
        return EXIT_REFUSED;
    if (!start_regions(&gate))
        process_end(EXIT_REFUSED);
    if (!gate_run(&gate)) {
        log_event(LOG_ERROR, "stopped", "text=\"work was left unanswered\"");
        process_end(EXIT_AGAIN);
    }
    /* Everything was answered, so everything is durable. A thread that is still busy, with a
     * checkpoint or the next segment, is not waited for, and nothing can be closed under it. */
    pulse_long();
    bool stopped = stop_regions(regions, config.region_count);
    watchdog_stop();
    log_event(LOG_INFO, "stopped", "answered=%" PRIu64, atomic_load(&metrics.answered));
    if (!stopped)
        process_end(EXIT_CLEAN);
    gate_close(&gate);
    for (uint32_t i = 0; i < config.region_count; i++)
        region_close(regions[i]);
    return EXIT_CLEAN;
}
