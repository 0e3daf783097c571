/* The small region. A test ends at the first thing that goes wrong here. */
#include "fixture.h"

#include <inttypes.h>

#include "state/keys.h"
#include "state/values.h"

/* %s: the outpatient ratio. Version 0 of the language: packs from before version 1 stay readable,
 * or what was settled with them could not be voided and verified. */
static const char policy_format[] =
    "language: 0\n"
    "region: \"431000\"\n"
    "name: 测试政策\n"
    "effective: {from: 2024-01-01}\n"
    "dates: {rule_version: settlement, benefit_year: settlement, cover: settlement,\n"
    "  person_class: settlement, identity: settlement, stay_across_years: whole,\n"
    "  cover_change: whole}\n"
    "insutypes: [\"310\", \"390\"]\n"
    "grades: [primary, level3]\n"
    "cap_grades: [primary, level3]\n"
    "clauses:\n"
    "  L-A: {text: 甲类, provenance: illustrative}\n"
    "  L-B: {text: 乙类, provenance: illustrative}\n"
    "  L-C: {text: 丙类, provenance: illustrative}\n"
    "  L-CAP: {text: 限价, provenance: illustrative}\n"
    "  L-HOSP: {text: 限定用药由医院负担, provenance: illustrative}\n"
    "  R-IP: {text: 居民住院, provenance: secondary}\n"
    "  R-OP: {text: 居民门诊, provenance: official}\n"
    "  MA: {text: 医疗救助, provenance: illustrative}\n"
    "  ACCT: {text: 个人账户, provenance: illustrative}\n"
    "person_classes:\n"
    "  active: {insutype: \"310\", psn_type: [\"11\"]}\n"
    "  resident: {insutype: \"390\", psn_type: [\"15\"]}\n"
    "identities:\n"
    "  combine: best\n"
    "  list:\n"
    "    - {name: low_income, zh: 低保对象, codes: [\"1\"], rank: 1}\n"
    "kinds:\n"
    "  outpatient: {}\n"
    "  inpatient: {stay: true}\n"
    "  pharmacy: {pharmacy: true}\n"
    "med_types:\n"
    "  - {code: \"11\", zh: 普通门诊, kind: outpatient, clr_type: \"11\", clr_way: \"1\"}\n"
    "  - {code: \"19\", zh: 意外伤害门诊, kind: outpatient, trauma: true, clr_type: \"11\",\n"
    "     clr_way: \"1\"}\n"
    "  - {code: \"21\", zh: 普通住院, kind: inpatient, clr_type: \"21\", clr_way: \"1\"}\n"
    "  - {code: \"41\", zh: 药店购药, kind: pharmacy, clr_type: \"41\", clr_way: \"1\"}\n"
    "lines:\n"
    "  clauses: {class_a: L-A, class_b: L-B, class_c: L-C, price_cap: L-CAP}\n"
    "  hosp_appr_flag: {\"0\": as_listed, \"1\": hospital, \"2\": own}\n"
    "  refused_line: patient\n"
    "  hospital: {fund_pay_type: \"630101\", clause: L-HOSP}\n"
    "account:\n"
    "  insutypes: [\"310\"]\n"
    "  kinds: [outpatient, inpatient, pharmacy]\n"
    "  pays: [inscp_scp_amt, preselfpay_amt]\n"
    "  fund_pay_type: \"310201\"\n"
    "  clause: ACCT\n"
    "layers:\n"
    "  - layer: resident_inpatient\n"
    "    zh: 居民住院统筹\n"
    "    fund_pay_type: \"390101\"\n"
    "    field: hifp_pay\n"
    "    owner: county\n"
    "    when: {insutypes: [\"390\"], kinds: [inpatient]}\n"
    "    needs_pool: true\n"
    "    base: [inscp_scp_amt]\n"
    "    scope: all\n"
    "    clause: R-IP\n"
    "    accumulates: inpatient\n"
    "    counts_dedc: true\n"
    "    deductible:\n"
    "      per: stay\n"
    "      nth: same_grade\n"
    "      unused: lost\n"
    "      table:\n"
    "        - {grades: [primary], yuan: [200.00, 100.00], clause: R-IP}\n"
    "        - {grades: [level3], yuan: [1200.00, 600.00], clause: R-IP}\n"
    "    ratio:\n"
    "      table:\n"
    "        - {ratio: 0.65, clause: R-IP}\n"
    "    caps:\n"
    "      - {on: payment, yuan: 150000.00, jointly: [inpatient], clause: R-IP}\n"
    "  - layer: resident_outpatient\n"
    "    zh: 居民门诊统筹\n"
    "    fund_pay_type: \"390101\"\n"
    "    field: hifp_pay\n"
    "    owner: county\n"
    "    when: {insutypes: [\"390\"], kinds: [outpatient]}\n"
    "    needs_pool: true\n"
    "    base: [inscp_scp_amt]\n"
    "    scope: all\n"
    "    clause: R-OP\n"
    "    accumulates: outpatient\n"
    "    counts_dedc: true\n"
    "    ratio:\n"
    "      table:\n"
    "        - {ratio: %s, clause: R-OP}\n"
    "    caps:\n"
    "      - {on: payment, yuan: 400.00, jointly: [outpatient], clause: R-OP}\n"
    "  - layer: employee_outpatient\n"
    "    zh: 职工门诊统筹\n"
    "    fund_pay_type: \"310101\"\n"
    "    field: hifp_pay\n"
    "    owner: county\n"
    "    when: {insutypes: [\"310\"], kinds: [outpatient]}\n"
    "    needs_pool: true\n"
    "    base: [inscp_scp_amt]\n"
    "    scope: all\n"
    "    clause: R-OP\n"
    "    accumulates: outpatient\n"
    "    ratio:\n"
    "      table:\n"
    "        - {ratio: 0.60, clause: R-OP}\n"
    "    caps:\n"
    "      - {on: payment, yuan: 100.00, jointly: [outpatient], clause: R-OP}\n"
    "  - layer: assistance\n"
    "    zh: 医疗救助\n"
    "    fund_pay_type: \"610101\"\n"
    "    field: maf_pay\n"
    "    owner: assistance\n"
    "    when: {insutypes: [\"390\"], kinds: [inpatient], identities: [low_income]}\n"
    "    needs_pool: true\n"
    "    base: [inscp_scp_amt, -resident_inpatient.paid]\n"
    "    scope: all\n"
    "    clause: MA\n"
    "    accumulates: assistance\n"
    "    ratio:\n"
    "      table:\n"
    "        - {ratio: 0.70, clause: MA}\n"
    "    caps:\n"
    "      - {on: payment, yuan: 50000.00, jointly: [assistance], clause: MA}\n";

