/* Whatever a terminal knows of itself is filled in when the message does not say: the institution
 * from its certificate, regions from the institution, msgid and time from the clock. */
#include "request.h"

#include <stdio.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/id.h"
#include "json.h"

#define IDENTITY "urn:fixmedins:"

/* Pre-settlement, settlement and void of each counter. */
static const char *const counters[][3] = {
    {"2101", "2102", "2103"}, {"2206", "2207", "2208"}, {"2303", "2304", "2305"}};

struct make {
    const struct options *options;
    struct arena *arena;
    Copay__Request *request;
    char *fault;
};

static bool fail(struct make *m, const char *text)
{
    snprintf(m->fault, REQUEST_FAULT_MAX, "%s", text);
    return false;
}

static char *copy(struct make *m, const char *text)
{
    char *out = arena_copy(m->arena, text, strlen(text));
    CHECK(out);
    return out;
}

/* Whom the certificate names: urn:fixmedins:CODE among its alternative names; false for none. */
static bool certificate_identity(const char *path, char out[ID_FIXMEDINS + 1])
{
    FILE *file = fopen(path, "r");
    X509 *x = file ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;
    GENERAL_NAMES *names = x ? X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL) : NULL;
    out[0] = '\0';
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        size_t prefix = strlen(IDENTITY);
        if (name->type != GEN_URI)
            continue;
        const char *uri = (const char *)ASN1_STRING_get0_data(name->d.uniformResourceIdentifier);
        size_t size = (size_t)ASN1_STRING_length(name->d.uniformResourceIdentifier);
        if (size == prefix + ID_FIXMEDINS && memcmp(uri, IDENTITY, prefix) == 0) {
            memcpy(out, uri + prefix, ID_FIXMEDINS);
            out[ID_FIXMEDINS] = '\0';
        }
    }
    GENERAL_NAMES_free(names);
    X509_free(x);
    if (file)
        fclose(file);
    return id_is_fixmedins(out);
}

/* The city of a county: pooling regions are cities; --region says otherwise. */
static char *city_of(struct make *m, const char *fixmedins_code)
{
    char region[ID_ADMDVS + 1];
    snprintf(region, sizeof region, "%.4s00", fixmedins_code + 1);
    return copy(m, region);
}

/* A settlement's number begins with the region that keeps it. */
static void region_of_settlement(struct make *m, const char *setl_id)
{
    uint64_t sequence;
    if (id_parse_setl(setl_id, &sequence) == ERR_OK) {
        m->request->insuplc_admdvs = copy(m, setl_id);
        m->request->insuplc_admdvs[ID_ADMDVS] = '\0';
    }
}

static bool complete_msgid(struct make *m)
{
    struct copay_msgids *msgids;
    struct copay_error error;
    char msgid[COPAY_MSGID + 1];
    if (m->options->msgid)
        m->request->msgid = copy(m, m->options->msgid);
    if (m->request->msgid)
        return true;
    if (copay_msgids_open(m->request->fixmedins_code, m->options->msgid_file, &msgids, &error) !=
        COPAY_DONE) {
        snprintf(m->fault, REQUEST_FAULT_MAX, "%s / %s", error.zh, error.en);
        return false;
    }
    bool made = copay_msgids_next(msgids, msgid);
    copay_msgids_close(msgids);
    if (!made)
        return fail(m, "报文序号文件无法使用 / the msgid file cannot be used");
    m->request->msgid = copy(m, msgid);
    return true;
}

static bool complete(struct make *m)
{
    const struct options *o = m->options;
    Copay__Request *r = m->request;
    char code[ID_FIXMEDINS + 1];
    if (o->institution)
        r->fixmedins_code = copy(m, o->institution);
    if (!r->fixmedins_code && certificate_identity(o->connection.cert_file, code))
        r->fixmedins_code = copy(m, code);
    if (!r->fixmedins_code || !id_is_fixmedins(r->fixmedins_code))
        return fail(m,
                    "不知道机构编码,请用 --institution / the institution's code is not known: use "
                    "--institution");
    if (o->region || !r->insuplc_admdvs)
        r->insuplc_admdvs = o->region ? copy(m, o->region) : city_of(m, r->fixmedins_code);
    if (o->care_region || !r->mdtrtarea_admvs)
        r->mdtrtarea_admvs =
            o->care_region ? copy(m, o->care_region) : city_of(m, r->fixmedins_code);
    if (o->opter || !r->opter)
        r->opter = copy(m, o->opter ? o->opter : "copay");
    if (o->dev_no)
        r->dev_no = copy(m, o->dev_no);
    if (o->sign_no && !r->sign_out)
        r->sign_no = copy(m, o->sign_no);
    if (!complete_msgid(m))
        return false;
    /* The msgid's own time, so that the same command with the same msgid is the same message. */
    if (!r->inf_time && id_parse_msgid(r->msgid, &r->inf_time) != ERR_OK)
        r->inf_time = clock_wall_ms();
    return true;
}

