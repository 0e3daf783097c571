/* lib/client/call: against a daemon that plays a script, every way a call can end. No assertion
 * depends on speed: deadlines are long where an answer comes and short where none ever will. */
#include "server.h"

#include "client/copay.h"

#define LONG_MS 20000
#define SHORT_MS 300

static char ours[64], foreign[64];
static struct server server;
static struct copay_answer answer;

static int setup(void **state)
{
    (void)state;
    char dir[] = "/tmp/copay-call-XXXXXX";
    if (!mkdtemp(dir))
        return -1;
    snprintf(ours, sizeof ours, "%s/ours", dir);
    snprintf(foreign, sizeof foreign, "%s/foreign", dir);
    make_certificate(ours);
    make_certificate(foreign);
    signal(SIGPIPE, SIG_DFL); /* a library that relies on SIG_IGN dies here */
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char path[80];
    const char *const names[] = {ours, foreign};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s.pem", names[i]);
        unlink(path);
        snprintf(path, sizeof path, "%s.key", names[i]);
        unlink(path);
    }
    *strrchr(ours, '/') = '\0';
    return rmdir(ours);
}

static struct copay *open_to(const char *port, const char *ca, const char *cert, const char *name)
{
    char ca_file[80], cert_file[80], key_file[80];
    struct copay *copay = NULL;
    struct copay_error error;
    snprintf(ca_file, sizeof ca_file, "%s.pem", ca);
    snprintf(cert_file, sizeof cert_file, "%s.pem", cert);
    snprintf(key_file, sizeof key_file, "%s.key", cert);
    const struct copay_options options = {.host = "127.0.0.1",
                                          .port = port,
                                          .ca_file = ca_file,
                                          .cert_file = cert_file,
                                          .key_file = key_file,
                                          .server_name = name,
                                          .backoff_max_ms = 5};
    assert_int_equal(copay_open(&options, &copay, &error), COPAY_DONE);
    return copay;
}

static Copay__PersonQuery query;

static Copay__Request person_request(void)
{
    Copay__Request r = COPAY__REQUEST__INIT;
    copay__person_query__init(&query);
    query.psn_no = "1";
    r.infno = "1101";
    r.msgid = "H43100299001202511130930150001";
    r.fixmedins_code = "H43100299001";
    r.insuplc_admdvs = r.mdtrtarea_admvs = "431000";
    r.opter = "1";
    r.person_query = &query;
    return r;
}

/* Plays a script against one call; the server has ended when it returns. */
static enum copay_status play(const enum step *steps, int count, uint32_t timeout_ms)
{
    Copay__Request request = person_request();
    server_start(&server, ours, steps, count);
    struct copay *copay = open_to(server.port, ours, ours, NULL);
    enum copay_status status = copay_call(copay, &request, timeout_ms, &answer);
    copay_close(copay);
    server_stop(&server);
    return status;
}

#define PLAY(timeout_ms, ...)                                                                      \
    play((const enum step[]){__VA_ARGS__}, sizeof((enum step[]){__VA_ARGS__}) / sizeof(enum step), \
         timeout_ms)

static void an_answer_is_handed_out(void **state)
{
    (void)state;
    assert_int_equal(PLAY(LONG_MS, STEP_ANSWER), COPAY_DONE);
    assert_int_equal(answer.attempts, 1);
    assert_string_equal(answer.reply->person->psn_name, "1");
    assert_true(answer.body_size > 0 && answer.body == answer.envelope->body.data);
    assert_int_equal(server.attempts[0], 1);
    copay_answer_free(&answer);
}

static void a_refusal_says_why(void **state)
{
    (void)state;
    assert_int_equal(PLAY(LONG_MS, STEP_REFUSE), COPAY_REFUSED);
    assert_int_equal(answer.error.reason, 2001);
    assert_string_equal(answer.error.zh, "查无此人");
    assert_string_equal(answer.error.en, "no such insured person");
    copay_answer_free(&answer);
}

static void what_is_not_final_is_repeated_byte_for_byte(void **state)
{
    (void)state;
    Copay__Request request = person_request();
    static const enum step steps[] = {STEP_HANG_UP, STEP_RETRY, STEP_HANG_UP_MID, STEP_ANSWER};
    server_start(&server, ours, steps, 4);
    struct copay *copay = open_to(server.port, ours, ours, "localhost");
    assert_int_equal(copay_call(copay, &request, LONG_MS, &answer), COPAY_DONE);
    assert_int_equal(answer.attempts, 4);
    assert_int_equal(answer.error.status, COPAY_DONE); /* what stood in the way is past */
    copay_answer_free(&answer);
    copay_close(copay);
    shutdown(server.listener, SHUT_RDWR);
    pthread_join(server.thread, NULL);
    assert_int_equal(server.seen, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(server.attempts[i], i + 1);
        assert_int_equal(server.sizes[i], server.sizes[0]);
        assert_memory_equal(server.bodies[i], server.bodies[0], server.sizes[0]);
    }
    for (int i = 0; i < 4; i++)
        free(server.bodies[i]);
    close(server.listener);
    SSL_CTX_free(server.context);
}