static const char catalogue_csv[] =
    "med_list_codg,name,chrgitm_lv,med_chrgitm_type,bas_medn_flag,lmt_used_flag,inpatient_only,"
    "sex_limit,age_min,age_max,begndate,enddate,selfpay_prop_310,selfpay_prop_390,"
    "pric_uplmt_primary,pric_uplmt_level3\n"
    "XA01AAA001A001010100001,甲类药,01,09,1,0,0,0,,,2024-01-01,,,,,\n"
    "XB01AAA001A001010100001,乙类药,02,09,0,0,0,0,,,2024-01-01,,0.10,0.10,,\n"
    "XC01AAA001A001010100001,丙类药,03,09,0,0,0,0,,,2024-01-01,,,,,\n"
    "XD01AAA001A001010100001,限定用药,01,09,0,1,0,0,,,2024-01-01,,,,,\n";

static const char institutions_csv[] =
    "fixmedins_code,name,fixmedins_type,admdvs,benefit_grade,cap_grade,dedc_grade,kinds,begndate,"
    "enddate\n"
    "H43100299001,示范人民医院,1,431002,level3,level3,level3,outpatient;inpatient,2023-01-01,\n"
    "H43100299004,示范社区中心,1,431003,primary,primary,primary,outpatient;inpatient,2023-01-01,\n"
    "P43100299001,示范药房,2,431002,primary,primary,primary,pharmacy,2023-01-01,\n";

static void append(uint8_t *bytes, size_t *used, const char *name, const char *text)
{
    uint8_t head[64];
    struct writer w = writer_on(head, sizeof head);
    write_text(&w, name);
    write_u32(&w, (uint32_t)strlen(text));
    memcpy(bytes + *used, head, w.used);
    memcpy(bytes + *used + w.used, text, strlen(text));
    *used += w.used + strlen(text);
}

#define POLICY_CAPACITY 32768

/* Green whatever the tests change: class C is nobody's but the patient's. */
static const char green_case[] =
    "case: class-c\n"
    "source: invented\n"
    "policy: ..\n"
    "member: {insutype: \"390\", psn_type: \"1501\", born: 1980-01-01}\n"
    "claims:\n"
    "  - {med_type: \"11\", institution: {grade: primary, region: \"431002\"},\n"
    "     from: 2026-03-01, to: 2026-03-01, lines: [{chrgitm_lv: \"03\", amount: 100.00}],\n"
    "     expect: {hifp_pay: 0.00}}\n";

static struct slice bundle_begin(void)
{
    uint8_t *bytes = malloc(4 * POLICY_CAPACITY);
    size_t used = 0;
    append(bytes, &used, "cases/class-c.yaml", green_case);
    append(bytes, &used, "catalogue.csv", catalogue_csv);
    append(bytes, &used, "institutions.csv", institutions_csv);
    return (struct slice){.data = bytes, .size = used};
}

void world_bundle_add(struct slice *bundle, const char *name, const char *policy)
{
    append((uint8_t *)bundle->data, &bundle->size, name, policy);
}

struct slice world_bundle(const char *outpatient_ratio)
{
    char *policy = malloc(POLICY_CAPACITY);
    struct slice bundle = bundle_begin();
    snprintf(policy, POLICY_CAPACITY, policy_format, outpatient_ratio);
    world_bundle_add(&bundle, "policy.yaml", policy);
    free(policy);
    return bundle;
}

