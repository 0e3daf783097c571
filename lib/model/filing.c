/* Kinds of filings, which of them count when, and the stored layouts. */
#include "model/filing.h"

#include <string.h>

#define FILINGS_VERSION 1
#define FILE_VERSION 1

/* Who approves what stands here alone, because the policy language has no key for it. */
static const struct filing_rule rules[] = {
    {FILING_REFERRAL, "referral", "转院备案", "2501", "2502", "5304", true, false, false},
    {FILING_CHRONIC, "chronic", "慢特病备案", "2503", "2504", "5301", false, false, true},
    {FILING_CHOSEN, "chosen", "定点备案", "2505", "2506", "5302", true, true, false},
    {FILING_ACCIDENT, "accident", "意外伤害备案", "2507", NULL, NULL, true, false, false},
    {FILING_TWO_DISEASES, "two-diseases", "两病备案", "2562", "2563", NULL, false, false, true},
    {FILING_MATERNITY, "maternity", "生育备案", "2699", NULL, NULL, false, false, false},
};

static bool is(const char *infno, const char *asked)
{
    return infno && strcmp(infno, asked) == 0;
}

const struct filing_rule *filing_rule(enum filing_kind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (rules[i].kind == kind)
            return &rules[i];
    return NULL;
}

const struct filing_rule *filing_rule_of(const char *infno)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (is(rules[i].infno, infno) || is(rules[i].undo, infno) || is(rules[i].query, infno))
            return &rules[i];
    return NULL;
}

const struct filing_rule *filing_rule_named(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (is(rules[i].name, name))
            return &rules[i];
    return NULL;
}

const char *filing_stage_name(enum filing_stage stage)
{
    static const char *const names[FILING_STAGES] = {"",         "applied", "assessed",
                                                     "approved", "refused", "withdrawn"};
    CHECK(stage < FILING_STAGES);
    return names[stage];
}

void filings_at(const struct person_filings *all, uint64_t sequence, struct filings *out)
{
    out->count = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        const struct filed *filed = &all->list[i];
        if (filed->since != 0 && filed->since < sequence &&
            (filed->until == 0 || filed->until > sequence))
            out->list[out->count++] = filed->filing;
    }
}

/* 0: it matters. */
static int dispensable(const struct filed *filed, int32_t today)
{
    const bool over = filed->stage == FILING_REFUSED || filed->stage == FILING_WITHDRAWN;
    if (over)
        return filed->since == 0 ? 3 : 2;
    return filed->filing.enddate < today ? 1 : 0;
}

int filings_dispensable(const struct person_filings *all, int32_t today)
{
    int found = -1, most = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        const struct filed *filed = &all->list[i];
        const int how = dispensable(filed, today);
        if (how > most ||
            (how == 1 && most == 1 && filed->filing.enddate < all->list[found].filing.enddate)) {
            found = (int)i;
            most = how;
        }
    }
    return found;
}

static void filed_write(struct writer *w, const struct filed *filed)
{
    const size_t before = w->used;
    write_packed(w, filed->number);
    write_u8(w, (uint8_t)filed->kind);
    write_u8(w, (uint8_t)filed->stage);
    write_packed(w, filed->filing.category);
    write_signed(w, filed->filing.begndate);
    write_signed(w, filed->filing.enddate);
    write_packed(w, filed->filing.fixmedins_code);
    write_packed(w, filed->filing.dise_codg);
    write_varint(w, filed->since);
    write_varint(w, filed->until);
    CHECK(w->used - before <= FILED_BYTES_MAX);
}

static int32_t read_date(struct reader *r)
{
    int64_t date = read_signed(r);
    if (date < INT32_MIN || date > INT32_MAX)
        r->failed = true;
    return (int32_t)date;
}

static void filed_read(struct reader *r, struct filed *filed)
{
    read_packed(r, filed->number, sizeof filed->number);
    filed->kind = (enum filing_kind)read_u8(r);
    filed->stage = (enum filing_stage)read_u8(r);
    read_packed(r, filed->filing.category, sizeof filed->filing.category);
    filed->filing.begndate = read_date(r);
    filed->filing.enddate = read_date(r);
    read_packed(r, filed->filing.fixmedins_code, sizeof filed->filing.fixmedins_code);
    read_packed(r, filed->filing.dise_codg, sizeof filed->filing.dise_codg);
    filed->since = read_varint(r);
    filed->until = read_varint(r);
    r->failed |= !filing_rule(filed->kind) || filed->stage == 0 || filed->stage >= FILING_STAGES;
}

void filings_write(struct writer *w, const struct person_filings *filings)
{
    CHECK(filings->count <= FILINGS_MAX);
    write_u8(w, FILINGS_VERSION);
    write_u8(w, (uint8_t)filings->count);
    for (uint32_t i = 0; i < filings->count; i++)
        filed_write(w, &filings->list[i]);
}

void filings_read(struct reader *r, struct person_filings *filings)
{
    r->failed |= read_u8(r) != FILINGS_VERSION;
    const uint32_t count = read_u8(r);
    filings->count = 0;
    r->failed |= count > FILINGS_MAX;
    for (uint32_t i = 0; i < count && !r->failed; i++)
        filed_read(r, &filings->list[filings->count++]);
}

void filing_file_write(struct writer *w, const struct filing_file *file)
{
    CHECK(file->step_count <= FILING_STEPS_MAX);
    write_u8(w, FILE_VERSION);
    filed_write(w, &file->filed);
    write_text(w, file->psn_no);
    write_packed(w, file->institution);
    write_packed(w, file->dcla_souc);
    write_u8(w, (uint8_t)file->step_count);
    for (uint32_t i = 0; i < file->step_count; i++) {
        const struct filing_step *step = &file->steps[i];
        write_u8(w, (uint8_t)step->stage);
        write_signed(w, step->time_ms);
        write_text(w, step->who);
        write_text(w, step->note);
    }
}

void filing_file_read(struct reader *r, struct filing_file *file)
{
    r->failed |= read_u8(r) != FILE_VERSION;
    filed_read(r, &file->filed);
    read_text(r, file->psn_no, sizeof file->psn_no);
    read_packed(r, file->institution, sizeof file->institution);
    read_packed(r, file->dcla_souc, sizeof file->dcla_souc);
    const uint32_t count = read_u8(r);
    file->step_count = 0;
    r->failed |= count > FILING_STEPS_MAX;
    for (uint32_t i = 0; i < count && !r->failed; i++) {
        struct filing_step *step = &file->steps[file->step_count++];
        step->stage = (enum filing_stage)read_u8(r);
        r->failed |= step->stage == 0 || step->stage >= FILING_STAGES;
        step->time_ms = read_signed(r);
        read_text(r, step->who, sizeof step->who);
        read_text(r, step->note, sizeof step->note);
    }
}
