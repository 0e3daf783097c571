/* libcopay: what a hospital system or a bureau's program links to speak with copayd.
 *
 * A handle is one connection over mutual TLS 1.3 and one call at a time; threads may share it, and
 * wait for each other. A call repeats the same message, byte for byte, after a lost connection or a
 * "retry" answer, until the answer is final or the deadline has passed: the daemon answers a msgid
 * once and repeats that answer, so repeating is always safe, and a new msgid for the same visit
 * never is. No answer is handed out that names another message or whose figures do not add up.
 *
 * Messages are those of copay.proto, as protobuf-c makes them. Money is fen, times are milliseconds
 * since 1970 UTC. The library raises no signals and starts no threads. */
#ifndef CLIENT_COPAY_H
#define CLIENT_COPAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/msgid.h"
#include "client/status.h"
#include "client/tally.h"
#include "copay.pb-c.h"

/* Texts are borrowed until copay_open() returns. */
struct copay_options {
    const char *host, *port;   /* name or address; decimal */
    const char *ca_file;       /* PEM: who may sign the daemon's certificate */
    const char *cert_file;     /* PEM chain: who we are */
    const char *key_file;      /* PEM */
    const char *server_name;   /* expected in the daemon's certificate; NULL: host */
    uint32_t backoff_max_ms;   /* between attempts; 0: 2,000 */
    struct copay_tally *tally; /* borrowed until copay_close(); compares every answer; NULL */
};

struct copay;

/* Loads the certificates; connects at the first call. *out is the caller's: copay_close(). */
enum copay_status copay_open(const struct copay_options *options, struct copay **out,
                             struct copay_error *error);
/* NULL is allowed. */
void copay_close(struct copay *copay);

struct copay_answer {
    enum copay_status status;
    struct copay_error error;             /* when status is not COPAY_DONE */
    const Copay__ReplyEnvelope *envelope; /* NULL when there is no answer */
    const Copay__Reply *reply;            /* NULL for operators' commands, or when unreadable */
    const uint8_t *body; /* the reply's body as received: what is stored for ever */
    size_t body_size;
    uint32_t attempts;
    void *memory; /* all of the above; copay_answer_free() */
};

/* Frees what the answer holds, not the struct. */
void copay_answer_free(struct copay_answer *answer);

/* One transaction. `timeout_ms` (over 0) is the deadline of the whole call and is told to the
 * daemon as the sender's patience. The return value is answer->status; *answer is always filled and
 * the caller's to free. The request is borrowed until return. */
enum copay_status copay_call(struct copay *copay, const Copay__Request *request,
                             uint32_t timeout_ms, struct copay_answer *answer);

/* 5203 by the msgid of an earlier message. `head` gives institution, regions, operator, inf_time
 * and a new msgid of its own; its bodies are ignored. */
enum copay_status copay_query(struct copay *copay, const Copay__Request *head, const char *msgid,
                              uint32_t timeout_ms, struct copay_answer *answer);

/* 2601 of an earlier message of transaction `infno`, for the person `psn_no`: done, nothing of that
 * message is in force or ever will be, and reply->reversed says what had become of it. Refused, it
 * stands where reply->found shows it. `head` as for copay_query(). */
enum copay_status copay_reverse(struct copay *copay, const Copay__Request *head, const char *infno,
                                const char *msgid, const char *psn_no, uint32_t timeout_ms,
                                struct copay_answer *answer);

/* Sends and does not wait: for showing what a crash after sending leaves behind. The connection is
 * closed. COPAY_SENT, or why not. */
enum copay_status copay_send(struct copay *copay, const Copay__Request *request,
                             uint32_t timeout_ms, struct copay_error *error);

/* An operator's command (admin.proto): `body` is a packed copay.admin.Command, msgid and region its
 * fields. answer->body is a packed copay.admin.CommandReply whose msgid was compared. */
enum copay_status copay_command(struct copay *copay, const uint8_t *body, size_t body_size,
                                const char *region, const char *msgid, uint32_t timeout_ms,
                                struct copay_answer *answer);

/* What is wrong with an answer to that request: static English text, or NULL when every identity
 * holds: lines, funds, payers, rows, signs, and that it answers what was asked. copay_call() has
 * checked already; this is for answers that were stored. */
const char *copay_check(const Copay__Request *request, const Copay__Reply *reply);

/* The clause of a settlement's next line, which leaves it out where the last line of its class had
 * the same. `last` holds NULL before the first line. "" or NULL: none; borrowed from the lines. */
#define COPAY_LINE_CLASSES 4 /* chrgitm_lv, 1 to 3 */
const char *copay_line_clause(const Copay__LineSplit *line, const char *last[COPAY_LINE_CLASSES]);

#endif