/* In place; both are as long, or the text grows inside its capacity. */
static void replace(char *text, const char *from, const char *to)
{
    char *at = strstr(text, from);
    assert_non_null(at);
    size_t tail = strlen(at + strlen(from)) + 1;
    memmove(at + strlen(to), at + strlen(from), tail);
    memcpy(at, to, strlen(to));
}

struct slice world_bundle_changed(const char *from, const char *to)
{
    char *policy = malloc(POLICY_CAPACITY);
    struct slice bundle = bundle_begin();
    snprintf(policy, POLICY_CAPACITY, policy_format, "0.70");
    replace(policy, from, to);
    world_bundle_add(&bundle, "policy.yaml", policy);
    free(policy);
    return bundle;
}

struct slice world_bundle_versions(const struct world_version *versions, size_t count)
{
    struct slice bundle = bundle_begin();
    char *policy = malloc(POLICY_CAPACITY);
    for (size_t i = 0; i < count; i++) {
        char name[40];
        snprintf(name, sizeof name, "policy-%zu.yaml", i);
        snprintf(policy, POLICY_CAPACITY, policy_format, versions[i].outpatient_ratio);
        replace(policy, "effective: {from: 2024-01-01}", versions[i].effective);
        replace(policy, "{rule_version: settlement, benefit_year: settlement",
                "{rule_version: admission, benefit_year: admission");
        replace(policy, "居民门诊, p", versions[i].clause);
        if (versions[i].stays)
            replace(policy, "stay_across_years: whole", versions[i].stays);
        if (versions[i].more)
            replace(policy, "identities:\n", versions[i].more);
        world_bundle_add(&bundle, name, policy);
    }
    free(policy);
    return bundle;
}

const char *world_msgid(struct world *w, const char *fixmedins)
{
    static char texts[2][ID_MSGID + 1];
    char compact[DATE_TEXT];
    char *text = texts[w->message_count & 1];
    snprintf(text, ID_MSGID + 1, "%.12s%.14s%04u", fixmedins,
             date_format_compact(w->now_ms, compact), ++w->message_count % 10000);
    return text;
}

static struct slice pack_message(const ProtobufCMessage *message)
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

static void request_init(struct world *w, Copay__Request *r, const char *infno,
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
    request_init(w, &request, infno, or_else(bill->fixmedins, TOWNSHIP), bill->msgid);
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
    return pack_message(&request.base);
}

struct slice void_pack(struct world *w, const char *infno, const char *fixmedins,
                       const char *psn_no, const char *setl_id)
{
    Copay__Request request;
    Copay__Void order = COPAY__VOID__INIT;
    request_init(w, &request, infno, fixmedins, NULL);
    order.setl_id = (char *)setl_id;
    order.psn_no = (char *)psn_no;
    request.void_order = &order;
    return pack_message(&request.base);
}

struct slice query_pack(struct world *w, const char *fixmedins, const char *setl_id,
                        const char *msgid)
{
    Copay__Request request;
    Copay__SettlementQuery query = COPAY__SETTLEMENT_QUERY__INIT;
    request_init(w, &request, "5203", fixmedins, NULL);
    query.setl_id = (char *)setl_id;
    query.msgid = (char *)msgid;
    request.settlement_query = &query;
    return pack_message(&request.base);
}

struct slice person_pack(struct world *w, const char *psn_no, const char *certno,
                         const char *med_type)
{
    Copay__Request request;
    Copay__PersonQuery query = COPAY__PERSON_QUERY__INIT;
    request_init(w, &request, "1101", TOWNSHIP, NULL);
    query.psn_no = (char *)psn_no;
    query.psn_cert_type = certno ? "01" : NULL;
    query.certno = (char *)certno;
    query.med_type = (char *)med_type;
    request.person_query = &query;
    return pack_message(&request.base);
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

void world_bring_words(struct world *w, const struct hash *digest)
{
    struct faults *faults = calloc(1, sizeof *faults);
    struct pack *pack;
    uint8_t *bytes;
    size_t size;
    uint32_t missing;
    OK(state_pack_bundle(w->state, digest, 0, &bytes, &size, &missing));
    OK(pack_compile_versions((struct slice){bytes, size}, &pack, faults));
    settle_put_words(w->settle, digest, pack);
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
            if (memcmp(digest.bytes, needs->packs[i].bytes, HASH_SIZE) == 0)
                e->packs[e->evidence.pack_count++] = w->older[j];
        }
    if (needs->wants_words)
        world_bring_words(w, &needs->words);
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
    struct slice body = pack_message(&message->base);
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
    enum err err = settle_compile(bundle, REGION, &w->pack, faults);
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
    const struct store_options in_memory = {.dir = NULL};
    OK(store_open(&in_memory, &w->store));
    OK(state_new(w->store, &w->state));
    const struct settle_options options = {
        .region = REGION, .salt_key = salt_key, .state = w->state, .words = true};
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
