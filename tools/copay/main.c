/* copay: a terminal's window to copayd on the command line. Settles bills from JSON, voids, asks;
 * prints the bill as text or the answer as JSON. */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/output.h"
#include "bill.h"
#include "json.h"
#include "options.h"
#include "receipt.h"
#include "reconcile.h"
#include "request.h"
#include "tally.h"

enum exit_status { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_UNFINISHED = 3 };

static const char usage[] =
    "usage: copay [options] settle FILE\n"
    "       copay [options] presettle FILE\n"
    "       copay [options] register|admit|upload|cancel|discharge FILE\n"
    "       copay [options] void SETL_ID --psn-no PSN_NO [--infno 2103|2208|2305]\n"
    "       copay [options] reverse MSGID --psn-no PSN_NO\n"
    "                       [--infno 2102|2103|2207|2208|2304|2305]\n"
    "       copay [options] person PSN_NO | --certno NUMBER [--psn-cert-type 01]\n"
    "                       [--med-type TYPE]\n"
    "       copay [options] query SETL_ID | --msgid MSGID\n"
    "       copay [options] reconcile BOOKS [--from DATE] [--to DATE]\n"
    "       copay --tally-file FILE tally\n"
    "       copay [options] sign-in\n"
    "       copay [options] sign-out SIGN_NO\n"
    "       copay [options] inpatients [--next PAGE]\n"
    "       copay verify-receipt FILE --key PUBLIC_KEY\n"
    "\n"
    "settle     settles the bill in FILE (JSON, see copay(1); - is standard input)\n"
    "presettle  computes the same bill and changes nothing\n"
    "register   an outpatient's visit; admit: into hospital; discharge: out of it\n"
    "upload     fees of a visit or stay, which settle then settles; cancel: takes them out again\n"
    "void       undoes a settlement; its account and accumulators go back\n"
    "reverse    undoes a message whose answer never came, or keeps it from ever taking effect\n"
    "person     who somebody is, what covers them, what they may enjoy\n"
    "query      what became of a settlement, or of a message whose answer never came\n"
    "reconcile  compares a CSV of the institution's own books with the daemon's, day by day, and\n"
    "           names each document that differs\n"
    "tally      shows the running tallies that --tally-file has kept\n"
    "sign-in    begins the operator's shift, or shows the running one\n"
    "sign-out   ends it, and shows its totals\n"
    "inpatients who is in hospital here, since when, and with what unsettled\n"
    "verify-receipt   offline: whether a receipt proves that a settlement is in the ledger\n"
    "\n"
    "--connect HOST:PORT --ca FILE --cert FILE --key FILE   the daemon, and who we are\n"
    "--server-name NAME   expected in the daemon's certificate, when it is not HOST\n"
    "--config FILE        lines \"name = value\" of these options\n"
    "--institution CODE --region CODE --care-region CODE --opter NO --dev-no NO\n"
    "                     instead of what the bill or the certificate says\n"
    "--sign-no SIGN_NO    the shift in which it counts\n"
    "--msgid MSGID        the message's own id, to repeat an earlier message; else a new one\n"
    "--msgid-file FILE    keeps the last id, shared by the institution's programs\n"
    "--tally-file FILE    compares the running tally of every answer, over all that share FILE\n"
    "--timeout MS         how long to go on repeating until the answer is final; 30000\n"
    "--no-wait            send and die, as a terminal that loses power\n"
    "--json               the answer as JSON\n"
    "--raw FILE           also write the answer's body, byte for byte, to FILE\n"
    "\n"
    "Also from the environment: COPAY_CONNECT, COPAY_CA, COPAY_CERT, COPAY_KEY, COPAY_CONFIG ...\n"
    "\n"
    "example: copay --connect localhost:8443 --ca ca.pem --cert H43100299001.pem \\\n"
    "           --key H43100299001.key settle bill.json\n"
    "\n"
    "Exit status: 0 done; 1 refused; 2 options, files or certificates; 3 not done or unknown: the\n"
    "same message, by its --msgid, may be sent again.\n";

static bool write_raw(const char *path, const struct copay_answer *answer)
{
    FILE *file = fopen(path, "wb");
    bool written = file && fwrite(answer->body, 1, answer->body_size, file) == answer->body_size;
    if (file && fclose(file) != 0)
        written = false;
    if (!written)
        fprintf(stderr, "copay: %s: 无法写入 / cannot be written\n", path);
    return written;
}

static bool print_json(json_t *value)
{
    bool printed = value && json_dumpf(value, stdout, JSON_INDENT(2)) == 0;
    printf("\n");
    json_decref(value);
    return printed;
}

