/* Bills as terminals send them. Apart from population.c, because only it speaks protobuf. */
#include "copay.pb-c.h"
#include "population.h"

static struct slice pack(const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size);
    bench_need(bytes != NULL, "malloc");
    protobuf_c_message_pack(message, bytes);
    return (struct slice){.data = bytes, .size = size};
}

struct slice population_envelope(const struct bill *bill)
{
    const struct claim *claim = &bill->request.claim;
    Copay__Request request = COPAY__REQUEST__INIT;
    Copay__Settle settle = COPAY__SETTLE__INIT;
    Copay__RequestEnvelope envelope = COPAY__REQUEST_ENVELOPE__INIT;
    Copay__Line lines[BILL_LINES], *list[BILL_LINES];
    for (int i = 0; i < BILL_LINES; i++) {
        const struct claim_line *from = &bill->lines[i];
        copay__line__init(list[i] = &lines[i]);
        lines[i].feedetl_sn = (char *)from->feedetl_sn;
        lines[i].med_list_codg = (char *)from->med_list_codg;
        lines[i].det_item_fee_sumamt = from->det_item_fee_sumamt;
        lines[i].cnt = from->cnt;
        lines[i].pric = from->pric;
        lines[i].fee_ocur_time = from->fee_ocur_time;
    }
    settle.psn_no = (char *)claim->psn_no;
    settle.mdtrt_cert_type = (char *)claim->mdtrt_cert_type;
    settle.med_type = (char *)claim->med_type;
    settle.begntime = claim->begntime;
    settle.endtime = claim->endtime;
    settle.ipt_otp_no = (char *)claim->ipt_otp_no;
    settle.medfee_sumamt = claim->medfee_sumamt;
    settle.acct_used_flag = claim->acct_used_flag;
    settle.n_lines = BILL_LINES;
    settle.lines = list;
    request.infno = (char *)bill->request.infno;
    request.msgid = (char *)bill->request.msgid;
    request.fixmedins_code = (char *)bill->request.fixmedins_code;
    request.insuplc_admdvs = (char *)bill->request.insuplc_admdvs;
    request.mdtrtarea_admvs = (char *)bill->request.mdtrtarea_admvs;
    request.opter = (char *)bill->request.opter;
    request.dev_no = (char *)bill->request.dev_no;
    request.inf_time = bill->request.inf_time;
    request.settle = &settle;
    struct slice body = pack(&request.base);
    envelope.body = (ProtobufCBinaryData){.data = (uint8_t *)body.data, .len = body.size};
    envelope.msgid = request.msgid;
    envelope.insuplc_admdvs = request.insuplc_admdvs;
    envelope.has_sent_time = envelope.has_attempt = true;
    envelope.sent_time = bill->request.inf_time;
    envelope.attempt = 1;
    struct slice whole = pack(&envelope.base);
    free((void *)body.data);
    return whole;
}
