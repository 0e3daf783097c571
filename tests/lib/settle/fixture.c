/* The small region. A test ends at the first thing that goes wrong here. */
#include "fixture.h"

#include <inttypes.h>

#include "state/keys.h"
#include "state/values.h"

const char *world_msgid(struct world *w, const char *fixmedins)
{
    static char texts[2][ID_MSGID + 1];
    char compact[DATE_TEXT];
    char *text = texts[w->message_count & 1];
    snprintf(text, ID_MSGID + 1, "%.12s%.14s%04u", fixmedins,
             date_format_compact(w->now_ms, compact), ++w->message_count % 10000);
    return text;
}

struct slice world_pack(const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size);
    protobuf_c_message_pack(message, bytes);
    return (struct slice){.data = bytes, .size = size};
}

static const char *or_else(const char *text, const char *otherwise)
{
    return text ? text : otherwise;
}

void world_request_init(struct world *w, Copay__Request *r, const char *infno,
                        const char *fixmedins, const char *msgid)
{
    copay__request__init(r);
    r->infno = (char *)infno;
    r->fixmedins_code = (char *)fixmedins;
    r->msgid = (char *)(msgid ? msgid : world_msgid(w, fixmedins));
    r->insuplc_admdvs = REGION;
    r->mdtrtarea_admvs = REGION;
    r->opter = "0001";
    r->dev_no = "T1";
    r->inf_time = w->now_ms;
}

static size_t fill_lines(const struct bill *bill, int64_t time_ms, Copay__Line *lines,
                         Copay__Line **list, char numbers[][8], int64_t *sum)
{
    size_t n = 0;
    for (; n < BILL_LINES_MAX && bill->lines[n].item; n++) {
        Copay__Line *line = &lines[n];
        copay__line__init(line);
        snprintf(numbers[n], 8, "L%zu", n + 1);
        line->feedetl_sn = numbers[n];
        line->med_list_codg = (char *)bill->lines[n].item;
        line->det_item_fee_sumamt = bill->lines[n].fen;
        line->cnt = 10000;
        line->pric = bill->lines[n].fen * 10000;
        line->fee_ocur_time = time_ms - bill->lines[n].days_ago * DAY_MS;
        line->has_hosp_appr_flag = bill->lines[n].hosp_appr_flag != 0;
        line->hosp_appr_flag = bill->lines[n].hosp_appr_flag;
        *sum += bill->lines[n].fen;
        list[n] = line;
    }
    return n;
}

struct slice bill_pack(struct world *w, const struct bill *bill)
{
    Copay__Request request;
    Copay__Settle settle = COPAY__SETTLE__INIT;
    Copay__Agreed agreed = COPAY__AGREED__INIT;
    Copay__Trauma trauma = COPAY__TRAUMA__INIT;
    Copay__Line lines[BILL_LINES_MAX], *list[BILL_LINES_MAX];
    char numbers[BILL_LINES_MAX][8], visit[ID_MSGID + 1];
    const char *infno = or_else(bill->infno, "2207");
    world_request_init(w, &request, infno, or_else(bill->fixmedins, TOWNSHIP), bill->msgid);
    request.mdtrtarea_admvs = (char *)or_else(bill->area, REGION);
    request.insuplc_admdvs = (char *)or_else(bill->insured, REGION);
    request.dev_no = (char *)or_else(bill->dev_no, "T1");
    request.settle = &settle;
    snprintf(visit, sizeof visit, "V%s", request.msgid + 12);
    settle.psn_no = (char *)or_else(bill->psn_no, RESIDENT);
    settle.mdtrt_cert_type = (char *)or_else(bill->cert_type, "99");
    settle.mdtrt_cert_no = (char *)bill->cert_no;
    settle.insutype = (char *)bill->insutype;
    settle.med_type = (char *)or_else(bill->med_type, "11");
    settle.ipt_otp_no = (char *)or_else(bill->visit, visit);
    settle.chrg_bchno = (char *)bill->batch;
    settle.endtime = w->now_ms - bill->ended_ago * DAY_MS;
    settle.begntime = w->now_ms - bill->days_ago * DAY_MS;
    settle.acct_used_flag = bill->account;
    settle.lines = list;
    settle.n_lines = fill_lines(bill, w->now_ms, lines, list, numbers, &settle.medfee_sumamt);
    agreed.psn_cash_pay = bill->agreed_cash;
    agreed.acct_pay = bill->agreed_account;
    settle.agreed = bill->agreed ? &agreed : NULL;
    trauma.cause = "跌倒";
    trauma.signed_by_patient = true;
    settle.trauma = bill->trauma ? &trauma : NULL;
    return world_pack(&request.base);
}

