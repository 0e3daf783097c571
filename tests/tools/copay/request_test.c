/* tools/copay/options and request: weights of option, environment and file; the same command with
 * the same msgid is the same message, byte for byte. */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "request.h"

#define MSGID "H43100299001202511130930150001"
#define CONNECTION "--connect", "h:1", "--ca", "a", "--cert", "c", "--key", "k"

static struct options options;
static const char *fault;

static bool read_words(int count, const char *const *words)
{
    char *argv[24] = {"copay"};
    assert_true(count < 23);
    for (int i = 0; i < count; i++)
        argv[i + 1] = (char *)words[i];
    optind = 0; /* getopt starts afresh */
    opterr = 0;
    return options_read(&options, count + 1, argv, &fault);
}

#define READ(...)                                                                                  \
    read_words(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),                             \
               (const char *[]){__VA_ARGS__})

static void options_before_and_behind_the_command(void **state)
{
    (void)state;
    assert_true(READ(CONNECTION, "--msgid", "own", "--json", "query", "--msgid", "asked"));
    assert_string_equal(options.msgid, "own");
    assert_string_equal(options.asked_msgid, "asked");
    assert_string_equal(options.connection.host, "h");
    assert_string_equal(options.connection.port, "1");
    assert_true(options.json && !options.no_wait);
    assert_int_equal(options.timeout_ms, 30000);
    assert_true(READ("--connect", "[::1]:8443", "--ca", "a", "--cert", "c", "--key", "k",
                     "--timeout", "5", "void", "s1", "--psn-no", "p"));
    assert_string_equal(options.host, "::1");
    assert_string_equal(options.argument, "s1");
    assert_string_equal(options.psn_no, "p");
    assert_int_equal(options.timeout_ms, 5);
    assert_true(READ("--help") && options.help);
    assert_false(READ(CONNECTION));
    assert_false(READ("settle", "f"));
    assert_false(READ(CONNECTION, "--timeout", "0", "settle", "f"));
    assert_false(READ(CONNECTION, "--wrong", "settle", "f"));
    assert_false(READ(CONNECTION, "settle", "f", "g"));
    assert_false(READ("--connect", "noport", "--ca", "a", "--cert", "c", "--key", "k", "person"));
}

static void the_environment_and_then_the_file_fill_in(void **state)
{
    (void)state;
    char path[] = "/tmp/copay-conf-XXXXXX";
    int fd = mkstemp(path);
    dprintf(fd, "# terminal\nconnect = file:1\nca = file-ca\n cert=file-cert\nkey = file-key\n");
    setenv("COPAY_CA", "environment-ca", 1);
    assert_true(READ("--config", path, "--key", "own-key", "person", "1"));
    assert_string_equal(options.connection.key_file, "own-key");
    assert_string_equal(options.connection.ca_file, "environment-ca");
    assert_string_equal(options.connection.cert_file, "file-cert");
    assert_string_equal(options.host, "file");
    unsetenv("COPAY_CA");
    dprintf(fd, "wrong = 1\n");
    assert_false(READ("--config", path, "person", "1"));
    close(fd);
    unlink(path);
}

static size_t made(const char *command, const char *path, uint8_t *bytes, char *text)
{
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    Copay__Request request;
    size_t size = 0;
    assert_true(READ(CONNECTION, "--msgid", MSGID, "--institution", "H43100299001", command, path,
                     "--psn-no", "1"));
    if (request_make(&options, arena, &request, text)) {
        memcpy(text, request.infno, 5);
        size = copay__request__pack(&request, bytes);
    }
    arena_free(arena);
    return size;
}

static void the_same_command_is_the_same_message(void **state)
{
    (void)state;
    char path[] = "/tmp/copay-bill-XXXXXX", text[REQUEST_FAULT_MAX];
    uint8_t first[1024], second[1024];
    int fd = mkstemp(path);
    dprintf(fd, "{\"infno\": \"2304\", \"settle\": {\"psn_no\": \"1\", \"mdtrt_cert_type\": \"99\","
                "\"med_type\": \"21\", \"begntime\": \"2025-11-13\", \"endtime\": \"2025-11-13\","
                "\"ipt_otp_no\": \"Z1\", \"medfee_sumamt\": \"1.00\", \"acct_used_flag\": \"0\"}}");
    close(fd);
    size_t size = made("settle", path, first, text);
    assert_true(size > 0);
    assert_string_equal(text, "2304");
    assert_int_equal(made("settle", path, second, text), size);
    assert_memory_equal(first, second, size);
    assert_int_equal(made("presettle", path, second, text), size);
    assert_string_equal(text, "2303");
    Copay__Request *r = copay__request__unpack(NULL, size, first);
    assert_string_equal(r->insuplc_admdvs, "431000");
    assert_string_equal(r->msgid, MSGID);
    assert_true(r->inf_time == INT64_C(1762997415000)); /* the msgid's own */
    copay__request__free_unpacked(r, NULL);
    unlink(path);
    assert_int_equal(made("settle", path, first, text), 0);
    assert_int_equal(made("frobnicate", path, first, text), 0);
}

