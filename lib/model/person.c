/* A person's facts: which cover holds on a day, and the stored layouts (schema version 2). Plain
 * functions on the caller's memory; any thread. */
#include "model/person.h"

#define PERSON_SCHEMA 2

const struct insurance *person_insurance(const struct person *person, uint16_t insutype,
                                         int32_t date)
{
    const uint16_t employee = 310;
    const struct insurance *best = NULL;
    for (uint32_t i = 0; i < person->insurance_count; i++) {
        const struct insurance *cover = &person->insurances[i];
        if ((insutype != 0 && cover->insutype != insutype) || date < cover->psn_insu_date ||
            date > cover->expi_date)
            continue;
        /* Two at once: employee first, then the one that began later (the newer enrolment). */
        bool better = !best || (cover->insutype == employee && best->insutype != employee) ||
                      ((cover->insutype == employee) == (best->insutype == employee) &&
                       cover->psn_insu_date > best->psn_insu_date);
        if (better)
            best = cover;
    }
    return best;
}

bool insurance_pool_open(const struct insurance *insurance, int32_t begins, int32_t date)
{
    return date >= begins &&
           (insurance->paus_insu_date == DATE_NONE || date < insurance->paus_insu_date);
}

static void write_facts(struct writer *w, const struct person *person)
{
    write_u8(w, PERSON_SCHEMA);
    write_packed(w, person->psn_no);
    write_packed(w, person->psn_cert_type);
    write_packed(w, person->certno);
    write_text(w, person->psn_name);
    write_u8(w, person->gend);
    write_packed(w, person->naty);
    write_i32(w, person->brdy);
    write_i32(w, person->death_date);
}

static void write_insurances(struct writer *w, const struct person *person)
{
    write_u8(w, (uint8_t)person->insurance_count);
    for (uint32_t i = 0; i < person->insurance_count; i++) {
        const struct insurance *cover = &person->insurances[i];
        write_u16(w, cover->insutype);
        write_u8(w, cover->psn_insu_stas);
        write_u8(w, cover->cvlserv_flag);
        write_packed(w, cover->psn_type);
        write_packed(w, cover->insuplc_admdvs);
        write_i32(w, cover->psn_insu_date);
        write_i32(w, cover->pool_begndate);
        write_i32(w, cover->paus_insu_date);
        write_i32(w, cover->expi_date);
    }
}

static void write_identities(struct writer *w, const struct person *person)
{
    write_u8(w, (uint8_t)person->identity_count);
    for (uint32_t i = 0; i < person->identity_count; i++) {
        const struct identity *identity = &person->identities[i];
        write_packed(w, identity->psn_idet_type);
        write_packed(w, identity->psn_type_lv);
        write_packed(w, identity->admdvs);
        write_i32(w, identity->begntime);
        write_i32(w, identity->endtime);
    }
}

static void read_schema(struct reader *r)
{
    if (read_u8(r) != PERSON_SCHEMA)
        r->failed = true;
}

/* A list's length; over its bound the value is damaged. */
static uint32_t read_count(struct reader *r, uint32_t max)
{
    uint32_t count = read_u8(r);
    if (count > max)
        r->failed = true;
    return r->failed ? 0 : count;
}

static void read_facts(struct reader *r, struct person *person)
{
    read_schema(r);
    read_packed(r, person->psn_no, sizeof person->psn_no);
    read_packed(r, person->psn_cert_type, sizeof person->psn_cert_type);
    read_packed(r, person->certno, sizeof person->certno);
    read_text(r, person->psn_name, sizeof person->psn_name);
    person->gend = read_u8(r);
    read_packed(r, person->naty, sizeof person->naty);
    person->brdy = read_i32(r);
    person->death_date = read_i32(r);
}

static void read_insurances(struct reader *r, struct person *person)
{
    person->insurance_count = read_count(r, INSURANCES_MAX);
    for (uint32_t i = 0; i < person->insurance_count; i++) {
        struct insurance *cover = &person->insurances[i];
        cover->insutype = read_u16(r);
        cover->psn_insu_stas = read_u8(r);
        cover->cvlserv_flag = read_u8(r);
        cover->cvlserv_lv[0] = '\0'; /* no enrolment states it */
        read_packed(r, cover->psn_type, sizeof cover->psn_type);
        read_packed(r, cover->insuplc_admdvs, sizeof cover->insuplc_admdvs);
        cover->psn_insu_date = read_i32(r);
        cover->pool_begndate = read_i32(r);
        cover->paus_insu_date = read_i32(r);
        cover->expi_date = read_i32(r);
    }
}

static void read_identities(struct reader *r, struct person *person)
{
    person->identity_count = read_count(r, IDENTITIES_MAX);
    for (uint32_t i = 0; i < person->identity_count; i++) {
        struct identity *identity = &person->identities[i];
        read_packed(r, identity->psn_idet_type, sizeof identity->psn_idet_type);
        read_packed(r, identity->psn_type_lv, sizeof identity->psn_type_lv);
        read_packed(r, identity->admdvs, sizeof identity->admdvs);
        identity->begntime = read_i32(r);
        identity->endtime = read_i32(r);
    }
}

void person_write(struct writer *w, const struct person *person)
{
    write_facts(w, person);
    write_insurances(w, person);
    write_identities(w, person);
}

void person_read(struct reader *r, struct person *person)
{
    read_facts(r, person);
    read_insurances(r, person);
    read_identities(r, person);
}