/* The reply, and what only the envelope says beside it. */
static bool print_answer_json(const struct copay_answer *answer)
{
    json_t *value = json_write(&answer->reply->base);
    json_t *envelope = json_write(&answer->envelope->base);
    json_object_del(envelope, "body");
    json_object_set_new(value, "envelope", envelope);
    return print_json(value);
}

static bool print_error_json(const Copay__Request *request, const struct copay_error *error)
{
    static const char *const names[] = {"done",    "refused", "retry",   "unknown", "sent",
                                        "invalid", "tls",     "foreign", "broken"};
    return print_json(json_pack("{s:s, s:s, s:s, s:s}", "status", names[error->status], "msgid",
                                request->msgid, "zh", error->zh, "en", error->en));
}

static enum exit_status status_of(enum copay_status status)
{
    switch (status) {
    case COPAY_DONE:
        return EXIT_DONE;
    case COPAY_REFUSED:
        return EXIT_REFUSED;
    case COPAY_INVALID:
    case COPAY_TLS:
        return EXIT_USAGE;
    default:
        return EXIT_UNFINISHED;
    }
}

static void say_error(const Copay__Request *request, const struct copay_error *error)
{
    fprintf(stderr, "copay: %s / %s\n报文 msgid %s\n", error->zh, error->en, request->msgid);
}

static enum exit_status call(struct copay *copay, const struct options *o,
                             const Copay__Request *request)
{
    struct copay_answer answer;
    enum copay_status status = copay_call(copay, request, o->timeout_ms, &answer);
    enum exit_status result = status_of(status);
    bool final = status == COPAY_DONE || status == COPAY_REFUSED;
    if (final && o->raw && !write_raw(o->raw, &answer))
        result = EXIT_USAGE;
    if (final && o->json)
        print_answer_json(&answer);
    else if (final)
        bill_print(request, answer.reply, answer.envelope, stdout);
    else if (o->json)
        print_error_json(request, &answer.error);
    if (!final)
        say_error(request, &answer.error);
    copay_answer_free(&answer);
    return result;
}

static enum exit_status send_only(struct copay *copay, const struct options *o,
                                  const Copay__Request *request)
{
    struct copay_error error = {.zh = "已发送，未等待应答",
                                .en = "sent; the answer is not awaited"};
    error.status = COPAY_SENT;
    enum copay_status status = copay_send(copay, request, o->timeout_ms, &error);
    if (o->json)
        print_error_json(request, &error);
    say_error(request, &error);
    return status_of(status);
}

/* One message; NULL: reconcile's several. */
static enum exit_status run(const struct options *o, const Copay__Request *request)
{
    struct copay *copay;
    struct copay_error error;
    struct copay_options connection = o->connection;
    enum copay_status status =
        tally_open(o->tally_file, &connection.tally, &error) ? COPAY_DONE : COPAY_INVALID;
    if (status == COPAY_DONE)
        status = copay_open(&connection, &copay, &error);
    if (status != COPAY_DONE) {
        fprintf(stderr, "copay: %s / %s\n", error.zh, error.en);
        copay_tally_free(connection.tally);
        return status_of(status);
    }
    enum exit_status result = !request     ? status_of(reconcile_run(copay, o))
                              : o->no_wait ? send_only(copay, o, request)
                                           : call(copay, o, request);
    copay_close(copay);
    tally_close(o->tally_file, connection.tally);
    return result;
}

static int serve(int argc, char *argv[])
{
    struct options options;
    const char *fault = NULL;
    if (!options_read(&options, argc, argv, &fault)) {
        fprintf(stderr, "copay: %s\n%s", fault, usage);
        return EXIT_USAGE;
    }
    if (options.help) {
        fputs(usage, stdout);
        return EXIT_DONE;
    }
    if (strcmp(options.command, "verify-receipt") == 0)
        return receipt_verify(options.argument, options.key);
    if (strcmp(options.command, "tally") == 0)
        return status_of(tally_show(options.tally_file));
    if (strcmp(options.command, "reconcile") == 0)
        return run(&options, NULL);
    char text[REQUEST_FAULT_MAX];
    Copay__Request request;
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    if (!arena || !request_make(&options, arena, &request, text)) {
        fprintf(stderr, "copay: %s\n", arena ? text : "内存不足 / out of memory");
        arena_free(arena);
        return EXIT_USAGE;
    }
    enum exit_status status = run(&options, &request);
    arena_free(arena);
    return status;
}

int main(int argc, char *argv[])
{
    return output_end("copay", serve(argc, argv), EXIT_USAGE);
}