/* The number that the file leaves out is the command's where it has but one. */
static void an_encounters_messages(void **state)
{
    (void)state;
    char path[] = "/tmp/copay-stay-XXXXXX", text[REQUEST_FAULT_MAX];
    uint8_t bytes[1024];
    int fd = mkstemp(path);
    dprintf(fd, "{\"encounter\": {\"psn_no\": \"1\", \"begntime\": \"2025-11-13 09:00:00\"}}");
    assert_true(made("admit", path, bytes, text) > 0);
    assert_string_equal(text, "2401");
    assert_true(made("register", path, bytes, text) > 0);
    assert_string_equal(text, "2201");
    assert_true(made("discharge", path, bytes, text) > 0);
    assert_string_equal(text, "2402");
    assert_int_equal(made("upload", path, bytes, text), 0); /* of which counter? */
    assert_int_equal(ftruncate(fd, 0), 0);
    pwrite(fd, "{\"infno\": \"2302\", \"cancel\": {\"mdtrt_id\": \"M\", \"psn_no\": \"1\"}}", 61,
           0);
    assert_true(made("cancel", path, bytes, text) > 0);
    assert_string_equal(text, "2302");
    assert_int_equal(made("admit", path, bytes, text), 0);
    close(fd);
    unlink(path);
}

static void what_was_uploaded_is_settled(void **state)
{
    (void)state;
    char path[] = "/tmp/copay-stay-XXXXXX", text[REQUEST_FAULT_MAX];
    uint8_t bytes[1024];
    int fd = mkstemp(path);
    dprintf(fd,
            "{\"infno\": \"2304\", \"encounter_settle\": {\"mdtrt_id\": \"M\", \"psn_no\": \"1\","
            "\"mdtrt_cert_type\": \"99\", \"medfee_sumamt\": \"1.00\", \"acct_used_flag\": \"0\","
            "\"agreed\": {\"psn_cash_pay\": \"1.00\", \"acct_pay\": \"0.00\"}}}");
    close(fd);
    assert_true(made("settle", path, bytes, text) > 0);
    assert_string_equal(text, "2304");
    size_t size = made("presettle", path, bytes, text);
    assert_string_equal(text, "2303");
    Copay__Request *r = copay__request__unpack(NULL, size, bytes);
    assert_null(r->encounter_settle->agreed);
    copay__request__free_unpacked(r, NULL);
    unlink(path);
}

static void a_void_knows_its_region_and_counter(void **state)
{
    (void)state;
    char text[REQUEST_FAULT_MAX];
    uint8_t bytes[1024];
    size_t size = made("void", "430500202511130000000000000042", bytes, text);
    assert_string_equal(text, "2208");
    Copay__Request *r = copay__request__unpack(NULL, size, bytes);
    assert_string_equal(r->insuplc_admdvs, "430500");
    assert_string_equal(r->void_order->psn_no, "1");
    copay__request__free_unpacked(r, NULL);
}

static void a_reversal_knows_its_counter(void **state)
{
    (void)state;
    const char *omsgid = "H43100299001202511130930150009";
    char text[REQUEST_FAULT_MAX];
    uint8_t bytes[1024];
    size_t size = made("reverse", omsgid, bytes, text);
    assert_string_equal(text, "2601");
    Copay__Request *r = copay__request__unpack(NULL, size, bytes);
    assert_string_equal(r->reversal->omsgid, omsgid);
    assert_string_equal(r->reversal->oinfno, "2207");
    assert_string_equal(r->reversal->psn_no, "1");
    copay__request__free_unpacked(r, NULL);
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    Copay__Request request;
    assert_true(READ(CONNECTION, "--institution", "P43100299001", "reverse", "--msgid", omsgid,
                     "--psn-no", "1"));
    assert_true(request_make(&options, arena, &request, text));
    assert_string_equal(request.reversal->oinfno, "2102");
    assert_true(READ(CONNECTION, "--institution", "P43100299001", "reverse", omsgid, "--psn-no",
                     "1", "--infno", "2304"));
    assert_true(request_make(&options, arena, &request, text));
    assert_string_equal(request.reversal->oinfno, "2304");
    assert_true(READ(CONNECTION, "--institution", "P43100299001", "reverse", omsgid));
    assert_false(request_make(&options, arena, &request, text));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_before_and_behind_the_command),
        cmocka_unit_test(the_environment_and_then_the_file_fill_in),
        cmocka_unit_test(the_same_command_is_the_same_message),
        cmocka_unit_test(an_encounters_messages),
        cmocka_unit_test(what_was_uploaded_is_settled),
        cmocka_unit_test(a_void_knows_its_region_and_counter),
        cmocka_unit_test(a_reversal_knows_its_counter),
    };
    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
