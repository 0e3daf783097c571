/* A daemon that plays a script, in a thread of the test: over mutual TLS, one connection at a time,
 * each step answers or misbehaves once. */
#ifndef TESTS_CLIENT_SERVER_H
#define TESTS_CLIENT_SERVER_H

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "admin.pb-c.h"
#include "copay.pb-c.h"

enum step {
    STEP_ANSWER,       /* done, naming the request */
    STEP_REFUSE,       /* refused with one problem */
    STEP_RETRY,        /* "not done", in a millisecond again */
    STEP_HANG_UP,      /* reads the request and closes */
    STEP_HANG_UP_MID,  /* sends half an answer and closes */
    STEP_FOREIGN,      /* answers another message */
    STEP_FOREIGN_COPY, /* the same in the envelope's copy only */
    STEP_GARBAGE,      /* a frame that is none */
    STEP_SILENT,       /* reads and never answers */
    STEP_COMMAND,      /* an operator's answer */
};

#define STEPS_MAX_SERVER 8

struct server {
    pthread_t thread;
    int listener;
    char port[8];
    const char *prefix;
    SSL_CTX *context;
    bool forgets; /* after each connection it knows its tickets no more, as after a restart */
    enum step steps[STEPS_MAX_SERVER];
    int step_count;
    /* What it saw; read after server_stop(). */
    int seen;
    bool resumed[STEPS_MAX_SERVER]; /* the connection that the step came on */
    uint32_t attempts[STEPS_MAX_SERVER];
    uint8_t *bodies[STEPS_MAX_SERVER];
    size_t sizes[STEPS_MAX_SERVER];
};

/* A key and a certificate that signs itself, for localhost and 127.0.0.1, into PREFIX.pem, .key. */
static inline void make_certificate(const char *prefix)
{
    char path[128];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                               (const unsigned char *)prefix, -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    X509_EXTENSION *san =
        X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    X509_add_ext(x, san, -1);
    X509_EXTENSION_free(san);
    assert_true(X509_sign(x, key, EVP_sha256()) > 0);
    snprintf(path, sizeof path, "%s.pem", prefix);
    FILE *f = fopen(path, "w");
    PEM_write_X509(f, x);
    fclose(f);
    snprintf(path, sizeof path, "%s.key", prefix);
    f = fopen(path, "w");
    PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
    fclose(f);
    X509_free(x);
    EVP_PKEY_free(key);
}

static inline bool server_read(SSL *ssl, uint8_t *bytes, size_t size)
{
    size_t n;
    for (size_t got = 0; got < size; got += n)
        if (SSL_read_ex(ssl, bytes + got, size - got, &n) != 1)
            return false;
    return true;
}

static inline void server_write(SSL *ssl, uint8_t schema, const Copay__ReplyEnvelope *e, bool half)
{
    size_t size = copay__reply_envelope__get_packed_size(e), n;
    uint8_t *bytes = malloc(size + 6);
    uint32_t length = (uint32_t)size + 2;
    const uint8_t head[6] = {(uint8_t)(length >> 24),
                             (uint8_t)(length >> 16),
                             (uint8_t)(length >> 8),
                             (uint8_t)length,
                             schema,
                             1};
    memcpy(bytes, head, 6);
    copay__reply_envelope__pack(e, bytes + 6);
    SSL_write_ex(ssl, bytes, half ? (size + 6) / 2 : size + 6, &n);
    free(bytes);
}

static inline void server_answer(SSL *ssl, enum step step, const Copay__Request *request)
{
    static char other[] = "H43100299001202501010000000000";
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__ReplyEnvelope e = COPAY__REPLY_ENVELOPE__INIT;
    Copay__Problem problem = COPAY__PROBLEM__INIT, *problems[] = {&problem};
    Copay__Person person = COPAY__PERSON__INIT;
    uint8_t body[512];
    reply.infno = request->infno;
    reply.msgid = step == STEP_FOREIGN ? other : request->msgid;
    reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    person.psn_no = person.psn_cert_type = person.certno = person.psn_name = person.gend = "1";
    reply.person = &person;
    problem.code = step == STEP_RETRY ? 8001 : 2001;
    problem.zh = "查无此人";
    problem.en = "no such insured person";
    if (step == STEP_REFUSE || step == STEP_RETRY) {
        reply.outcome =
            step == STEP_RETRY ? COPAY__OUTCOME__OUTCOME_RETRY : COPAY__OUTCOME__OUTCOME_REFUSED;
        reply.person = NULL;
        reply.n_errors = 1;
        reply.errors = problems;
    }
    e.body.data = body;
    e.body.len = copay__reply__pack(&reply, body);
    e.msgid = step == STEP_FOREIGN_COPY ? other : request->msgid;
    e.has_retry_after_ms = step == STEP_RETRY;
    e.retry_after_ms = 1;
    server_write(ssl, 0, &e, step == STEP_HANG_UP_MID);
}

