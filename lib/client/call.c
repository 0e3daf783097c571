/* The call: one message until its answer is final or the deadline has passed (design decisions 5
 * and 8). Whatever is repeated is the same body under the same msgid. A handle's mutex lets one
 * thread in at a time. */
#include "client/copay.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "admin.pb-c.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/reason.h"
#include "client/error.h"
#include "client/link.h"
#include "model/record.h"
#include "wire/frame.h"
#include "wire/pool.h"

#define BACKOFF_FIRST_MS 100
#define BACKOFF_MAX_MS 2000

struct copay {
    pthread_mutex_t mutex;
    char *host, *port, *server_name;
    uint32_t backoff_max_ms;
    struct copay_tally *tally; /* NULL: nobody compares */
    SSL_CTX *context;
    struct link *link;    /* NULL: connect first */
    SSL_SESSION *session; /* of the last link that had a ticket; NULL: none */
};

/* One call's progress. */
struct call {
    struct copay *copay;
    uint8_t schema;
    const char *region, *msgid;
    struct slice body;
    const Copay__Request *request; /* NULL: an operator's command */
    int64_t deadline;
    uint32_t backoff_ms;
    bool unanswered; /* an attempt left and its answer did not come: it may have been done */
    bool retried;    /* the daemon said "not done" */
    enum err lost;   /* why the last attempt got no answer */
    struct arena *arena;
    struct copay_answer *answer;
};

static char *copy_text(const char *text)
{
    return strdup(text ? text : "");
}

enum copay_status copay_open(const struct copay_options *options, struct copay **out,
                             struct copay_error *error)
{
    const char *name = options->server_name ? options->server_name : options->host;
    if (!options->host || !options->port || !options->ca_file || !options->cert_file ||
        !options->key_file)
        return error_set(error, COPAY_INVALID, "缺少连接参数",
                         "host, port, CA, certificate and key are all needed", NULL);
    const char *what;
    SSL_CTX *context = link_context(options->ca_file, options->cert_file, options->key_file, &what);
    if (!context)
        return error_set(error, COPAY_TLS, "证书或密钥文件无法使用",
                         "a certificate or key file cannot be used", what);
    struct copay *copay = calloc(1, sizeof *copay);
    if (copay) {
        pthread_mutex_init(&copay->mutex, NULL);
        copay->context = context;
        copay->host = copy_text(options->host);
        copay->port = copy_text(options->port);
        copay->server_name = copy_text(name);
        copay->tally = options->tally;
        copay->backoff_max_ms = options->backoff_max_ms ? options->backoff_max_ms : BACKOFF_MAX_MS;
    } else {
        SSL_CTX_free(context);
    }
    if (!copay || !copay->host || !copay->port || !copay->server_name) {
        copay_close(copay);
        return error_set(error, COPAY_INVALID, "内存不足", "out of memory", NULL);
    }
    *out = copay;
    return COPAY_DONE;
}

/* What has been resumed with once may be again: copayd's tickets are not for one use. */
static void keep_session(struct copay *copay, SSL_SESSION *session)
{
    SSL_SESSION_free(copay->session);
    copay->session = session;
}

static void hang_up(struct copay *copay)
{
    SSL_SESSION *session = copay->link ? link_session(copay->link) : NULL;
    if (session)
        keep_session(copay, session);
    link_close(copay->link);
    copay->link = NULL;
}

void copay_close(struct copay *copay)
{
    if (!copay)
        return;
    hang_up(copay);
    keep_session(copay, NULL);
    SSL_CTX_free(copay->context);
    pthread_mutex_destroy(&copay->mutex);
    free(copay->host);
    free(copay->port);
    free(copay->server_name);
    free(copay);
}

void copay_answer_free(struct copay_answer *answer)
{
    arena_free(answer->memory);
    *answer = (struct copay_answer){0};
}

/* The frame of this attempt, malloc'ed; the caller frees. */
static uint8_t *make_frame(const struct call *call, size_t *size)
{
    Copay__RequestEnvelope e = COPAY__REQUEST_ENVELOPE__INIT;
    int64_t left = call->deadline - clock_mono_ms();
    e.body.data = (uint8_t *)call->body.data;
    e.body.len = call->body.size;
    e.insuplc_admdvs = (char *)call->region;
    e.msgid = (char *)call->msgid;
    e.has_sent_time = e.has_attempt = e.has_patience_ms = true;
    e.sent_time = clock_wall_ms();
    e.attempt = call->answer->attempts;
    e.patience_ms = left > 0 ? (uint32_t)left : 1;
    size_t packed = copay__request_envelope__get_packed_size(&e);
    uint8_t *bytes = malloc(FRAME_HEAD + packed);
    if (!bytes)
        return NULL;
    frame_head_write(bytes, call->schema, (uint32_t)packed);
    copay__request_envelope__pack(&e, bytes + FRAME_HEAD);
    *size = FRAME_HEAD + packed;
    return bytes;
}