static bool read_file(struct make *m)
{
    struct json_fault fault;
    if (!m->options->argument)
        return fail(m, "缺少报文文件 / the message's FILE is needed");
    return json_read_file(m->options->argument, &m->request->base, m->arena, &fault) ||
           fail(m, fault.text);
}

/* settle and presettle take the same file: the transaction number follows the command. */
static bool make_settle(struct make *m, int column)
{
    if (!read_file(m))
        return false;
    Copay__EncounterSettle *uploaded = m->request->encounter_settle;
    if (!m->request->infno || (!m->request->settle && !uploaded))
        return fail(m, "账单须有 infno 和 settle 或 encounter_settle / a bill has infno and settle "
                       "or encounter_settle");
    for (size_t i = 0; i < ARRAY_LEN(counters); i++)
        if (strcmp(m->request->infno, counters[i][0]) == 0 ||
            strcmp(m->request->infno, counters[i][1]) == 0) {
            m->request->infno = copy(m, counters[i][column]);
            if (column == 0 && m->request->settle)
                m->request->settle->agreed = NULL;
            if (column == 0 && uploaded)
                uploaded->agreed = NULL;
            return complete(m);
        }
    return fail(m, "infno 不是结算交易 / infno is not of a settlement");
}

/* An encounter's other messages: the file is the message, and the command says which it is; an
 * outpatient's first. */
static const struct encounter_command {
    const char *name, *infnos[2];
} encounter_commands[] = {{"register", {"2201"}},
                          {"admit", {"2401"}},
                          {"discharge", {"2402"}},
                          {"upload", {"2204", "2301"}},
                          {"cancel", {"2205", "2302"}}};

static const struct encounter_command *encounter_command_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(encounter_commands); i++)
        if (strcmp(encounter_commands[i].name, name) == 0)
            return &encounter_commands[i];
    return NULL;
}

static bool make_encounter(struct make *m, const struct encounter_command *command)
{
    if (!read_file(m))
        return false;
    if (!m->request->infno && !command->infnos[1])
        m->request->infno = copy(m, command->infnos[0]);
    for (size_t i = 0; m->request->infno && i < 2 && command->infnos[i]; i++)
        if (strcmp(m->request->infno, command->infnos[i]) == 0)
            return complete(m);
    return fail(m, "infno 缺失或与命令不符 / infno is missing, or not of this command");
}

static bool make_void(struct make *m)
{
    const struct options *o = m->options;
    const char *setl_id = o->argument ? o->argument : o->setl_id;
    Copay__Void *order = arena_alloc(m->arena, sizeof *order);
    CHECK(order);
    if (!setl_id || !o->psn_no)
        return fail(m, "撤销须有结算单号和 --psn-no / a void needs SETL_ID and --psn-no");
    copay__void__init(order);
    order->setl_id = copy(m, setl_id);
    order->psn_no = copy(m, o->psn_no);
    order->mdtrt_id = o->mdtrt_id ? copy(m, o->mdtrt_id) : NULL;
    m->request->void_order = order;
    region_of_settlement(m, setl_id);
    if (!complete(m))
        return false;
    const char *usual = m->request->fixmedins_code[0] == 'P' ? "2103" : "2208";
    m->request->infno = copy(m, o->infno ? o->infno : usual);
    return true;
}

static bool make_reversal(struct make *m)
{
    const struct options *o = m->options;
    const char *omsgid = o->argument ? o->argument : o->asked_msgid;
    Copay__Reversal *reversal = arena_alloc(m->arena, sizeof *reversal);
    CHECK(reversal);
    if (!omsgid || !o->psn_no)
        return fail(m, "冲正须有原报文ID和 --psn-no / a reversal needs MSGID and --psn-no");
    copay__reversal__init(reversal);
    reversal->omsgid = copy(m, omsgid);
    reversal->psn_no = copy(m, o->psn_no);
    m->request->infno = "2601";
    m->request->reversal = reversal;
    if (!complete(m))
        return false;
    const char *usual = m->request->fixmedins_code[0] == 'P' ? "2102" : "2207";
    reversal->oinfno = copy(m, o->infno ? o->infno : usual);
    return true;
}