struct slice void_pack(struct world *w, const char *infno, const char *fixmedins,
                       const char *psn_no, const char *setl_id)
{
    Copay__Request request;
    Copay__Void order = COPAY__VOID__INIT;
    world_request_init(w, &request, infno, fixmedins, NULL);
    order.setl_id = (char *)setl_id;
    order.psn_no = (char *)psn_no;
    request.void_order = &order;
    return world_pack(&request.base);
}

struct slice reversal_pack(struct world *w, const char *fixmedins, const char *psn_no,
                           const char *oinfno, const char *omsgid)
{
    Copay__Request request;
    Copay__Reversal reversal = COPAY__REVERSAL__INIT;
    world_request_init(w, &request, "2601", fixmedins, NULL);
    reversal.psn_no = (char *)psn_no;
    reversal.oinfno = (char *)oinfno;
    reversal.omsgid = (char *)omsgid;
    request.reversal = &reversal;
    return world_pack(&request.base);
}

struct slice query_pack(struct world *w, const char *fixmedins, const char *setl_id,
                        const char *msgid)
{
    Copay__Request request;
    Copay__SettlementQuery query = COPAY__SETTLEMENT_QUERY__INIT;
    world_request_init(w, &request, "5203", fixmedins, NULL);
    query.setl_id = (char *)setl_id;
    query.msgid = (char *)msgid;
    request.settlement_query = &query;
    return world_pack(&request.base);
}

struct slice person_pack(struct world *w, const char *psn_no, const char *certno,
                         const char *med_type)
{
    Copay__Request request;
    Copay__PersonQuery query = COPAY__PERSON_QUERY__INIT;
    world_request_init(w, &request, "1101", TOWNSHIP, NULL);
    query.psn_no = (char *)psn_no;
    query.psn_cert_type = certno ? "01" : NULL;
    query.certno = (char *)certno;
    query.med_type = (char *)med_type;
    request.person_query = &query;
    return world_pack(&request.base);
}

struct slice slice_copy(struct slice bytes)
{
    uint8_t *copy = malloc(bytes.size ? bytes.size : 1);
    memcpy(copy, bytes.data, bytes.size);
    return (struct slice){.data = copy, .size = bytes.size};
}

/* The record's bytes are what recovery and verify read; the fold reads them back from there. */
static void keep_record(struct world *w, const struct record *record)
{
    struct record stored;
    assert_true(w->record_count < RECORDS_MAX);
    assert_int_equal(record->sequence, w->record_count + 1);
    size_t size = record_size(record);
    uint8_t *bytes = malloc(size);
    struct writer writer = writer_on(bytes, size);
    record_write(&writer, record);
    assert_false(writer.failed);
    OK(record_read((struct slice){.data = bytes, .size = size}, &stored));
    OK(state_apply(w->state, &stored));
    w->records[w->record_count].bytes = bytes;
    w->records[w->record_count++].size = size;
}

static struct slice stored_record(const struct world *w, uint64_t sequence)
{
    assert_true(sequence >= 1 && sequence <= w->record_count);
    return (struct slice){.data = w->records[sequence - 1].bytes,
                          .size = w->records[sequence - 1].size};
}

static struct slice stored_reply(const struct world *w, uint64_t sequence)
{
    struct record record;
    OK(record_read(stored_record(w, sequence), &record));
    return record.reply;
}

