/* What is not in the table nobody may do. */
#include "daemon/authority.h"

#include <string.h>

#define ANY_DUTY (DUTY_ENTER | DUTY_APPROVE | DUTY_AUDIT)

/* An operator's county scope: the pooling region's own code reaches all of it. */
enum scope {
    SCOPE_REGION,  /* the whole region only */
    SCOPE_PACK,    /* the same, and its province's own file is for the province only */
    SCOPE_PACKS,   /* the whole region, or its province */
    SCOPE_MEMBERS, /* or a county of it, when every member is insured and certified there */
    SCOPE_ANY,     /* any county of the region */
};

struct permission {
    const char *infno; /* a terminal's transaction, or NULL */
    enum command_kind command;
    enum sender_role role;
    unsigned duties;
    enum scope scope;
};

#define TERMINAL(infno)                                                                            \
    {                                                                                              \
        infno, 0, SENDER_INSTITUTION, 0, SCOPE_ANY                                                 \
    }
#define OPERATOR(command, duties, scope)                                                           \
    {                                                                                              \
        NULL, command, SENDER_OPERATOR, duties, scope                                              \
    }
static const struct permission permissions[] = {
    TERMINAL("1101"),
    TERMINAL("1201"),
    TERMINAL("1901"),
    TERMINAL("2001"),
    TERMINAL("2101"),
    TERMINAL("2102"),
    TERMINAL("2103"),
    TERMINAL("2201"),
    TERMINAL("2202"),
    TERMINAL("2203"),
    TERMINAL("2204"),
    TERMINAL("2205"),
    TERMINAL("2206"),
    TERMINAL("2207"),
    TERMINAL("2208"),
    TERMINAL("2301"),
    TERMINAL("2302"),
    TERMINAL("2303"),
    TERMINAL("2304"),
    TERMINAL("2305"),
    TERMINAL("2401"),
    TERMINAL("2402"),
    TERMINAL("2403"),
    TERMINAL("2404"),
    TERMINAL("2405"),
    TERMINAL("2501"),
    TERMINAL("2502"),
    TERMINAL("2503"),
    TERMINAL("2504"),
    TERMINAL("2505"),
    TERMINAL("2506"),
    TERMINAL("2507"),
    TERMINAL("2562"),
    TERMINAL("2563"),
    TERMINAL("2601"),
    TERMINAL("2699"),
    TERMINAL("3201"),
    TERMINAL("3202"),
    TERMINAL("5201"),
    TERMINAL("5202"),
    TERMINAL("5203"),
    TERMINAL("5204"),
    TERMINAL("5206"),
    TERMINAL("5301"),
    TERMINAL("5302"),
    TERMINAL("5303"),
    TERMINAL("5304"),
    TERMINAL("9001"),
    TERMINAL("9002"),
    OPERATOR(COMMAND_IMPORT_MEMBERS, DUTY_ENTER, SCOPE_MEMBERS),
    OPERATOR(COMMAND_IMPORT_PROGRESS, DUTY_ENTER, SCOPE_ANY),
    OPERATOR(COMMAND_PACK_CHUNK, DUTY_ENTER, SCOPE_PACKS),
    OPERATOR(COMMAND_PACK_SUBMIT, DUTY_ENTER, SCOPE_PACK),
    OPERATOR(COMMAND_PACK_APPROVE, DUTY_APPROVE, SCOPE_PACK),
    OPERATOR(COMMAND_PACK_ACTIVATE, DUTY_ENTER | DUTY_APPROVE, SCOPE_PACK),
    OPERATOR(COMMAND_PACK_SHOW, ANY_DUTY, SCOPE_PACKS),
    OPERATOR(COMMAND_CLOCK_CONFIRM, DUTY_ENTER, SCOPE_REGION),
    OPERATOR(COMMAND_STATUS, ANY_DUTY, SCOPE_ANY),
    OPERATOR(COMMAND_PERSON_LOOK, DUTY_AUDIT, SCOPE_REGION),
    OPERATOR(COMMAND_RECEIPT, DUTY_AUDIT, SCOPE_REGION),
    OPERATOR(COMMAND_KEY_CHANGE, DUTY_ENTER, SCOPE_REGION),
    OPERATOR(COMMAND_KEY_SHOW, ANY_DUTY, SCOPE_ANY),
    OPERATOR(COMMAND_STORE_COPY, DUTY_ENTER, SCOPE_REGION),
    /* Whose county the person is in, the settler asks. */
    OPERATOR(COMMAND_FILING_ENTER, DUTY_ENTER, SCOPE_ANY),
    OPERATOR(COMMAND_FILING_ASSESS, DUTY_ENTER, SCOPE_ANY),
    OPERATOR(COMMAND_FILING_APPROVE, DUTY_APPROVE, SCOPE_ANY),
    OPERATOR(COMMAND_FILING_REFUSE, DUTY_APPROVE, SCOPE_ANY),
    OPERATOR(COMMAND_FILING_WITHDRAW, DUTY_APPROVE, SCOPE_ANY),
    OPERATOR(COMMAND_FILING_LIST, ANY_DUTY, SCOPE_ANY),
};