static void another_messages_answer_is_never_handed_out(void **state)
{
    (void)state;
    assert_int_equal(PLAY(LONG_MS, STEP_FOREIGN), COPAY_FOREIGN);
    assert_null(answer.reply);
    assert_null(answer.body);
    copay_answer_free(&answer);
    assert_int_equal(PLAY(LONG_MS, STEP_FOREIGN_COPY), COPAY_FOREIGN);
    assert_null(answer.reply);
    copay_answer_free(&answer);
}

static void an_unreadable_answer_is_told(void **state)
{
    (void)state;
    assert_int_equal(PLAY(LONG_MS, STEP_GARBAGE), COPAY_BROKEN);
    assert_null(answer.reply);
    copay_answer_free(&answer);
}

static void silence_leaves_the_outcome_unknown(void **state)
{
    (void)state;
    assert_int_equal(PLAY(SHORT_MS, STEP_SILENT), COPAY_UNKNOWN);
    assert_null(answer.reply);
    copay_answer_free(&answer);
    /* "Not done" to a repeat says nothing about the attempt that was not answered. */
    assert_int_equal(PLAY(SHORT_MS, STEP_HANG_UP, STEP_RETRY, STEP_SILENT), COPAY_UNKNOWN);
    copay_answer_free(&answer);
}

static void nothing_was_done_where_nobody_listens(void **state)
{
    (void)state;
    Copay__Request request = person_request();
    struct copay *copay = open_to("1", ours, ours, NULL);
    assert_int_equal(copay_call(copay, &request, SHORT_MS, &answer), COPAY_RETRY);
    assert_true(answer.attempts > 1);
    copay_answer_free(&answer);
    assert_int_equal(copay_call(copay, &request, 0, &answer), COPAY_INVALID);
    copay_answer_free(&answer);
    request.msgid = NULL;
    assert_int_equal(copay_call(copay, &request, SHORT_MS, &answer), COPAY_INVALID);
    copay_answer_free(&answer);
    copay_close(copay);
}

static void certificates_are_checked_both_ways(void **state)
{
    (void)state;
    static const enum step steps[] = {STEP_ANSWER};
    static const struct {
        const char *ca, *cert, *name;
    } rows[] = {{foreign, ours, NULL}, {ours, ours, "daemon.example"}, {ours, ours, "127.0.0.2"}};
    Copay__Request request = person_request();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        server_start(&server, ours, steps, 1);
        struct copay *copay = open_to(server.port, rows[i].ca, rows[i].cert, rows[i].name);
        assert_int_equal(copay_call(copay, &request, LONG_MS, &answer), COPAY_TLS);
        assert_int_equal(answer.attempts, 1); /* repeating would not help */
        copay_answer_free(&answer);
        copay_close(copay);
        server_stop(&server);
        assert_int_equal(server.seen, 0);
    }
    struct copay_options options = {.host = "h",
                                    .port = "1",
                                    .ca_file = "/nonexistent",
                                    .cert_file = "/nonexistent",
                                    .key_file = "/nonexistent"};
    struct copay *copay;
    struct copay_error error;
    assert_int_equal(copay_open(&options, &copay, &error), COPAY_TLS);
    assert_non_null(strstr(error.en, "/nonexistent"));
    options.key_file = NULL;
    assert_int_equal(copay_open(&options, &copay, &error), COPAY_INVALID);
}

/* The daemon's refusal of our certificate comes after the handshake, and may lose a race with the
 * reset of the connection: then it reads as a lost attempt. It is never an answer. */
static void a_foreign_certificate_gets_nothing(void **state)
{
    (void)state;
    static const enum step steps[] = {STEP_ANSWER};
    Copay__Request request = person_request();
    server_start(&server, ours, steps, 1);
    struct copay *copay = open_to(server.port, ours, foreign, NULL);
    enum copay_status status = copay_call(copay, &request, SHORT_MS, &answer);
    assert_true(status == COPAY_TLS || status == COPAY_UNKNOWN);
    assert_null(answer.reply);
    copay_answer_free(&answer);
    copay_close(copay);
    server_stop(&server);
    assert_int_equal(server.seen, 0);
}

static void sending_without_waiting_arrives(void **state)
{
    (void)state;
    static const enum step steps[] = {STEP_HANG_UP};
    Copay__Request request = person_request();
    struct copay_error error;
    server_start(&server, ours, steps, 1);
    struct copay *copay = open_to(server.port, ours, ours, NULL);
    assert_int_equal(copay_send(copay, &request, LONG_MS, &error), COPAY_SENT);
    pthread_join(server.thread, NULL); /* ends when it has read the request */
    assert_int_equal(server.seen, 1);
    free(server.bodies[0]);
    close(server.listener);
    SSL_CTX_free(server.context);
    copay_close(copay);
}

