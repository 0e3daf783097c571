/* Requests of an encounter from a few words. */
#include "ward.h"

void ward_done(const struct ward *ward)
{
    if (ward->w->answer.outcome != OUTCOME_DONE)
        print_error("refused: %u\n", world_reason(ward->w));
    assert_int_equal(ward->w->answer.outcome, OUTCOME_DONE);
}

static void head(struct ward *ward, Copay__Request *request, const char *infno)
{
    world_request_init(ward->w, request, infno, ward->fixmedins, NULL);
}

static enum settle_verdict send(struct ward *ward, const Copay__Request *request)
{
    return world_send(ward->w, world_pack(&request->base));
}

enum settle_verdict ward_order(struct ward *ward, const char *infno, Copay__Encounter *order)
{
    Copay__Request request;
    head(ward, &request, infno);
    order->psn_no = (char *)ward->psn_no;
    if (ward->mdtrt_id[0])
        order->mdtrt_id = ward->mdtrt_id;
    request.encounter = order;
    return send(ward, &request);
}

static void open_one(struct ward *ward, int days_ago)
{
    Copay__Encounter order = COPAY__ENCOUNTER__INIT;
    ward->begntime = ward->w->now_ms - days_ago * DAY_MS;
    snprintf(ward->ticket, sizeof ward->ticket, "W%u", ward->w->message_count);
    order.mdtrt_cert_type = "99";
    order.ipt_otp_no = ward->ticket;
    order.has_begntime = true;
    order.begntime = ward->begntime;
    order.med_type = ward->stay ? "21" : "11";
    ward_order(ward, ward->stay ? "2401" : "2201", &order);
    ward_done(ward);
    snprintf(ward->mdtrt_id, sizeof ward->mdtrt_id, "%s", ward->w->reply->mdtrt_id);
}

struct ward ward_stay(struct world *w, const char *psn_no, int days_ago)
{
    struct ward ward = {.w = w, .psn_no = psn_no, .fixmedins = HOSPITAL, .stay = true};
    open_one(&ward, days_ago);
    return ward;
}

struct ward ward_visit(struct world *w, const char *psn_no, int days_ago)
{
    struct ward ward = {.w = w, .psn_no = psn_no, .fixmedins = TOWNSHIP};
    open_one(&ward, days_ago);
    return ward;
}

enum settle_verdict ward_discharge(struct ward *ward, int days_ago)
{
    Copay__Encounter order = COPAY__ENCOUNTER__INIT;
    order.has_endtime = true;
    order.endtime = ward->w->now_ms - days_ago * DAY_MS;
    return ward_order(ward, "2402", &order);
}

enum settle_verdict ward_undo(struct ward *ward, const char *infno)
{
    Copay__Request request;
    Copay__EncounterName name = COPAY__ENCOUNTER_NAME__INIT;
    head(ward, &request, infno);
    name.mdtrt_id = ward->mdtrt_id;
    name.psn_no = (char *)ward->psn_no;
    request.encounter_name = &name;
    return send(ward, &request);
}

enum settle_verdict ward_upload(struct ward *ward, const char *batch,
                                const struct ward_line lines[WARD_LINES_MAX])
{
    Copay__Request request;
    Copay__Upload upload = COPAY__UPLOAD__INIT;
    Copay__Line list[WARD_LINES_MAX], *pointers[WARD_LINES_MAX];
    head(ward, &request, ward->stay ? "2301" : "2204");
    upload.mdtrt_id = ward->mdtrt_id;
    upload.psn_no = (char *)ward->psn_no;
    upload.chrg_bchno = (char *)batch;
    upload.lines = pointers;
    for (; upload.n_lines < WARD_LINES_MAX && lines[upload.n_lines].sn; upload.n_lines++) {
        const struct ward_line *from = &lines[upload.n_lines];
        Copay__Line *line = pointers[upload.n_lines] = &list[upload.n_lines];
        copay__line__init(line);
        line->feedetl_sn = (char *)from->sn;
        line->init_feedetl_sn = (char *)from->of;
        line->med_list_codg = (char *)(from->item ? from->item : DRUG_A);
        line->det_item_fee_sumamt = from->fen;
        line->cnt = from->fen * 100; /* of one yuan each */
        line->pric = 1000000;
        line->fee_ocur_time = ward->w->now_ms - from->days_ago * DAY_MS;
    }
    request.upload = &upload;
    return send(ward, &request);
}