enum reason authority_request(const struct sender *sender, const struct request *request)
{
    for (size_t i = 0; i < ARRAY_LEN(permissions); i++) {
        const struct permission *p = &permissions[i];
        if (!p->infno || strcmp(p->infno, request->infno) != 0)
            continue;
        if (sender->role != p->role)
            return REASON_NOT_AUTHORISED;
        return strcmp(request->fixmedins_code, sender->name) == 0 ? REASON_NONE
                                                                  : REASON_SENDER_MISMATCH;
    }
    return REASON_NOT_AUTHORISED;
}

/* An identity counts too: the county that certified it pays for it. */
static bool members_of(const struct command *command, const char *county)
{
    for (uint32_t i = 0; i < command->member_count; i++) {
        const struct person *person = &command->members[i].person;
        for (uint32_t k = 0; k < person->insurance_count; k++) {
            if (strcmp(person->insurances[k].insuplc_admdvs, county) != 0)
                return false;
        }
        for (uint32_t k = 0; k < person->identity_count; k++) {
            if (strcmp(person->identities[k].admdvs, county) != 0)
                return false;
        }
    }
    return true;
}

/* A province's code is its cities' first two digits, then zeros. */
static bool of_province(const struct sender *sender, const struct command *command)
{
    return strncmp(sender->county, command->region, 2) == 0 &&
           strcmp(sender->county + 2, "0000") == 0;
}

static bool in_scope(const struct sender *sender, enum scope scope, const struct command *command)
{
    if (scope == SCOPE_PACK && command->province)
        return of_province(sender, command);
    if (strcmp(sender->county, command->region) == 0)
        return true;
    /* A county's code begins with its city's four digits. */
    bool county_of_region = strncmp(sender->county, command->region, 4) == 0;
    switch (scope) {
    case SCOPE_ANY:
        return county_of_region;
    case SCOPE_MEMBERS:
        return county_of_region && members_of(command, sender->county);
    case SCOPE_PACKS:
        return of_province(sender, command);
    case SCOPE_PACK:
    case SCOPE_REGION:
        break;
    }
    return false;
}

enum reason authority_command(const struct sender *sender, const struct command *command)
{
    for (size_t i = 0; i < ARRAY_LEN(permissions); i++) {
        const struct permission *p = &permissions[i];
        if (p->infno || p->command != command->kind)
            continue;
        bool may = sender->role == p->role && (p->duties & sender->duty) != 0 &&
                   in_scope(sender, p->scope, command);
        return may ? REASON_NONE : REASON_NOT_AUTHORISED;
    }
    return REASON_NOT_AUTHORISED;
}