void world_bring_old_pack(struct world *w, const struct hash *digest)
{
    struct faults *faults = calloc(1, sizeof *faults);
    struct pack *pack;
    uint8_t *bytes;
    size_t size;
    uint32_t missing;
    OK(state_pack_bundle(w->state, digest, 0, &bytes, &size, &missing));
    OK(pack_compile_published((struct slice){bytes, size}, false, &pack, faults));
    settle_put_old_pack(w->settle, digest, pack);
    free(bytes);
    free(faults);
}

struct evidence {
    struct settle_evidence evidence;
    struct slice records[SETTLE_NEEDS_MAX];
    const struct pack *packs[SETTLE_PACKS_MAX];
    uint64_t sequences[SETTLE_NEEDS_MAX];
};

static void bring(struct world *w, struct evidence *e)
{
    const struct settle_needs *needs = &w->answer.needs;
    e->evidence = (struct settle_evidence){
        .count = needs->count, .sequences = e->sequences, .records = e->records, .packs = e->packs};
    for (uint32_t i = 0; i < needs->count; i++) {
        e->sequences[i] = needs->sequences[i];
        e->records[i] = stored_record(w, needs->sequences[i]);
    }
    for (uint32_t i = 0; i < needs->pack_count; i++)
        for (uint32_t j = 0; j < w->older_count; j++) {
            struct hash digest = pack_digest(w->older[j]);
            if (hash_equal(&digest, &needs->packs[i]))
                e->packs[e->evidence.pack_count++] = w->older[j];
        }
    if (needs->wants_old_pack)
        world_bring_old_pack(w, &needs->old_pack);
}

static void forget_reply(struct world *w)
{
    if (w->reply)
        copay__reply__free_unpacked(w->reply, NULL);
    if (w->command)
        copay__admin__command_reply__free_unpacked(w->command, NULL);
    w->reply = NULL;
    w->command = NULL;
}

enum settle_verdict world_send(struct world *w, struct slice body)
{
    struct problems problems = {0};
    struct request request;
    struct evidence evidence = {0};
    struct arena *request_arena = arena_new(REQUEST_ARENA_MAX);
    forget_reply(w);
    assert_int_equal(wire_read_request_body(body, request_arena, &request, &problems), ERR_OK);
    for (w->needs_asked = 0; w->needs_asked < 4; w->needs_asked++) {
        arena_reset(w->arena);
        OK(settle_request(w->settle, &request, w->now_ms, &evidence.evidence, w->arena,
                          &w->answer));
        if (w->answer.verdict != SETTLE_NEEDS)
            break;
        bring(w, &evidence);
    }
    if (w->answer.verdict == SETTLE_RECORD)
        keep_record(w, &w->answer.record);
    if (w->answer.verdict == SETTLE_REPEAT)
        w->answer.body = stored_reply(w, w->answer.sequence);
    if (w->answer.verdict != SETTLE_NEEDS)
        w->reply = copay__reply__unpack(NULL, w->answer.body.size, w->answer.body.data);
    arena_free(request_arena);
    free((void *)body.data);
    return w->answer.verdict;
}

enum settle_verdict world_bill(struct world *w, const struct bill *bill)
{
    return world_send(w, bill_pack(w, bill));
}

enum settle_verdict world_void(struct world *w, const char *infno, const char *fixmedins,
                               const char *psn_no, const char *setl_id)
{
    return world_send(w, void_pack(w, infno, fixmedins, psn_no, setl_id));
}

enum settle_verdict world_reverse(struct world *w, const char *fixmedins, const char *psn_no,
                                  const char *oinfno, const char *omsgid)
{
    return world_send(w, reversal_pack(w, fixmedins, psn_no, oinfno, omsgid));
}

void world_command_init(struct world *w, Copay__Admin__Command *command)
{
    static char msgid[ID_MSGID + 1];
    copay__admin__command__init(command);
    snprintf(msgid, sizeof msgid, "op-%u", ++w->message_count);
    command->region = REGION;
    command->msgid = msgid;
    command->inf_time = w->now_ms;
}

