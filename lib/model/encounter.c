/* The stored layouts, writer and reader side by side. Pure; any thread. */
#include "model/encounter.h"

#include <string.h>

#define ENCOUNTER_VERSION 1
#define BILL_VERSION 1

/* The texts in stored order, so that writer and reader cannot disagree. */
#define CARE_TEXTS(TEXT)                                                                           \
    TEXT(insutype)                                                                                 \
    TEXT(med_type)                                                                                 \
    TEXT(dise_codg)                                                                                \
    TEXT(oprn_oprt_code)                                                                           \
    TEXT(matn_type)                                                                                \
    TEXT(birctrl_type)
#define ENCOUNTER_TEXTS(TEXT)                                                                      \
    TEXT(mdtrt_id)                                                                                 \
    TEXT(fixmedins_code)                                                                           \
    TEXT(psn_no)                                                                                   \
    TEXT(ipt_otp_no)                                                                               \
    TEXT(mdtrt_cert_type)                                                                          \
    TEXT(dept_code)                                                                                \
    TEXT(bed)                                                                                      \
    TEXT(atddr_no)                                                                                 \
    TEXT(dscg_way)

enum care_flag {
    CARE_EMERGENCY = 1,
    CARE_TRAUMA = 2,
    CARE_THIRD_PARTY = 4,
    CARE_SIGNED = 8,
    CARE_NEWBORN = 16,
    CARE_FLAGS = 32, /* the first that is none */
};

static void write_care(struct writer *w, const struct care *care)
{
#define WRITE(field) write_packed(w, care->field);
    CARE_TEXTS(WRITE)
#undef WRITE
    write_signed(w, care->begntime);
    write_u8(w, (uint8_t)((care->emergency ? CARE_EMERGENCY : 0) |
                          (care->trauma.present ? CARE_TRAUMA : 0) |
                          (care->trauma.third_party ? CARE_THIRD_PARTY : 0) |
                          (care->trauma.signed_by_patient ? CARE_SIGNED : 0) |
                          (care->newborn.present ? CARE_NEWBORN : 0)));
    if (!care->newborn.present)
        return;
    write_u8(w, care->newborn.gend);
    write_signed(w, care->newborn.brdy);
}

static void read_care(struct reader *r, struct care *care)
{
#define READ(field) read_packed(r, care->field, sizeof care->field);
    CARE_TEXTS(READ)
#undef READ
    care->begntime = read_signed(r);
    uint8_t flags = read_u8(r);
    r->failed |= flags >= CARE_FLAGS;
    care->emergency = flags & CARE_EMERGENCY;
    care->trauma.present = flags & CARE_TRAUMA;
    care->trauma.third_party = flags & CARE_THIRD_PARTY;
    care->trauma.signed_by_patient = flags & CARE_SIGNED;
    care->newborn = (struct newborn){.present = flags & CARE_NEWBORN};
    if (!care->newborn.present)
        return;
    care->newborn.gend = read_u8(r);
    care->newborn.brdy = (int32_t)read_signed(r);
}

static void write_diagnoses(struct writer *w, const struct encounter *e)
{
    write_u8(w, (uint8_t)e->diagnosis_count);
    for (uint32_t i = 0; i < e->diagnosis_count; i++) {
        const struct diagnosis *d = &e->diagnoses[i];
        write_packed(w, d->diag_code);
        write_u8(w, (uint8_t)d->diag_type);
        write_u8(w, d->maindiag_flag);
    }
}

static void read_diagnoses(struct reader *r, struct encounter *e)
{
    uint32_t count = read_u8(r);
    r->failed |= count > DIAGNOSES_MAX;
    for (uint32_t i = 0; i < count && !r->failed; i++) {
        struct diagnosis *d = &e->diagnoses[i];
        read_packed(r, d->diag_code, sizeof d->diag_code);
        d->diag_type = (char)read_u8(r);
        d->maindiag_flag = read_u8(r) == 1;
    }
    e->diagnosis_count = r->failed ? 0 : count;
}

static void write_bills(struct writer *w, const struct encounter *e)
{
    write_varint(w, e->settled);
    write_varint(w, e->bill);
    write_u8(w, (uint8_t)e->bills_count);
    for (uint32_t i = 0; i < e->bills_count; i++)
        write_packed(w, e->bills[i]);
}

static void read_bills(struct reader *r, struct encounter *e)
{
    uint64_t settled = read_varint(r), bill = read_varint(r);
    uint32_t count = read_u8(r);
    r->failed |= count > OPEN_BILLS_MAX || settled > UINT32_MAX || bill > STAY_BILLS_MAX;
    for (uint32_t i = 0; i < count && !r->failed; i++)
        read_packed(r, e->bills[i], sizeof e->bills[i]);
    e->settled = (uint32_t)settled;
    e->bill = (uint32_t)bill;
    e->bills_count = r->failed ? 0 : count;
}

void encounter_write(struct writer *w, const struct encounter *e)
{
    CHECK(e->diagnosis_count <= DIAGNOSES_MAX && e->bills_count <= OPEN_BILLS_MAX);
    write_u8(w, ENCOUNTER_VERSION);
    write_u8(w, (uint8_t)e->stage);
    write_u8(w, e->inpatient);
#define WRITE(field) write_packed(w, e->field);
    ENCOUNTER_TEXTS(WRITE)
#undef WRITE
    write_signed(w, e->endtime);
    write_care(w, &e->care);
    write_bills(w, e);
    write_diagnoses(w, e);
}