static void operators_speak_raw_bodies(void **state)
{
    (void)state;
    static const enum step steps[] = {STEP_COMMAND};
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    uint8_t body[64];
    command.region = "431000";
    command.msgid = "m1";
    size_t size = copay__admin__command__pack(&command, body);
    server_start(&server, ours, steps, 1);
    struct copay *copay = open_to(server.port, ours, ours, NULL);
    assert_int_equal(copay_command(copay, body, size, "431000", "m1", LONG_MS, &answer),
                     COPAY_DONE);
    Copay__Admin__CommandReply *reply =
        copay__admin__command_reply__unpack(NULL, answer.body_size, answer.body);
    assert_string_equal(reply->msgid, "m1");
    copay__admin__command_reply__free_unpacked(reply, NULL);
    copay_answer_free(&answer);
    copay_close(copay);
    server_stop(&server);
}

static void a_connection_serves_many_calls(void **state)
{
    (void)state;
    static const enum step steps[] = {STEP_ANSWER, STEP_REFUSE, STEP_ANSWER};
    Copay__Request request = person_request();
    server_start(&server, ours, steps, 3);
    struct copay *copay = open_to(server.port, ours, ours, NULL);
    assert_int_equal(copay_call(copay, &request, LONG_MS, &answer), COPAY_DONE);
    copay_answer_free(&answer);
    assert_int_equal(copay_call(copay, &request, LONG_MS, &answer), COPAY_REFUSED);
    copay_answer_free(&answer);
    assert_int_equal(copay_query(copay, &request, request.msgid, LONG_MS, &answer), COPAY_BROKEN);
    assert_non_null(strstr(answer.error.en, "query")); /* the script knows no queries */
    copay_answer_free(&answer);
    copay_close(copay);
    server_stop(&server);
    assert_int_equal(server.seen, 3);
}

/* The head's own bodies are left out. The script's answer tells nothing of a reversal. */
static void a_reversal_carries_its_three_names(void **state)
{
    (void)state;
    static const enum step steps[] = {STEP_ANSWER};
    Copay__Request request = person_request();
    server_start(&server, ours, steps, 1);
    struct copay *copay = open_to(server.port, ours, ours, NULL);
    assert_int_equal(copay_reverse(copay, &request, "2207", "H43100299001202511130930150009", "P1",
                                   LONG_MS, &answer),
                     COPAY_BROKEN);
    assert_non_null(strstr(answer.error.en, "reversal"));
    copay_answer_free(&answer);
    copay_close(copay);
    pthread_join(server.thread, NULL); /* ends with its script */
    Copay__Request *sent = copay__request__unpack(NULL, server.sizes[0], server.bodies[0]);
    assert_non_null(sent);
    assert_string_equal(sent->infno, "2601");
    assert_string_equal(sent->msgid, request.msgid);
    assert_null(sent->person_query);
    assert_string_equal(sent->reversal->oinfno, "2207");
    assert_string_equal(sent->reversal->omsgid, "H43100299001202511130930150009");
    assert_string_equal(sent->reversal->psn_no, "P1");
    copay__request__free_unpacked(sent, NULL);
    free(server.bodies[0]);
    close(server.listener);
    SSL_CTX_free(server.context);
}

/* Three connections, the first two lost under a request; which of them were resumed. */
static void reconnect_twice(bool forgets)
{
    static const enum step steps[] = {STEP_HANG_UP, STEP_HANG_UP, STEP_ANSWER};
    Copay__Request request = person_request();
    server_start_as(&server, ours, forgets, steps, 3);
    struct copay *copay = open_to(server.port, ours, ours, NULL);
    assert_int_equal(copay_call(copay, &request, LONG_MS, &answer), COPAY_DONE);
    assert_int_equal(answer.attempts, 3);
    copay_answer_free(&answer);
    copay_close(copay);
    server_stop(&server);
}

static void a_second_connection_is_resumed(void **state)
{
    (void)state;
    reconnect_twice(false);
    assert_false(server.resumed[0]);
    assert_true(server.resumed[1]);
    assert_true(server.resumed[2]);
}

/* A ticket that the daemon cannot read any more costs no attempt. */
static void a_restarted_daemon_shakes_hands_in_full(void **state)
{
    (void)state;
    reconnect_twice(true);
    assert_false(server.resumed[1]);
    assert_false(server.resumed[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_handed_out),
        cmocka_unit_test(a_refusal_says_why),
        cmocka_unit_test(what_is_not_final_is_repeated_byte_for_byte),
        cmocka_unit_test(another_messages_answer_is_never_handed_out),
        cmocka_unit_test(an_unreadable_answer_is_told),
        cmocka_unit_test(silence_leaves_the_outcome_unknown),
        cmocka_unit_test(nothing_was_done_where_nobody_listens),
        cmocka_unit_test(certificates_are_checked_both_ways),
        cmocka_unit_test(a_foreign_certificate_gets_nothing),
        cmocka_unit_test(sending_without_waiting_arrives),
        cmocka_unit_test(operators_speak_raw_bodies),
        cmocka_unit_test(a_connection_serves_many_calls),
        cmocka_unit_test(a_reversal_carries_its_three_names),
        cmocka_unit_test(a_second_connection_is_resumed),
        cmocka_unit_test(a_restarted_daemon_shakes_hands_in_full),
    };
    return cmocka_run_group_tests_name("call", tests, setup, teardown);
}