static enum err send_attempt(struct call *call)
{
    struct copay *copay = call->copay;
    call->answer->attempts++;
    if (!copay->link) {
        const struct link_options options = {.host = copay->host,
                                             .port = copay->port,
                                             .server_name = copay->server_name,
                                             .context = copay->context,
                                             .session = copay->session};
        enum err err = link_open(&options, call->deadline, &copay->link);
        if (err != ERR_OK) {
            keep_session(copay, NULL); /* in case that it was to blame */
            return err;
        }
    }
    size_t size;
    uint8_t *frame = make_frame(call, &size);
    if (!frame)
        return ERR_NOMEM;
    bool before = call->unanswered;
    call->unanswered = true; /* from the first byte on it may arrive */
    enum err err = link_send(copay->link, frame, size, call->deadline);
    if (err == ERR_INVALID)
        call->unanswered = before; /* refused at the door, nothing was read */
    free(frame);
    return err;
}

/* Unpacks what came; false when it cannot be read. */
static bool unpack_answer(struct call *call, struct slice envelope, const char **msgid,
                          uint32_t *outcome)
{
    struct copay_answer *a = call->answer;
    ProtobufCMessage *message;
    if (pool_unpack(envelope, &copay__reply_envelope__descriptor, call->arena, &message) != ERR_OK)
        return false;
    a->envelope = (const Copay__ReplyEnvelope *)message;
    a->body = a->envelope->body.data;
    a->body_size = a->envelope->body.len;
    struct slice body = {.data = a->body, .size = a->body_size};
    if (!call->request) {
        if (pool_unpack(body, &copay__admin__command_reply__descriptor, call->arena, &message) !=
            ERR_OK)
            return false;
        const Copay__Admin__CommandReply *reply = (const Copay__Admin__CommandReply *)message;
        *msgid = reply->msgid;
        *outcome = reply->outcome;
        return true;
    }
    if (pool_unpack(body, &copay__reply__descriptor, call->arena, &message) != ERR_OK)
        return false;
    a->reply = (const Copay__Reply *)message;
    *msgid = a->reply->msgid;
    *outcome = a->reply->outcome;
    return true;
}

static void forget_answer(struct call *call)
{
    call->answer->envelope = NULL;
    call->answer->reply = NULL;
    call->answer->body = NULL;
    call->answer->body_size = 0;
}

static enum copay_status fail(struct call *call, enum copay_status status, const char *zh,
                              const char *en, const char *particulars)
{
    return error_set(&call->answer->error, status, zh, en, particulars);
}

/* The daemon's own words about a refusal or a retry, or ours when it gave none. */
static enum copay_status quote(struct call *call, enum copay_status status, const char *zh,
                               const char *en)
{
    const Copay__Reply *reply = call->answer->reply;
    if (!reply || reply->n_errors == 0)
        return fail(call, status, zh, en, NULL);
    const Copay__Problem *first = reply->errors[0];
    fail(call, status, first->zh, first->en, first->feedetl_sn);
    call->answer->error.reason = first->code;
    return status;
}

/* What an answer that names our message means; COPAY_SENT: not final, go on. */
static enum copay_status judge(struct call *call, uint32_t outcome)
{
    if (outcome == COPAY__OUTCOME__OUTCOME_RETRY) {
        call->retried = true;
        quote(call, COPAY_RETRY, "系统要求重发", "the daemon asks to send again");
        return COPAY_SENT;
    }
    const char *broken = call->request ? copay_check(call->request, call->answer->reply) : NULL;
    if (broken)
        return fail(call, COPAY_BROKEN, "应答未通过核对", "the answer breaks an identity", broken);
    if (outcome == COPAY__OUTCOME__OUTCOME_DONE) {
        call->answer->error = (struct copay_error){.status = COPAY_DONE};
        return COPAY_DONE;
    }
    if (outcome != COPAY__OUTCOME__OUTCOME_REFUSED)
        return fail(call, COPAY_BROKEN, "应答结果未知", "an outcome that is not known", NULL);
    return quote(call, COPAY_REFUSED, "业务被拒绝", "refused");
}