enum settle_verdict world_command_faults(struct world *w, Copay__Admin__Command *message,
                                         const struct faults *faults)
{
    struct problems problems = {0};
    struct command command;
    struct slice body = world_pack(&message->base);
    struct arena *command_arena = arena_new(REQUEST_ARENA_MAX);
    forget_reply(w);
    arena_reset(w->arena);
    assert_int_equal(wire_read_command_body(body, command_arena, &command, &problems), ERR_OK);
    if (w->county)
        memcpy(command.county, w->county, sizeof command.county);
    const char *actor = w->actor ? w->actor : OPERATOR;
    const struct settle_rehearsal rehearsal = {faults, w->rehearsed};
    OK(settle_command(w->settle, &command, actor, w->now_ms, &rehearsal, w->arena, &w->answer));
    if (w->answer.verdict == SETTLE_RECORD)
        keep_record(w, &w->answer.record);
    if (w->answer.verdict == SETTLE_REPEAT)
        w->answer.body = stored_reply(w, w->answer.sequence);
    w->command =
        copay__admin__command_reply__unpack(NULL, w->answer.body.size, w->answer.body.data);
    assert_non_null(w->command);
    arena_free(command_arena);
    free((void *)body.data);
    return w->answer.verdict;
}

enum settle_verdict world_command(struct world *w, Copay__Admin__Command *command)
{
    return world_command_faults(w, command, NULL);
}

enum settle_verdict world_submit(struct world *w, const struct hash *digest, uint32_t chunks,
                                 const struct faults *faults)
{
    Copay__Admin__Command command;
    Copay__Admin__PackSubmit submit = COPAY__ADMIN__PACK_SUBMIT__INIT;
    world_command_init(w, &command);
    submit.pack_digest = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)digest->bytes};
    submit.chunks = chunks;
    submit.has_province = submit.province = w->province;
    command.pack_submit = &submit;
    return world_command_faults(w, &command, faults);
}

enum settle_verdict world_approve(struct world *w, const struct hash *digest, const char *actor)
{
    Copay__Admin__Command command;
    Copay__Admin__PackApprove approve = COPAY__ADMIN__PACK_APPROVE__INIT;
    world_command_init(w, &command);
    approve.pack_digest = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)digest->bytes};
    approve.has_province = approve.province = w->province;
    command.pack_approve = &approve;
    w->actor = actor;
    enum settle_verdict verdict = world_command(w, &command);
    w->actor = NULL;
    return verdict;
}

enum settle_verdict world_publish(struct world *w, const struct hash *digest, uint32_t chunks,
                                  const struct faults *faults)
{
    Copay__Admin__Command command;
    Copay__Admin__PackActivate activate = COPAY__ADMIN__PACK_ACTIVATE__INIT;
    world_command_init(w, &command);
    activate.pack_digest = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)digest->bytes};
    activate.chunks = chunks;
    activate.has_province = activate.province = w->province;
    command.pack_activate = &activate;
    return world_command_faults(w, &command, faults);
}

void world_activate(struct world *w, const char *outpatient_ratio)
{
    world_activate_bundle(w, world_bundle(outpatient_ratio));
}

