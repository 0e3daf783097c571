/* 1101, and the person that an operator looks at: facts as stored, entitlement per layer of the
 * policy in force, accumulators of the benefit year, the account. */
#include <string.h>
#include <strings.h>

#include "adjudicate/adjudicate.h"
#include "settle/entitlement.h"
#include "settle/query.h"

struct person_file {
    struct person person;
    struct person_year year;
    char psn_no[TEXT_ID_MAX + 1];
};

static const char *identity_name(const void *policy, const char *psn_idet_type)
{
    const struct policy *p = policy;
    int index = policy_identity(p, psn_idet_type);
    return index < 0 ? NULL : p->identities[index].name_zh;
}

static void fill_policy(struct turn *turn, const struct person *person, int32_t date,
                        const char *med_type)
{
    const struct policy *policy = turn->pack ? pack_policy(turn->pack, date) : NULL;
    if (!policy)
        return;
    const struct standing standing = standing_of(policy, person, 0, date, med_type);
    turn->reply->texts.policy = policy;
    turn->reply->identity_name = identity_name;
    entitlements_fill(turn, &standing, NULL);
}

enum err query_fill_person(struct turn *turn, const char *psn_no, int32_t date,
                           const char *med_type)
{
    struct reply *reply = turn->reply;
    struct person_file *file = arena_alloc(turn->arena, sizeof *file);
    if (!file)
        return ERR_NOMEM;
    enum err err = state_person(turn->state, psn_no, &file->person);
    if (err != ERR_OK)
        return err;
    fill_policy(turn, &file->person, date, med_type);
    const struct policy *policy = reply->texts.policy;
    uint16_t year = policy ? dates_year(&policy->dates, date) : (uint16_t)date_year(date);
    err = state_person_year(turn->state, psn_no, year, &file->year);
    if (err == ERR_OK)
        err = state_balance(turn->state, psn_no, &reply->balance);
    reply->person = &file->person;
    reply->accums = &file->year.accums;
    int age = date_age(file->person.brdy, date);
    reply->age = age < 0 ? 0 : age * 10; /* one decimal on the wire */
    return err;
}

/* psn_no as given, or the holder of the identity number. */
static enum err find_holder(struct turn *turn, const struct person_query *query,
                            char psn_no[TEXT_ID_MAX + 1])
{
    if (query->psn_no[0] == '\0')
        return state_certificate(turn->state, query->psn_cert_type, query->certno, psn_no);
    text_set(psn_no, TEXT_ID_MAX + 1, query->psn_no);
    return ERR_OK;
}

/* Whatever was said about the person must be so. */
static void check_said(struct turn *turn, const struct person_query *query,
                       const struct person *person)
{
    const char *field = NULL;
    if (query->certno[0] && strcasecmp(query->certno, person->certno) != 0)
        field = "certno";
    else if (query->certno[0] && query->psn_cert_type[0] &&
             strcmp(query->psn_cert_type, person->psn_cert_type) != 0)
        field = "psn_cert_type";
    else if (query->psn_name[0] && strcmp(query->psn_name, person->psn_name) != 0)
        field = "psn_name";
    if (field)
        problem_add(turn->problems, REASON_CREDENTIAL_MISMATCH, field, NULL, NULL);
}

enum err query_person(struct turn *turn)
{
    const struct person_query *query = &turn->request->person;
    char psn_no[TEXT_ID_MAX + 1];
    int32_t date = query->begntime ? date_of_time(query->begntime) : turn->today;
    if (!turn->pack)
        return turn_retry(turn, REASON_NO_POLICY);
    enum err err = find_holder(turn, query, psn_no);
    if (err == ERR_OK)
        err = query_fill_person(turn, psn_no, date, query->med_type);
    if (err == ERR_NOTFOUND)
        problem_add(turn->problems, REASON_PERSON_UNKNOWN, query->psn_no[0] ? "psn_no" : "certno",
                    NULL, query->psn_no[0] ? query->psn_no : NULL);
    else if (err != ERR_OK)
        return err;
    else
        check_said(turn, query, turn->reply->person);
    if (!turn_has_problems(turn))
        return turn_answer(turn);
    turn->reply->person = NULL;
    return turn_refuse(turn);
}
