/* Imports of members: one message is refused whole with every bad row, or its rows become one
 * record. What one row alone can tell was checked by the codec; here rows meet each other and the
 * present state. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "settle/command.h"
#include "state/keys.h"

/* The first four digits of a county are its region's. */
#define REGION_PREFIX 4

struct import {
    struct command_turn *ct;
    uint32_t done; /* rows up to here are in */
    const struct import_member **by_psn_no;
    const struct import_member **by_certificate;
};

static enum err invalid(struct import *import, const struct import_member *member,
                        const char *field, const char *zh, const char *en)
{
    return command_problem(import->ct, REASON_MEMBER_INVALID, member->row, field, zh, en);
}

static int compare_rows(const struct import_member *a, const struct import_member *b)
{
    return a->row < b->row ? -1 : a->row > b->row;
}

static int compare_psn_no(const void *a, const void *b)
{
    const struct import_member *x = *(const struct import_member *const *)a;
    const struct import_member *y = *(const struct import_member *const *)b;
    int order = strcmp(x->person.psn_no, y->person.psn_no);
    return order ? order : compare_rows(x, y);
}

static int compare_certificate(const void *a, const void *b)
{
    const struct import_member *x = *(const struct import_member *const *)a;
    const struct import_member *y = *(const struct import_member *const *)b;
    int order = strcmp(x->person.psn_cert_type, y->person.psn_cert_type);
    if (order == 0)
        order = strcasecmp(x->person.certno, y->person.certno);
    return order ? order : compare_rows(x, y);
}

static bool in_region(const struct import *import, const char *admdvs)
{
    return strncmp(admdvs, import->ct->turn.settle->region, REGION_PREFIX) == 0;
}

/* Days that have not come, and texts that no key can hold. */
static enum err check_facts(struct import *import, const struct import_member *member)
{
    const struct person *person = &member->person;
    int32_t today = import->ct->turn.today;
    enum err err = ERR_OK;
    if (!key_text_valid(person->psn_no) || person->psn_no[0] == '\0')
        err = invalid(import, member, "psn_no", "含控制字符或为空", "empty or a control character");
    if (err == ERR_OK && (!key_text_valid(person->certno) || person->certno[0] == '\0'))
        err = invalid(import, member, "certno", "含控制字符或为空", "empty or a control character");
    if (err == ERR_OK && !key_text_valid(person->psn_cert_type))
        err = invalid(import, member, "psn_cert_type", "含控制字符", "a control character");
    if (err == ERR_OK && person->brdy > today)
        err = invalid(import, member, "brdy", "出生日期在今天之后", "born after today");
    if (err == ERR_OK && person->death_date != DATE_NONE && person->death_date > today)
        err = invalid(import, member, "death_date", "死亡日期在今天之后", "dead after today");
    for (uint32_t i = 0; err == ERR_OK && i < person->insurance_count; i++)
        if (!in_region(import, person->insurances[i].insuplc_admdvs))
            err = invalid(import, member, "insuplc_admdvs", "参保区县不在本统筹区",
                          "the county of enrolment is outside this region");
    return err;
}

/* True when a row before that one gives the person another identity number. Were it the same
 * number, the two rows would be refused for each other. */
