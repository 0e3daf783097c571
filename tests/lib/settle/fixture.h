/* A small region for the tests of the state machine: its own pack, three members, a ledger in
 * memory. Every request goes through the codec, the state machine and the fold, as in the daemon.
 * Invented people and institutions only. */
#ifndef TEST_SETTLE_FIXTURE_H
#define TEST_SETTLE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin.pb-c.h"
#include "base/date.h"
#include "base/limits.h"
#include "copay.pb-c.h"
#include "settle/compile.h"
#include "settle/settle.h"
#include "settle/stored_labels.h"
#include "wire/codec.h"

#define REGION "431000"
#define HOSPITAL "H43100299001" /* level 3 */
#define TOWNSHIP "H43100299004" /* primary */
#define PHARMACY "P43100299001"
#define RESIDENT "P390"
#define EMPLOYEE "P310" /* account of 200.00 */
#define POOR "P390LOW"
#define DRUG_A "XA01AAA001A001010100001"
#define DRUG_B "XB01AAA001A001010100001" /* first self-pay 10 % */
#define DRUG_C "XC01AAA001A001010100001"
#define DRUG_LIMITED "XD01AAA001A001010100001" /* hosp_appr_flag 1: the hospital bears it */
#define OPERATOR "431002:enter:zhang"
#define APPROVER "431002:approve:li"
#define RECORDS_MAX 256
#define BILL_LINES_MAX 8
#define OK(call) assert_int_equal(call, ERR_OK)
#define YUAN(y) ((int64_t)((y)*100LL))

struct world {
    struct store *store;
    struct state *state;
    struct settle *settle;
    struct pack *pack;
    struct pack *older[4]; /* packs that were active before */
    struct arena *arena;   /* reset at each request */
    struct settle_answer answer;
    Copay__Reply *reply;                 /* of the last answer, decoded; in the arena's stead */
    Copay__Admin__CommandReply *command; /* likewise */
    const char *county;                  /* of the operator; NULL: the whole region */
    const char *actor;                   /* of the next command; NULL: OPERATOR */
    bool province;                       /* packs are the province's file */
    bool objected;                       /* packs may be such as this release objects to */
    const struct pack *rehearsed;        /* which must have rules for the day; NULL */
    int64_t now_ms;
    uint32_t older_count, message_count;
    uint32_t needs_asked; /* rounds of the last request */
    uint32_t record_count;
    struct {
        uint8_t *bytes;
        size_t size;
    } records[RECORDS_MAX]; /* by sequence - 1 */
};

/* A bill as tests write it down; zeros and NULLs take the defaults of bill_of(). */
struct bill {
    const char *infno, *fixmedins, *psn_no, *med_type, *visit, *batch, *insutype, *area, *insured;
    const char *msgid; /* NULL: the next one */
    const char *cert_type, *cert_no, *dev_no;
    bool account, agreed, trauma;
    int days_ago, ended_ago; /* when the care began and ended; fees are of now */
    int64_t agreed_cash, agreed_account;
    struct {
        const char *item;
        int64_t fen;
        uint32_t hosp_appr_flag;
        int days_ago;
    } lines[BILL_LINES_MAX];
};

/* With the pack active, members in, at 2026-03-10 09:00. */
int world_open(void **state);
int world_close(void **state);
/* Only genesis. */
int world_open_bare(void **state);
int world_open_at(void **state, int64_t now_ms);

void world_import(struct world *w);
/* The pack's text with another outpatient ratio. Uploads, compiles, activates, hands over. */
void world_activate(struct world *w, const char *outpatient_ratio);
/* Frees the bundle. */
void world_activate_bundle(struct world *w, struct slice bundle);
/* A bundle of such a pack; malloc'ed. */
struct slice world_bundle(const char *outpatient_ratio);
/* The pack with one place of its text changed, its first; malloc'ed. */
struct slice world_bundle_changed(const char *from, const char *to);
/* Puts one more file into a bundle. */
void world_bundle_add(struct slice *bundle, const char *name, const char *text);
/* Versions chosen by admission, with benefit years by admission; malloc'ed. */
struct world_version {
    const char *effective, *outpatient_ratio;
    const char *clause; /* text of R-OP and ", p" */
    const char *more;   /* further keys; NULL */
    const char *stays;  /* stay_across_years and so on; NULL: whole */
};
struct slice world_bundle_versions(const struct world_version *versions, size_t count);