enum settle_verdict ward_cancel(struct ward *ward, const char *batch, const char *numbers)
{
    Copay__Request request;
    Copay__Cancel cancel = COPAY__CANCEL__INIT;
    char text[200], *list[WARD_LINES_MAX], *rest = text;
    head(ward, &request, ward->stay ? "2302" : "2205");
    snprintf(text, sizeof text, "%s", numbers ? numbers : "");
    cancel.mdtrt_id = ward->mdtrt_id;
    cancel.psn_no = (char *)ward->psn_no;
    cancel.chrg_bchno = (char *)batch;
    cancel.feedetl_sn = list;
    for (char *one; numbers && (one = strsep(&rest, " "));)
        list[cancel.n_feedetl_sn++] = one;
    request.cancel = &cancel;
    return send(ward, &request);
}

enum settle_verdict ward_settle(struct ward *ward, const struct ward_bill *bill)
{
    Copay__Request request;
    Copay__EncounterSettle settle = COPAY__ENCOUNTER_SETTLE__INIT;
    head(ward, &request, bill->infno ? bill->infno : ward->stay ? "2304" : "2207");
    settle.mdtrt_id = ward->mdtrt_id;
    settle.psn_no = (char *)ward->psn_no;
    settle.mdtrt_cert_type = "99";
    settle.chrg_bchno = (char *)bill->batch;
    settle.medfee_sumamt = bill->fen;
    settle.acct_used_flag = bill->account;
    settle.has_mid_setl_flag = settle.mid_setl_flag = bill->mid;
    settle.has_endtime = bill->ended;
    settle.endtime = ward->w->now_ms - bill->days_ago * DAY_MS;
    request.encounter_settle = &settle;
    return send(ward, &request);
}

char *ward_settled(struct ward *ward, const struct ward_bill *bill)
{
    assert_int_equal(ward_settle(ward, bill), SETTLE_RECORD);
    ward_done(ward);
    return strdup(ward->w->reply->settlement->setl_id);
}

enum settle_verdict ward_void(struct ward *ward, const char *setl_id)
{
    return world_void(ward->w, ward->stay ? "2305" : "2208", ward->fixmedins, ward->psn_no,
                      setl_id);
}

void ward_live(struct world *w)
{
    char msgid[ID_MSGID + 1];
    struct ward ward = ward_stay(w, POOR, 10), other;
    Copay__Encounter order = COPAY__ENCOUNTER__INIT;
    order.bed = "B7";
    ward_order(&ward, "2403", &order);
    ward_upload(&ward, NULL,
                (struct ward_line[WARD_LINES_MAX]){
                    {.sn = "1", .fen = YUAN(9000), .days_ago = 9},
                    {.sn = "2", .item = DRUG_B, .fen = YUAN(90), .days_ago = 9},
                    {.sn = "3", .of = "2", .item = DRUG_B, .fen = -YUAN(30), .days_ago = 3},
                    {.sn = "4", .fen = YUAN(500), .days_ago = 2}});
    ward_upload(&ward, NULL, (struct ward_line[WARD_LINES_MAX]){{.sn = "1", .fen = 100}});
    assert_int_equal(w->answer.reason, REASON_LINE_UPLOADED);
    char *mid = ward_settled(
        &ward, &(struct ward_bill){.fen = YUAN(9060), .mid = true, .ended = true, .days_ago = 5});
    w->now_ms += DAY_MS;
    ward_discharge(&ward, 1);
    char *last = ward_settled(&ward, &(struct ward_bill){.fen = YUAN(500)});
    ward_void(&ward, mid);
    assert_int_equal(w->answer.reason, REASON_VOID_LATER);
    ward_void(&ward, last);
    ward_undo(&ward, "2405");
    world_activate(w, "0.50");
    ward_void(&ward, mid);
    ward_done(&ward);
    ward_cancel(&ward, NULL, "4");
    ward_done(&ward);
    ward_cancel(&ward, NULL, "0000");
    ward_undo(&ward, "2404");
    ward_done(&ward);
    other = ward_visit(w, RESIDENT, 1);
    ward_upload(&other, "1", (struct ward_line[WARD_LINES_MAX]){{.sn = "1", .fen = YUAN(60)}});
    ward_upload(&other, "B", (struct ward_line[WARD_LINES_MAX]){{.sn = "1", .fen = YUAN(40)}});
    ward_cancel(&other, "B", NULL);
    char *visited = ward_settled(&other, &(struct ward_bill){.batch = "1", .fen = YUAN(60)});
    ward_void(&other, visited);
    ward_done(&other);
    other = ward_stay(w, EMPLOYEE, 1);
    snprintf(msgid, sizeof msgid, "%s", w->reply->msgid);
    world_reverse(w, HOSPITAL, EMPLOYEE, "2401", msgid);
    ward_done(&other);
    free(mid);
    free(last);
    free(visited);
}