/* One attempt. COPAY_SENT: no final answer yet. */
static enum copay_status attempt(struct call *call)
{
    struct slice envelope;
    bool doubt = call->unanswered;
    forget_answer(call);
    arena_reset(call->arena);
    enum err err = send_attempt(call);
    if (err == ERR_OK)
        err = link_receive(call->copay->link, call->schema, call->arena, call->deadline, &envelope);
    call->lost = err;
    if (err != ERR_OK)
        hang_up(call->copay);
    if (err == ERR_INVALID)
        return fail(call, doubt ? COPAY_UNKNOWN : COPAY_TLS, "证书未被接受",
                    "a certificate was refused, the daemon's or ours", NULL);
    if (err == ERR_NOMEM)
        return fail(call, call->unanswered ? COPAY_UNKNOWN : COPAY_INVALID, "内存不足",
                    "out of memory", NULL);
    if (err == ERR_CORRUPT)
        return fail(call, COPAY_BROKEN, "应答无法解析", "the answer cannot be read", NULL);
    if (err != ERR_OK)
        return COPAY_SENT;
    const char *msgid = NULL;
    uint32_t outcome = 0;
    if (!unpack_answer(call, envelope, &msgid, &outcome)) {
        hang_up(call->copay);
        forget_answer(call);
        return fail(call, COPAY_BROKEN, "应答无法解析", "the answer cannot be read", NULL);
    }
    const char *copy = call->answer->envelope->msgid;
    if (strcmp(msgid, call->msgid) != 0 || (copy && strcmp(copy, call->msgid) != 0)) {
        /* Another's answer: whatever follows on this connection may be off by one as well. */
        hang_up(call->copay);
        forget_answer(call);
        return fail(call, COPAY_FOREIGN, "应答属于其他报文,已丢弃",
                    "the answer names another message and was discarded", NULL);
    }
    call->unanswered = doubt;
    return judge(call, outcome);
}

static void sleep_ms(int64_t ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (ms > 0 && nanosleep(&left, &left) != 0)
        continue;
}

/* Waits before the next attempt; false when the deadline comes first. A quarter of the time is
 * random, so that terminals that were cut off together do not come back together. */
static bool back_off(struct call *call)
{
    const Copay__ReplyEnvelope *e = call->answer->envelope;
    uint16_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) < 0)
        random = 0;
    int64_t wait = call->backoff_ms;
    if (e && e->has_retry_after_ms && e->retry_after_ms > wait)
        wait = e->retry_after_ms;
    wait += wait * random / (4 * (int64_t)UINT16_MAX);
    call->backoff_ms *= 2;
    if (call->backoff_ms > call->copay->backoff_max_ms)
        call->backoff_ms = call->copay->backoff_max_ms;
    if (clock_mono_ms() + wait >= call->deadline)
        return false;
    sleep_ms(wait);
    return true;
}

/* The deadline has passed without a final answer. */
static enum copay_status give_up(struct call *call)
{
    if (call->unanswered) {
        forget_answer(call);
        return fail(call, COPAY_UNKNOWN, "结果未知,请以同一报文重发、查询或冲正",
                    "the outcome is unknown: send the same message again, query it, or reverse it",
                    err_text(call->lost));
    }
    if (call->retried)
        return COPAY_RETRY; /* the daemon's words stand in error */
    return fail(call, COPAY_RETRY, "无法连接,未办理", "cannot connect; nothing was done",
                err_text(call->lost));
}

static enum copay_status run(struct call *call, uint32_t timeout_ms)
{
    struct copay_answer *a = call->answer;
    if (timeout_ms == 0 || !call->msgid || call->body.size > FRAME_MAX - MESSAGE_HEAD_MAX)
        return fail(call, COPAY_INVALID, "缺少超时或报文ID,或报文过长",
                    "no timeout, no msgid, or a message too long for a frame", NULL);
    a->memory = call->arena = arena_new(REQUEST_ARENA_MAX);
    if (!call->arena)
        return fail(call, COPAY_INVALID, "内存不足", "out of memory", NULL);
    call->deadline = clock_mono_ms() + timeout_ms;
    call->backoff_ms = BACKOFF_FIRST_MS < call->copay->backoff_max_ms ? BACKOFF_FIRST_MS
                                                                      : call->copay->backoff_max_ms;
    pthread_mutex_lock(&call->copay->mutex);
    enum copay_status status;
    do
        status = attempt(call);
    while (status == COPAY_SENT && back_off(call));
    pthread_mutex_unlock(&call->copay->mutex);
    return status == COPAY_SENT ? give_up(call) : status;
}

/* The packed request, malloc'ed; the caller frees. */
static uint8_t *pack_request(const Copay__Request *request, size_t *size)
{
    *size = copay__request__get_packed_size(request);
    uint8_t *bytes = malloc(*size ? *size : 1);
    if (bytes)
        copay__request__pack(request, bytes);
    return bytes;
}