void encounter_read(struct reader *r, struct encounter *e)
{
    *e = (struct encounter){0};
    uint8_t version = read_u8(r), stage = read_u8(r), inpatient = read_u8(r);
    r->failed |= version != ENCOUNTER_VERSION || stage < ENCOUNTER_OPEN ||
                 stage > ENCOUNTER_CANCELLED || inpatient > 1;
    e->stage = (enum encounter_stage)stage;
    e->inpatient = inpatient == 1;
#define READ(field) read_packed(r, e->field, sizeof e->field);
    ENCOUNTER_TEXTS(READ)
#undef READ
    e->endtime = read_signed(r);
    read_care(r, &e->care);
    read_bills(r, e);
    read_diagnoses(r, e);
}

void encounter_bill_write(struct writer *w, const struct encounter_bill *bill)
{
    write_u8(w, BILL_VERSION);
    write_varint(w, bill->line_count);
    write_varint(w, bill->chunk_count);
    write_signed(w, bill->medfee_sumamt);
    write_signed(w, bill->begntime);
    write_packed(w, bill->setl_id);
    if (bill->setl_id[0])
        write_care(w, &bill->care);
}

void encounter_bill_read(struct reader *r, struct encounter_bill *bill)
{
    *bill = (struct encounter_bill){0};
    uint8_t version = read_u8(r);
    uint64_t lines = read_varint(r), chunks = read_varint(r);
    r->failed |= version != BILL_VERSION || lines > STAY_LINES_MAX || chunks > STAY_LINES_MAX;
    bill->line_count = r->failed ? 0 : (uint32_t)lines;
    bill->chunk_count = r->failed ? 0 : (uint32_t)chunks;
    bill->medfee_sumamt = read_signed(r);
    bill->begntime = read_signed(r);
    read_packed(r, bill->setl_id, sizeof bill->setl_id);
    if (bill->setl_id[0])
        read_care(r, &bill->care);
}

const char *encounter_stage_name(enum encounter_stage stage)
{
    switch (stage) {
    case ENCOUNTER_OPEN:
        return "open";
    case ENCOUNTER_DISCHARGED:
        return "discharged";
    case ENCOUNTER_SETTLED:
        return "settled";
    case ENCOUNTER_CANCELLED:
        return "cancelled";
    }
    return "";
}

/* Those with at most PACKED_MAX bytes; the hospital's own code may be longer. */
#define LINE_TEXTS(TEXT)                                                                           \
    TEXT(feedetl_sn)                                                                               \
    TEXT(init_feedetl_sn)                                                                          \
    TEXT(med_list_codg)                                                                            \
    TEXT(rxno)                                                                                     \
    TEXT(unit)

/* Beside hosp_appr_flag, which is 0 to 2. */
#define LINE_SPLIT_PACK 0x80

void fee_line_write(struct writer *w, const struct claim_line *line)
{
#define WRITE(field) write_packed(w, line->field);
    LINE_TEXTS(WRITE)
#undef WRITE
    write_varint(w, (uint64_t)line->pric);
    write_signed(w, line->cnt);
    write_varint(w, (uint64_t)line->unit_conversion);
    write_signed(w, line->det_item_fee_sumamt);
    write_signed(w, line->fee_ocur_time);
    write_varint(w, line->prd_days);
    write_u8(w, (uint8_t)(line->hosp_appr_flag | (line->trdn_flag ? LINE_SPLIT_PACK : 0)));
    write_varint(w, line->trac_count);
    for (uint32_t i = 0; i < line->trac_count; i++)
        write_packed(w, line->drug_trac_codgs[i]);
}

static const char *read_copied(struct reader *r, struct arena *arena)
{
    char text[PACKED_MAX + 1] = "";
    read_packed(r, text, sizeof text);
    const char *copy = text[0] ? arena_copy(arena, text, strlen(text)) : "";
    r->failed |= !copy;
    return copy ? copy : "";
}

static void read_traces(struct reader *r, struct arena *arena, struct claim_line *line)
{
    uint64_t count = read_varint(r);
    if (r->failed || count == 0)
        return;
    const char **codes = count <= LINE_WIRE_MAX ? arena_alloc(arena, count * sizeof *codes) : NULL;
    if (!codes) {
        r->failed = true;
        return;
    }
    for (uint64_t i = 0; i < count; i++)
        codes[i] = read_copied(r, arena);
    line->trac_count = (uint32_t)count;
    line->drug_trac_codgs = codes;
}

void fee_line_read(struct reader *r, struct arena *arena, struct claim_line *line)
{
    *line = (struct claim_line){.medins_list_codg = "", .medins_list_name = ""};
#define READ(field) line->field = read_copied(r, arena);
    LINE_TEXTS(READ)
#undef READ
    line->pric = (int64_t)read_varint(r);
    line->cnt = read_signed(r);
    line->unit_conversion = (int64_t)read_varint(r);
    line->det_item_fee_sumamt = read_signed(r);
    line->fee_ocur_time = read_signed(r);
    line->prd_days = (uint16_t)read_varint(r);
    uint8_t flags = read_u8(r);
    line->trdn_flag = flags & LINE_SPLIT_PACK;
    line->hosp_appr_flag = flags & ~LINE_SPLIT_PACK;
    read_traces(r, arena, line);
}