static bool make_person(struct make *m)
{
    const struct options *o = m->options;
    const char *psn_no = o->argument ? o->argument : o->psn_no;
    Copay__PersonQuery *query = arena_alloc(m->arena, sizeof *query);
    CHECK(query);
    if (!psn_no && !o->certno)
        return fail(m, "须有人员编号或 --certno / PSN_NO or --certno is needed");
    copay__person_query__init(query);
    query->psn_no = psn_no ? copy(m, psn_no) : NULL;
    query->certno = o->certno ? copy(m, o->certno) : NULL;
    query->psn_cert_type = o->psn_cert_type ? copy(m, o->psn_cert_type) : NULL;
    query->med_type = o->med_type ? copy(m, o->med_type) : NULL;
    m->request->infno = "1101";
    m->request->person_query = query;
    return complete(m);
}

static bool make_query(struct make *m)
{
    const struct options *o = m->options;
    const char *setl_id = o->argument ? o->argument : o->setl_id;
    Copay__SettlementQuery *query = arena_alloc(m->arena, sizeof *query);
    CHECK(query);
    if (!setl_id && !o->asked_msgid)
        return fail(m, "须有结算单号或 --msgid / SETL_ID or --msgid is needed");
    copay__settlement_query__init(query);
    query->setl_id = setl_id ? copy(m, setl_id) : NULL;
    if (setl_id)
        region_of_settlement(m, setl_id);
    query->msgid = o->asked_msgid ? copy(m, o->asked_msgid) : NULL;
    m->request->infno = "5203";
    m->request->settlement_query = query;
    return complete(m);
}

static bool make_sign_in(struct make *m)
{
    Copay__SignIn *in = arena_alloc(m->arena, sizeof *in);
    CHECK(in);
    copay__sign_in__init(in);
    m->request->infno = "9001";
    m->request->sign_in = in;
    return complete(m);
}

static bool make_sign_out(struct make *m)
{
    const struct options *o = m->options;
    const char *sign_no = o->argument ? o->argument : o->sign_no;
    Copay__SignOut *out = arena_alloc(m->arena, sizeof *out);
    CHECK(out);
    if (!sign_no)
        return fail(m, "签退须有签到流水号 / signing out needs SIGN_NO");
    copay__sign_out__init(out);
    out->sign_no = copy(m, sign_no);
    m->request->infno = "9002";
    m->request->sign_out = out;
    return complete(m);
}

static bool make_inpatients(struct make *m)
{
    Copay__Query *query = arena_alloc(m->arena, sizeof *query);
    CHECK(query);
    copay__query__init(query);
    query->next = m->options->next ? copy(m, m->options->next) : NULL;
    m->request->infno = "5303";
    m->request->query = query;
    return complete(m);
}

bool request_head(const struct options *options, struct arena *arena, Copay__Request *request,
                  char fault[REQUEST_FAULT_MAX])
{
    struct make m = {.options = options, .arena = arena, .request = request, .fault = fault};
    copay__request__init(request);
    return complete(&m);
}

bool request_make(const struct options *options, struct arena *arena, Copay__Request *request,
                  char fault[REQUEST_FAULT_MAX])
{
    struct make m = {.options = options, .arena = arena, .request = request, .fault = fault};
    const struct encounter_command *encounter = encounter_command_of(options->command);
    copay__request__init(request);
    if (encounter)
        return make_encounter(&m, encounter);
    if (strcmp(options->command, "settle") == 0)
        return make_settle(&m, 1);
    if (strcmp(options->command, "presettle") == 0)
        return make_settle(&m, 0);
    if (strcmp(options->command, "void") == 0)
        return make_void(&m);
    if (strcmp(options->command, "reverse") == 0)
        return make_reversal(&m);
    if (strcmp(options->command, "person") == 0)
        return make_person(&m);
    if (strcmp(options->command, "query") == 0)
        return make_query(&m);
    if (strcmp(options->command, "sign-in") == 0)
        return make_sign_in(&m);
    if (strcmp(options->command, "sign-out") == 0)
        return make_sign_out(&m);
    if (strcmp(options->command, "inpatients") == 0)
        return make_inpatients(&m);
    return fail(&m, "命令不可识别 / command not understood");
}