/* The next msgid of that institution at the world's time; static until the second call after. */
const char *world_msgid(struct world *w, const char *fixmedins);

/* A request's head; msgid NULL: the next one. */
void world_request_init(struct world *w, Copay__Request *request, const char *infno,
                        const char *fixmedins, const char *msgid);
/* Any message packed; malloc'ed. */
struct slice world_pack(const ProtobufCMessage *message);

/* What needs.old_pack asks for, from the state. */
void world_bring_old_pack(struct world *w, const struct hash *digest);

/* Packs the request; malloc'ed. */
struct slice bill_pack(struct world *w, const struct bill *bill);
struct slice void_pack(struct world *w, const char *infno, const char *fixmedins,
                       const char *psn_no, const char *setl_id);
struct slice reversal_pack(struct world *w, const char *fixmedins, const char *psn_no,
                           const char *oinfno, const char *omsgid);
struct slice query_pack(struct world *w, const char *fixmedins, const char *setl_id,
                        const char *msgid);
struct slice person_pack(struct world *w, const char *psn_no, const char *certno,
                         const char *med_type);

struct slice slice_copy(struct slice bytes);

/* One request from its body to the end: needs are fetched, a record is folded and kept, the reply
 * decoded (of a repeat: the stored one). Frees the body. */
enum settle_verdict world_send(struct world *w, struct slice body);
enum settle_verdict world_bill(struct world *w, const struct bill *bill);
enum settle_verdict world_void(struct world *w, const char *infno, const char *fixmedins,
                               const char *psn_no, const char *setl_id);
enum settle_verdict world_reverse(struct world *w, const char *fixmedins, const char *psn_no,
                                  const char *oinfno, const char *omsgid);
enum settle_verdict world_command(struct world *w, Copay__Admin__Command *command);
enum settle_verdict world_command_faults(struct world *w, Copay__Admin__Command *command,
                                         const struct faults *faults);
/* A command's head with the next msgid; static. */
void world_command_init(struct world *w, Copay__Admin__Command *command);
/* A pack's way: submitted by OPERATOR, approved by `actor`, published by OPERATOR. */
enum settle_verdict world_submit(struct world *w, const struct hash *digest, uint32_t chunks,
                                 const struct faults *faults);
enum settle_verdict world_approve(struct world *w, const struct hash *digest, const char *actor);
enum settle_verdict world_publish(struct world *w, const struct hash *digest, uint32_t chunks,
                                  const struct faults *faults);

/* Settles; the reply's setl_id, malloc'ed. Fails the test unless it is done. */
char *world_settled(struct world *w, const struct bill *bill);

/* The last reply's first reason. */
uint32_t world_reason(const struct world *w);
void assert_refused(const struct world *w, enum settle_verdict verdict, enum reason reason);
/* A void was refused, because that settlement alone must be voided before it. */
void assert_needs_void_of(const struct world *w, const char *setl_id);
/* An accumulator of the person in the world's year. */
int64_t world_accum(struct world *w, const char *psn_no, uint16_t insutype, enum accum_kind kind,
                    const char *scope);
/* Writes a value behind the state machine's back. */
void world_put_accum(struct world *w, const char *psn_no, const struct accum *accum);
int64_t world_balance(struct world *w, const char *psn_no);
int64_t world_book(struct world *w, const char *owner, const char *fund_pay_type);

/* Digest of the keys of these families (first bytes) and their values. */
struct hash world_digest(struct world *w, const char *families);

/* For verify: copies a record of the world. */
enum err world_fetch(void *world, uint64_t sequence, uint8_t **record, size_t *size);

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
#define BARE_TEST(name) cmocka_unit_test_setup_teardown(name, world_open_bare, world_close)

#endif