enum copay_status copay_call(struct copay *copay, const Copay__Request *request,
                             uint32_t timeout_ms, struct copay_answer *answer)
{
    struct call call = {.copay = copay,
                        .schema = SCHEMA_TERMINAL,
                        .region = request->insuplc_admdvs,
                        .msgid = request->msgid,
                        .request = request,
                        .answer = answer};
    *answer = (struct copay_answer){0};
    uint8_t *body = pack_request(request, &call.body.size);
    call.body.data = body;
    if (copay->tally)
        copay_tally_begin(copay->tally, request);
    answer->status = body ? run(&call, timeout_ms)
                          : fail(&call, COPAY_INVALID, "内存不足", "out of memory", NULL);
    if (copay->tally)
        copay_tally_end(copay->tally, request, answer->envelope,
                        answer->status == COPAY_DONE ? answer->reply : NULL);
    free(body);
    return answer->status;
}

/* The head of another message, without its bodies. */
static Copay__Request request_on(const Copay__Request *head, char *infno)
{
    Copay__Request request = COPAY__REQUEST__INIT;
    request.infno = infno;
    request.msgid = head->msgid;
    request.fixmedins_code = head->fixmedins_code;
    request.insuplc_admdvs = head->insuplc_admdvs;
    request.mdtrtarea_admvs = head->mdtrtarea_admvs;
    request.opter = head->opter;
    request.opter_name = head->opter_name;
    request.dev_no = head->dev_no;
    request.inf_time = head->inf_time;
    request.sign_no = head->sign_no;
    return request;
}

enum copay_status copay_query(struct copay *copay, const Copay__Request *head, const char *msgid,
                              uint32_t timeout_ms, struct copay_answer *answer)
{
    Copay__SettlementQuery query = COPAY__SETTLEMENT_QUERY__INIT;
    Copay__Request request = request_on(head, "5203");
    query.msgid = (char *)msgid;
    request.settlement_query = &query;
    return copay_call(copay, &request, timeout_ms, answer);
}

enum copay_status copay_reverse(struct copay *copay, const Copay__Request *head, const char *infno,
                                const char *msgid, const char *psn_no, uint32_t timeout_ms,
                                struct copay_answer *answer)
{
    Copay__Reversal reversal = COPAY__REVERSAL__INIT;
    Copay__Request request = request_on(head, "2601");
    reversal.psn_no = (char *)psn_no;
    reversal.omsgid = (char *)msgid;
    reversal.oinfno = (char *)infno;
    request.reversal = &reversal;
    return copay_call(copay, &request, timeout_ms, answer);
}

enum copay_status copay_send(struct copay *copay, const Copay__Request *request,
                             uint32_t timeout_ms, struct copay_error *error)
{
    struct copay_answer answer = {0};
    struct call call = {.copay = copay,
                        .schema = SCHEMA_TERMINAL,
                        .region = request->insuplc_admdvs,
                        .msgid = request->msgid,
                        .request = request,
                        .deadline = clock_mono_ms() + timeout_ms,
                        .answer = &answer};
    uint8_t *body = pack_request(request, &call.body.size);
    call.body.data = body;
    if (!body || !call.msgid || call.body.size > FRAME_MAX - MESSAGE_HEAD_MAX) {
        free(body);
        return error_set(error, COPAY_INVALID, "缺少报文ID,报文过长或内存不足",
                         "no msgid, a message too long, or out of memory", NULL);
    }
    pthread_mutex_lock(&copay->mutex);
    enum err err = send_attempt(&call);
    if (err == ERR_OK)
        err = link_finish(copay->link, call.deadline);
    hang_up(copay);
    pthread_mutex_unlock(&copay->mutex);
    free(body);
    if (err == ERR_OK)
        return COPAY_SENT;
    if (err == ERR_INVALID)
        return error_set(error, COPAY_TLS, "证书未被接受",
                         "a certificate was refused, the daemon's or ours", NULL);
    return error_set(error, call.unanswered ? COPAY_UNKNOWN : COPAY_RETRY, "发送失败",
                     "sending failed", err_text(err));
}

enum copay_status copay_command(struct copay *copay, const uint8_t *body, size_t body_size,
                                const char *region, const char *msgid, uint32_t timeout_ms,
                                struct copay_answer *answer)
{
    struct call call = {.copay = copay,
                        .schema = SCHEMA_OPERATOR,
                        .region = region,
                        .msgid = msgid,
                        .body = {.data = body, .size = body_size},
                        .answer = answer};
    *answer = (struct copay_answer){0};
    answer->status = run(&call, timeout_ms);
    return answer->status;
}