void world_activate_bundle(struct world *w, struct slice bundle)
{
    struct hash digest = hash_sha256(bundle.data, bundle.size);
    struct faults *faults = calloc(1, sizeof *faults);
    Copay__Admin__Command command;
    const size_t half = bundle.size / 2;
    for (uint32_t i = 0; i < 2; i++) {
        Copay__Admin__PackChunk chunk = COPAY__ADMIN__PACK_CHUNK__INIT;
        world_command_init(w, &command);
        chunk.pack_digest = (ProtobufCBinaryData){HASH_SIZE, digest.bytes};
        chunk.number = i;
        chunk.bytes.data = (uint8_t *)bundle.data + i * half;
        chunk.bytes.len = i ? bundle.size - half : half;
        command.pack_chunk = &chunk;
        world_command(w, &command);
        assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    }
    if (w->pack)
        w->older[w->older_count++] = w->pack;
    enum err err = w->objected ? settle_compile_published(bundle, REGION, &w->pack, faults)
                               : settle_compile(bundle, REGION, &w->pack, faults);
    for (uint32_t i = 0; i < faults->count; i++)
        print_error("%s:%d %s: %s\n", faults->list[i].file, faults->list[i].line,
                    faults->list[i].key, faults->list[i].en);
    OK(err);
    assert_int_equal(world_submit(w, &digest, 2, NULL), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(world_approve(w, &digest, APPROVER), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(world_publish(w, &digest, 2, NULL), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    settle_set_pack(w->settle, w->pack);
    free(faults);
    free((void *)bundle.data);
}

static void member_init(Copay__Admin__Member *m, Copay__Admin__MemberInsurance *cover,
                        Copay__Admin__MemberInsurance **list, uint32_t row)
{
    copay__admin__member__init(m);
    copay__admin__member_insurance__init(cover);
    list[0] = cover;
    m->psn_cert_type = "01";
    m->gend = 1;
    m->brdy = date_of(1980, 1, 1);
    m->row = row;
    m->insurances = list;
    m->n_insurances = 1;
    cover->insutype = 390;
    cover->psn_type = "1501";
    cover->psn_insu_stas = 1;
    cover->insuplc_admdvs = "431002";
    cover->psn_insu_date = date_of(2024, 1, 1);
}

void world_import(struct world *w)
{
    Copay__Admin__Command command;
    Copay__Admin__ImportMembers import = COPAY__ADMIN__IMPORT_MEMBERS__INIT;
    Copay__Admin__Member members[3], *list[3];
    Copay__Admin__MemberInsurance covers[3], *cover_lists[3][1];
    Copay__Admin__MemberIdentity identity = COPAY__ADMIN__MEMBER_IDENTITY__INIT;
    Copay__Admin__MemberIdentity *identities[] = {&identity};
    uint8_t digest[HASH_SIZE] = {1};
    for (uint32_t i = 0; i < 3; i++) {
        member_init(&members[i], &covers[i], cover_lists[i], i + 1);
        list[i] = &members[i];
    }
    members[0].psn_no = RESIDENT;
    members[0].certno = "43100219800101001X";
    members[0].psn_name = "示例甲";
    members[1].psn_no = EMPLOYEE;
    members[1].certno = "431002198001010028";
    members[1].psn_name = "示例乙";
    members[1].has_balc = true;
    members[1].balc = 20000;
    covers[1].insutype = 310;
    covers[1].psn_type = "1101";
    members[2].psn_no = POOR;
    members[2].certno = "431002198001010036";
    members[2].psn_name = "示例丙";
    members[2].identities = identities;
    members[2].n_identities = 1;
    identity.psn_idet_type = "1";
    identity.admdvs = "431003";
    identity.begntime = date_of(2024, 1, 1);
    identity.endtime = date_of(2030, 12, 31);
    world_command_init(w, &command);
    command.import_members = &import;
    import.file_digest = (ProtobufCBinaryData){HASH_SIZE, digest};
    import.first_row = 1;
    import.members = list;
    import.n_members = 3;
    assert_int_equal(world_command(w, &command), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
}

int world_open_bare(void **state)
{
    return world_open_at(state, date_start_ms(date_of(2026, 3, 10)) + INT64_C(9) * 3600000);
}

int world_open_at(void **state, int64_t now_ms)
{
    static const uint8_t salt_key[HASH_SIZE] = {7};
    struct world *w = calloc(1, sizeof *w);
    struct record genesis;
    *state = w;
    w->now_ms = now_ms;
    w->arena = arena_new(REQUEST_ARENA_MAX);
    const struct store_options in_memory = {
        .dir = NULL, .rising = KEY_RISING, .rising_prefix = KEY_RISING_PREFIX};
    OK(store_open(&in_memory, &w->store));
    OK(state_new(w->store, &w->state));
    const struct settle_options options = {
        .region = REGION, .salt_key = salt_key, .state = w->state, .labels = true};
    OK(settle_new(&options, &w->settle));
    OK(settle_genesis(w->settle, w->now_ms, w->arena, &genesis));
    keep_record(w, &genesis);
    return 0;
}

int world_open(void **state)
{
    world_open_bare(state);
    world_import(*state);
    world_activate(*state, "0.70");
    return 0;
}

int world_close(void **state)
{
    struct world *w = *state;
    forget_reply(w);
    settle_free(w->settle);
    state_free(w->state);
    store_close(w->store);
    arena_free(w->arena);
    pack_free(w->pack);
    for (uint32_t i = 0; i < w->older_count; i++)
        pack_free(w->older[i]);
    for (uint32_t i = 0; i < w->record_count; i++)
        free(w->records[i].bytes);
    free(w);
    return 0;
}

char *world_settled(struct world *w, const struct bill *bill)
{
    enum settle_verdict verdict = world_bill(w, bill);
    if (w->answer.outcome != OUTCOME_DONE)
        print_error("refused: %u\n", world_reason(w));
    assert_int_equal(verdict, SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_non_null(w->reply);
    return strdup(w->reply->settlement->setl_id);
}

uint32_t world_reason(const struct world *w)
{
    return w->reply && w->reply->n_errors ? w->reply->errors[0]->code : 0;
}

void assert_refused(const struct world *w, enum settle_verdict verdict, enum reason reason)
{
    assert_int_equal(w->answer.verdict, verdict);
    assert_int_equal(w->answer.outcome, OUTCOME_REFUSED);
    assert_int_equal(w->answer.reason, reason);
    assert_int_equal(world_reason(w), reason);
}

void assert_needs_void_of(const struct world *w, const char *setl_id)
{
    assert_refused(w, SETTLE_RECORD, REASON_VOID_LATER);
    assert_int_equal(w->reply->n_setl_ids, 1);
    assert_string_equal(w->reply->setl_ids[0], setl_id);
}

int64_t world_accum(struct world *w, const char *psn_no, uint16_t insutype, enum accum_kind kind,
                    const char *scope)
{
    struct person_year facts;
    uint16_t year = (uint16_t)date_year(date_of_time(w->now_ms));
    OK(state_person_year(w->state, psn_no, year, &facts));
    return accum_get(&facts.accums, year, insutype, kind, scope);
}

void world_put_accum(struct world *w, const char *psn_no, const struct accum *accum)
{
    uint8_t bytes[VALUE_INLINE_MAX];
    struct key key = key_person_year(psn_no, accum->year);
    struct person_year year;
    struct writer writer = writer_on(bytes, sizeof bytes);
    OK(state_person_year(w->state, psn_no, accum->year, &year));
    year.accums = (struct accums){.count = 1, .list = {*accum}};
    person_year_write(&writer, &year);
    OK(store_put(w->store, key_slice(&key), (struct slice){bytes, writer.used}));
}

int64_t world_balance(struct world *w, const char *psn_no)
{
    int64_t balance;
    OK(state_balance(w->state, psn_no, &balance));
    return balance;
}

int64_t world_book(struct world *w, const char *owner, const char *fund_pay_type)
{
    struct book book;
    OK(state_book(w->state, OWNER_COUNTY, owner, fund_pay_type,
                  (uint16_t)date_year(date_of_time(w->now_ms)), &book));
    return book.paid;
}

struct digesting {
    const char *families;
    struct hash hash;
};

static enum err digest_entry(void *context, struct slice key, struct slice value)
{
    struct digesting *d = context;
    if (!strchr(d->families, key.data[0]))
        return ERR_OK;
    d->hash = hash_sha256_pair(d->hash.bytes, HASH_SIZE, key.data, key.size);
    d->hash = hash_sha256_pair(d->hash.bytes, HASH_SIZE, value.data, value.size);
    return ERR_OK;
}

struct hash world_digest(struct world *w, const char *families)
{
    struct digesting digesting = {.families = families};
    OK(store_scan(w->store, (struct slice){0}, digest_entry, &digesting));
    return digesting.hash;
}

enum err world_fetch(void *world, uint64_t sequence, uint8_t **record, size_t *size)
{
    struct world *w = world;
    if (sequence < 1 || sequence > w->record_count)
        return ERR_NOTFOUND;
    *size = w->records[sequence - 1].size;
    *record = malloc(*size);
    memcpy(*record, w->records[sequence - 1].bytes, *size);
    return ERR_OK;
}
