/* daemon/config: closed keys by name and line, bounds, defaults, all errors at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config.h"

static char folder[] = "/tmp/copayd-config-XXXXXX";
static char path[64];
static struct config config;
static struct faults faults;

static int open_folder(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/copayd.yaml", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static enum err read_text(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    memset(&faults, 0, sizeof faults);
    return config_read(path, &config, &faults);
}

static bool fault_at(int line, const char *word)
{
    for (uint32_t i = 0; i < faults.count; i++) {
        const struct fault *fault = &faults.list[i];
        if (fault->line == line && (strstr(fault->key, word) || strstr(fault->en, word)))
            return true;
    }
    return false;
}

#define TLS "tls: {ca: ca.pem, cert: c.pem, key: /etc/k.pem}\n"
#define REGIONS "regions: [{code: \"431000\", data: data}]\n"

static void the_least_takes_defaults(void **state)
{
    (void)state;
    assert_int_equal(read_text(TLS REGIONS), ERR_OK);
    assert_int_equal(faults.count, 0);
    assert_string_equal(config.address, "0.0.0.0");
    assert_int_equal(config.port, 8443);
    assert_string_equal(config.port_file, "");
    assert_string_equal(config.crl, "");
    assert_int_equal(config.segment_mib, 256);
    assert_int_equal(config.signature, 1); /* Ed25519 */
    assert_string_equal(config.publish_file, "");
    assert_string_equal(config.publish_command, "");
    assert_int_equal(config.publish_seconds, 60);
    assert_int_equal(config.overlay_mib, 256);
    assert_int_equal(config.map_gib, 1024);
    assert_int_equal(config.connections, 4096);
    assert_int_equal(config.log_level, LOG_INFO);
    assert_int_equal(config.region_count, 1);
    assert_string_equal(config.regions[0].code, "431000");
}

static void signing_and_publishing(void **state)
{
    (void)state;
    assert_int_equal(read_text(TLS REGIONS "ledger: {signature: sm2, publish_file: /a/head.txt, "
                                           "publish_command: cat > x, publish_seconds: 5}\n"),
                     ERR_OK);
    assert_int_equal(config.signature, 2);
    assert_string_equal(config.publish_file, "/a/head.txt");
    assert_string_equal(config.publish_command, "cat > x");
    assert_int_equal(config.publish_seconds, 5);
    assert_int_equal(read_text(TLS REGIONS "ledger: {signature: rsa}\n"), ERR_INVALID);
    assert_true(fault_at(3, "signature"));
    /* One file for two regions would hold either's head. */
    static const char two[] =
        "regions: [{code: \"431000\", data: d}, {code: \"430100\", data: d}]\n";
    char text[512];
    snprintf(text, sizeof text, TLS "%sledger: {publish_file: head.txt}\n", two);
    assert_int_equal(read_text(text), ERR_INVALID);
    assert_true(fault_at(3, "publish_file"));
    snprintf(text, sizeof text, TLS "%sledger: {publish_file: \"head-{region}.txt\"}\n", two);
    assert_int_equal(read_text(text), ERR_OK);
}

static void relative_paths_start_at_the_file(void **state)
{
    (void)state;
    char expected[80];
    assert_int_equal(read_text(TLS REGIONS), ERR_OK);
    snprintf(expected, sizeof expected, "%s/ca.pem", folder);
    assert_string_equal(config.ca, expected);
    assert_string_equal(config.key, "/etc/k.pem");
    snprintf(expected, sizeof expected, "%s/data", folder);
    assert_string_equal(config.regions[0].data, expected);
}

static void given_values_count(void **state)
{
    (void)state;
    assert_int_equal(read_text("listen: {address: 127.0.0.1, port: 0, port_file: p}\n" TLS REGIONS
                               "store: {checkpoint_seconds: 9}\n"
                               "limits: {in_flight: 3, connections: 7}\n"
                               "log: {level: warning}\n"),
                     ERR_OK);
    assert_int_equal(config.port, 0);
    assert_string_equal(config.address, "127.0.0.1");
    assert_int_equal(config.checkpoint_seconds, 9);
    assert_int_equal(config.in_flight, 3);
    assert_int_equal(config.connections, 7);
    assert_int_equal(config.log_level, LOG_WARNING);
}

static void unknown_keys_are_named_by_line(void **state)
{
    (void)state;
    assert_int_equal(read_text(TLS REGIONS "listen:\n"
                                           "  prot: 1\n"
                                           "surprise: {}\n"
                                           "log: {levle: info}\n"),
                     ERR_INVALID);
    assert_true(fault_at(4, "prot"));
    assert_true(fault_at(5, "surprise"));
    assert_true(fault_at(6, "levle"));
    assert_int_equal(faults.count, 3);
}

static void bounds_hold(void **state)
{
    (void)state;
    assert_int_equal(read_text(TLS REGIONS "listen: {port: 65536}\n"
                                           "ledger: {segment_mib: 31}\n"
                                           "store: {map_gib: 0}\n"
                                           "limits: {connections: many}\n"
                                           "log: {level: loud}\n"),
                     ERR_INVALID);
    assert_true(fault_at(3, "port"));
    assert_true(fault_at(4, "segment_mib"));
    assert_true(fault_at(5, "map_gib"));
    assert_true(fault_at(6, "connections"));
    assert_true(fault_at(7, "level"));
}

static void what_is_needed_is_asked_for(void **state)
{
    (void)state;
    assert_int_equal(read_text("log: {level: info}\n"), ERR_INVALID);
    assert_true(faults.count >= 1);
    assert_int_equal(read_text("tls: {ca: a, cert: b}\n" REGIONS), ERR_INVALID);
    assert_true(fault_at(1, "key"));
    assert_int_equal(read_text(TLS "regions: []\n"), ERR_INVALID);
    assert_int_equal(read_text(TLS "regions: [{code: \"4310\", data: d}]\n"), ERR_INVALID);
    assert_true(fault_at(2, "six digits"));
    assert_int_equal(read_text(TLS "regions:\n"
                                   "  - {code: \"431000\", data: d}\n"
                                   "  - {code: \"431000\", data: e}\n"),
                     ERR_INVALID);
    assert_true(fault_at(4, "twice"));
    assert_int_equal(read_text(TLS "regions: [{code: \"431000\"}]\n"), ERR_INVALID);
    assert_int_equal(read_text(""), ERR_INVALID);
    assert_int_equal(read_text("- 1\n"), ERR_INVALID);
}

static void a_missing_file_is_said(void **state)
{
    (void)state;
    memset(&faults, 0, sizeof faults);
    assert_int_equal(config_read("/nonexistent/copayd.yaml", &config, &faults), ERR_NOTFOUND);
    assert_int_equal(faults.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_takes_defaults),
        cmocka_unit_test(signing_and_publishing),
        cmocka_unit_test(relative_paths_start_at_the_file),
        cmocka_unit_test(given_values_count),
        cmocka_unit_test(unknown_keys_are_named_by_line),
        cmocka_unit_test(bounds_hold),
        cmocka_unit_test(what_is_needed_is_asked_for),
        cmocka_unit_test(a_missing_file_is_said),
    };
    return cmocka_run_group_tests(tests, open_folder, remove_folder);
}