static bool freed_here(const struct import *import, const char *psn_no, uint32_t before_row)
{
    uint32_t low = 0, high = import->ct->command->member_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct import_member *found = import->by_psn_no[middle];
        int order = strcmp(found->person.psn_no, psn_no);
        if (order == 0)
            return found->row < before_row;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* The identity number is another person's by the present state. A row before this one that gives
 * that person a new number has freed it; were it the same number, the rows would meet each other.
 */
static enum err check_holder(struct import *import, const struct import_member *member)
{
    const struct person *person = &member->person;
    char holder[TEXT_ID_MAX + 1], zh[96], en[96];
    enum err err =
        state_certificate(import->ct->turn.state, person->psn_cert_type, person->certno, holder);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    if (strcmp(holder, person->psn_no) == 0 || freed_here(import, holder, member->row))
        return ERR_OK;
    snprintf(zh, sizeof zh, "已属于人员 %s", holder);
    snprintf(en, sizeof en, "held by %s", holder);
    return command_problem(import->ct, REASON_MEMBER_DUPLICATE, member->row, "certno", zh, en);
}

/* A county may not take over whom another one insures; the gate saw only what the rows say. */
static enum err check_scope(struct import *import, const struct import_member *member)
{
    const char *county = import->ct->command->county;
    struct person before;
    if (county[0] == '\0')
        return ERR_OK;
    enum err err = state_person(import->ct->turn.state, member->person.psn_no, &before);
    for (uint32_t i = 0; err == ERR_OK && i < before.insurance_count; i++)
        if (strcmp(before.insurances[i].insuplc_admdvs, county) != 0)
            return command_problem(import->ct, REASON_NOT_AUTHORISED, member->row, "psn_no",
                                   "该人员由其他区县参保", "another county insures the person");
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* Two rows of this message that name one person, or one identity number: both rows are named. */
static enum err check_pairs(struct import *import)
{
    const struct command *command = import->ct->command;
    char zh[96], en[96];
    enum err err = ERR_OK;
    for (uint32_t i = 1; err == ERR_OK && i < command->member_count; i++) {
        const struct import_member *a = import->by_psn_no[i - 1], *b = import->by_psn_no[i];
        if (strcmp(a->person.psn_no, b->person.psn_no) != 0)
            continue;
        snprintf(zh, sizeof zh, "与第 %" PRIu32 " 行重复", a->row);
        snprintf(en, sizeof en, "also in row %" PRIu32, a->row);
        err = invalid(import, b, "psn_no", zh, en);
    }
    for (uint32_t i = 1; err == ERR_OK && i < command->member_count; i++) {
        const struct import_member *a = import->by_certificate[i - 1];
        const struct import_member *b = import->by_certificate[i];
        if (strcasecmp(a->person.certno, b->person.certno) != 0 ||
            strcmp(a->person.psn_cert_type, b->person.psn_cert_type) != 0)
            continue;
        snprintf(zh, sizeof zh, "第 %" PRIu32 " 行人员 %s", a->row, a->person.psn_no);
        snprintf(en, sizeof en, "row %" PRIu32 ", %s", a->row, a->person.psn_no);
        err = command_problem(import->ct, REASON_MEMBER_DUPLICATE, b->row, "certno", zh, en);
    }
    return err;
}

static enum err sort_rows(struct import *import)
{
    const struct command *command = import->ct->command;
    size_t size = command->member_count * sizeof import->by_psn_no[0];
    import->by_psn_no = arena_alloc(import->ct->turn.arena, size);
    import->by_certificate = arena_alloc(import->ct->turn.arena, size);
    if (!import->by_psn_no || !import->by_certificate)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < command->member_count; i++)
        import->by_psn_no[i] = import->by_certificate[i] = &command->members[i];
    qsort(import->by_psn_no, command->member_count, sizeof import->by_psn_no[0], compare_psn_no);
    qsort(import->by_certificate, command->member_count, sizeof import->by_certificate[0],
          compare_certificate);
    return ERR_OK;
}

static enum err check(struct import *import)
{
    const struct command *command = import->ct->command;
    enum err err = sort_rows(import);
    for (uint32_t i = 0; err == ERR_OK && i < command->member_count; i++) {
        err = check_facts(import, &command->members[i]);
        if (err == ERR_OK)
            err = check_holder(import, &command->members[i]);
        if (err == ERR_OK)
            err = check_scope(import, &command->members[i]);
    }
    return err == ERR_OK ? check_pairs(import) : err;
}

static enum err post_member(struct import *import, const struct import_member *member)
{
    struct turn *turn = &import->ct->turn;
    const char *psn_no = member->person.psn_no;
    struct person before;
    bool has_account = true;
    enum err err = state_person(turn->state, psn_no, &before);
    if (err != ERR_OK && err != ERR_NOTFOUND)
        return err;
    effects_put_person(turn->effects, &member->person, err == ERR_OK ? &before : NULL);
    if (!member->balc_given)
        return ERR_OK;
    /* An opening balance opens an account; credited twice it would be money out of nothing. */
    err = state_has_account(turn->state, psn_no, &has_account);
    if (err == ERR_OK && !has_account)
        effects_put_balance(turn->effects, psn_no, member->balc);
    return err;
}

static enum err post(struct import *import)
{
    const struct command *command = import->ct->command;
    uint32_t last = import->done;
    for (uint32_t i = 0; i < command->member_count; i++) {
        const struct import_member *member = &command->members[i];
        /* In already: sent again under another msgid. Newer facts may have come since. */
        if (member->row <= import->done)
            continue;
        enum err err = post_member(import, member);
        if (err != ERR_OK)
            return err;
        last = member->row > last ? member->row : last;
    }
    if (last > import->done)
        effects_put_import_row(import->ct->turn.effects, &command->file_digest, last);
    import->ct->reply->row_given = true;
    import->ct->reply->row = last;
    return command_record(import->ct, RECORD_MEMBERS);
}

enum err members_import(struct command_turn *ct)
{
    struct import import = {.ct = ct};
    enum err err = state_import_row(ct->turn.state, &ct->command->file_digest, &import.done);
    if (err == ERR_OK)
        err = check(&import);
    if (err != ERR_OK)
        return err;
    if (ct->reply->problem_count > 0)
        return command_refuse(ct);
    return ct->command->dry_run ? command_answer(ct) : post(&import);
}

enum err members_progress(struct command_turn *ct)
{
    ct->reply->row_given = true;
    enum err err = state_import_row(ct->turn.state, &ct->command->file_digest, &ct->reply->row);
    return err == ERR_OK ? command_answer(ct) : err;
}