static inline void server_answer_command(SSL *ssl, const char *msgid)
{
    Copay__Admin__CommandReply reply = COPAY__ADMIN__COMMAND_REPLY__INIT;
    Copay__ReplyEnvelope e = COPAY__REPLY_ENVELOPE__INIT;
    uint8_t body[128];
    reply.msgid = (char *)msgid;
    reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    e.body.data = body;
    e.body.len = copay__admin__command_reply__pack(&reply, body);
    server_write(ssl, 1, &e, false);
}

/* One request on the connection; false when it is over. */
static inline bool server_step(struct server *s, SSL *ssl)
{
    uint8_t head[6];
    if (!server_read(ssl, head, sizeof head))
        return false;
    size_t size = ((size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3]) - 2;
    uint8_t *bytes = malloc(size);
    if (!server_read(ssl, bytes, size)) {
        free(bytes);
        return false;
    }
    Copay__RequestEnvelope *e = copay__request_envelope__unpack(NULL, size, bytes);
    free(bytes);
    enum step step = s->steps[s->seen];
    s->attempts[s->seen] = e->attempt;
    s->resumed[s->seen] = SSL_session_reused(ssl) == 1;
    s->sizes[s->seen] = e->body.len;
    s->bodies[s->seen] = memcpy(malloc(e->body.len), e->body.data, e->body.len);
    s->seen++;
    bool more = true;
    if (step == STEP_COMMAND) {
        server_answer_command(ssl, e->msgid);
    } else if (step == STEP_GARBAGE) {
        size_t n;
        SSL_write_ex(ssl, "HTTP/1.1 200 OK\r\n", 17, &n);
    } else if (step == STEP_SILENT) {
        char byte;
        SSL_read(ssl, &byte, 1); /* until the client goes */
        more = false;
    } else if (step != STEP_HANG_UP) {
        Copay__Request *request = copay__request__unpack(NULL, e->body.len, e->body.data);
        server_answer(ssl, step, request);
        copay__request__free_unpacked(request, NULL);
    }
    copay__request_envelope__free_unpacked(e, NULL);
    return more && step != STEP_HANG_UP && step != STEP_HANG_UP_MID;
}

static inline SSL_CTX *server_context(const char *prefix)
{
    char cert[128], key[128];
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    snprintf(cert, sizeof cert, "%s.pem", prefix);
    snprintf(key, sizeof key, "%s.key", prefix);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_session_id_context(context, (const unsigned char *)"copay", 5);
    assert_int_equal(SSL_CTX_load_verify_locations(context, cert, NULL), 1);
    assert_int_equal(SSL_CTX_use_certificate_file(context, cert, SSL_FILETYPE_PEM), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM), 1);
    return context;
}

static inline void *server_run(void *argument)
{
    struct server *s = argument;
    sigset_t pipe; /* this thread's writes may meet a client that has gone; the test's must not */
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    while (s->seen < s->step_count) {
        int fd = accept(s->listener, NULL, NULL);
        if (fd < 0)
            break;
        SSL *ssl = SSL_new(s->context);
        SSL_set_fd(ssl, fd);
        if (SSL_accept(ssl) == 1)
            while (s->seen < s->step_count && server_step(s, ssl))
                continue;
        SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        SSL_free(ssl);
        close(fd);
        if (s->forgets) {
            SSL_CTX_free(s->context);
            s->context = server_context(s->prefix);
        }
    }
    return NULL;
}

static inline void server_start_as(struct server *s, const char *prefix, bool forgets,
                                   const enum step *steps, int count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    memset(s, 0, sizeof *s);
    memcpy(s->steps, steps, (size_t)count * sizeof *steps);
    s->step_count = count;
    s->forgets = forgets;
    s->prefix = prefix;
    s->context = server_context(prefix);
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(s->listener, 8), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &size), 0);
    snprintf(s->port, sizeof s->port, "%d", ntohs(address.sin_port));
    assert_int_equal(pthread_create(&s->thread, NULL, server_run, s), 0);
}

static inline void server_start(struct server *s, const char *prefix, const enum step *steps,
                                int count)
{
    server_start_as(s, prefix, false, steps, count);
}

/* Ends it, its script played or not. */
static inline void server_stop(struct server *s)
{
    shutdown(s->listener, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listener);
    SSL_CTX_free(s->context);
    for (int i = 0; i < s->seen; i++)
        free(s->bodies[i]);
}

#endif
