/* Member -> struct person, bounded and in order, so that state copies it as it stands. What two
 * rows say of each other, or of the present state, is the state machine's to see. Pure. */
#include "wire/members.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "wire/bounds.h"

#define CODE_MAX 3 /* psn_cert_type, naty, psn_idet_type, psn_type_lv */
#define PSN_TYPE_MAX 6
#define STAS_MAX 9

/* Copies a bounded text into its field. */
static void copy(const struct bounds *b, const char *field, const char *text, char *out,
                 size_t capacity, bool required)
{
    const char *value = required ? bounds_required(b, field, text, capacity - 1)
                                 : bounds_text(b, field, text, capacity - 1);
    memcpy(out, value, strlen(value) + 1);
}

#define COPY(field) copy(b, #field, m->field, out->field, sizeof out->field, true)
#define COPY_OPTIONAL(field) copy(b, #field, m->field, out->field, sizeof out->field, false)

static void invalid(const struct bounds *b, const char *field)
{
    problem_add(b->problems, REASON_FIELD_INVALID, field, b->label, NULL);
}

static void read_admdvs(const struct bounds *b, const char *field, const char *text,
                        char out[ID_ADMDVS + 1])
{
    const char *value = bounds_admdvs(b, field, text);
    memcpy(out, value, strlen(value) + 1);
}

static void read_insurance(const struct bounds *b, const Copay__Admin__MemberInsurance *m,
                           struct insurance *out)
{
    *out = (struct insurance){.paus_insu_date = DATE_NONE, .expi_date = DATE_MAX};
    if (m->insutype < 100 || m->insutype > 999) /* three digits */
        invalid(b, "insutype");
    out->insutype = (uint16_t)m->insutype;
    COPY(psn_type);
    if (m->psn_insu_stas > STAS_MAX)
        invalid(b, "psn_insu_stas");
    out->psn_insu_stas = (uint8_t)m->psn_insu_stas;
    out->cvlserv_flag = m->has_cvlserv_flag && m->cvlserv_flag;
    read_admdvs(b, "insuplc_admdvs", m->insuplc_admdvs, out->insuplc_admdvs);
    out->psn_insu_date = bounds_date(b, "psn_insu_date", m->psn_insu_date);
    out->pool_begndate = out->psn_insu_date;
    if (m->has_pool_begndate)
        out->pool_begndate = bounds_date(b, "pool_begndate", m->pool_begndate);
    if (m->has_paus_insu_date)
        out->paus_insu_date = bounds_date(b, "paus_insu_date", m->paus_insu_date);
    if (m->has_expi_date)
        out->expi_date = bounds_date(b, "expi_date", m->expi_date);
    if (out->pool_begndate < out->psn_insu_date)
        invalid(b, "pool_begndate");
    if (out->expi_date < out->psn_insu_date)
        invalid(b, "expi_date");
}

static void read_identity(const struct bounds *b, const Copay__Admin__MemberIdentity *m,
                          struct identity *out)
{
    *out = (struct identity){0};
    COPY(psn_idet_type);
    COPY_OPTIONAL(psn_type_lv);
    read_admdvs(b, "admdvs", m->admdvs, out->admdvs);
    out->begntime = bounds_date(b, "begntime", m->begntime);
    out->endtime = bounds_date(b, "endtime", m->endtime);
    if (out->endtime < out->begntime)
        invalid(b, "endtime");
}

static void read_facts(const struct bounds *b, const Copay__Admin__Member *m, struct person *out)
{
    COPY(psn_no);
    COPY(psn_cert_type);
    COPY(certno);
    COPY(psn_name);
    COPY_OPTIONAL(naty);
    if (m->gend != 1 && m->gend != 2)
        invalid(b, "gend");
    out->gend = (uint8_t)m->gend;
    out->brdy = bounds_date(b, "brdy", m->brdy);
    out->death_date = DATE_NONE;
    if (m->has_death_date)
        out->death_date = bounds_date(b, "death_date", m->death_date);
    if (m->has_death_date && out->death_date < out->brdy)
        invalid(b, "death_date");
}

static void read_member(const struct bounds *b, const Copay__Admin__Member *m,
                        struct import_member *out)
{
    read_facts(b, m, &out->person);
    out->row = m->row;
    out->balc_given = m->has_balc;
    out->balc = m->has_balc ? m->balc : 0;
    if (out->balc < 0 || out->balc > FEN_MAX)
        invalid(b, "balc");
    /* The scan bounded both counts. */
    CHECK(m->n_insurances <= INSURANCES_MAX && m->n_identities <= IDENTITIES_MAX);
    if (m->n_insurances == 0)
        problem_add(b->problems, REASON_FIELD_MISSING, "insurances", b->label, NULL);
    out->person.insurance_count = (uint32_t)m->n_insurances;
    for (size_t i = 0; i < m->n_insurances; i++)
        read_insurance(b, m->insurances[i], &out->person.insurances[i]);
    out->person.identity_count = (uint32_t)m->n_identities;
    for (size_t i = 0; i < m->n_identities; i++)
        read_identity(b, m->identities[i], &out->person.identities[i]);
}

enum err members_read(const Copay__Admin__ImportMembers *import, struct arena *arena,
                      struct command *command, struct problems *problems)
{
    uint32_t before = problems->count + problems->more;
    struct bounds b = {.problems = problems};
    command->file_digest = bounds_hash(&b, "file_digest", import->file_digest);
    command->first_row = import->first_row;
    command->dry_run = import->dry_run;
    command->member_count = (uint32_t)import->n_members;
    CHECK(command->member_count <= IMPORT_MEMBERS_MAX);
    if (command->member_count == 0)
        problem_add(problems, REASON_FIELD_MISSING, "members", NULL, NULL);
    command->members = arena_alloc(arena, command->member_count * sizeof *command->members);
    if (!command->members)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < command->member_count; i++) {
        const Copay__Admin__Member *m = import->members[i];
        char row[16];
        snprintf(row, sizeof row, "%" PRIu32, m->row);
        b.label = row;
        /* The rows resume by number: they ascend from the first one named. */
        if (i == 0 ? m->row != import->first_row : m->row <= import->members[i - 1]->row)
            invalid(&b, "row");
        read_member(&b, m, &command->members[i]);
    }
    return problems->count + problems->more > before ? ERR_INVALID : ERR_OK;
}
