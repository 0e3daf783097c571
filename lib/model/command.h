/* An operator's command as the state machine reads it. Texts as in request.h. */
#ifndef MODEL_COMMAND_H
#define MODEL_COMMAND_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "model/person.h"
#include "model/request.h"
#include "model/signer.h"

enum command_kind {
    COMMAND_IMPORT_MEMBERS,
    COMMAND_IMPORT_PROGRESS,
    COMMAND_PACK_CHUNK,
    COMMAND_PACK_SUBMIT,
    COMMAND_PACK_APPROVE,
    COMMAND_PACK_ACTIVATE,
    COMMAND_PACK_SHOW,
    COMMAND_CLOCK_CONFIRM,
    COMMAND_STATUS,
    COMMAND_PERSON_LOOK,
    COMMAND_RECEIPT,
    COMMAND_KEY_CHANGE,
    COMMAND_KEY_SHOW,
    COMMAND_STORE_COPY,
    COMMAND_FILING_ENTER,
    COMMAND_FILING_ASSESS,
    COMMAND_FILING_APPROVE,
    COMMAND_FILING_REFUSE,
    COMMAND_FILING_WITHDRAW,
    COMMAND_FILING_LIST,
};

/* Members of one import message; a person's row number in the file stands beside it. */
#define IMPORT_MEMBERS_MAX 500

struct import_member {
    struct person person;
    bool balc_given;
    int64_t balc; /* fen */
    uint32_t row;
};

struct command {
    enum command_kind kind;
    const char *region, *msgid;
    int64_t inf_time;
    struct slice body;
    struct hash body_hash;
    char county[ID_ADMDVS +
                1];          /* the operator's, when it is not the whole region; not on the wire */
    struct hash file_digest; /* imports */
    uint32_t first_row;
    bool dry_run;
    uint32_t member_count;
    struct import_member *members;
    struct hash pack_digest;
    uint32_t chunk_number, chunk_count;
    bool province; /* packs: the province's file */
    struct slice chunk;
    const char *psn_no;
    struct filing_order filing;  /* enter */
    const char *number, *note;   /* of what is decided about */
    const char *setl_id;         /* receipt */
    uint8_t algorithm;           /* key change: enum key_algorithm; 0: as before */
    bool all;                    /* key show */
    const struct signer *signer; /* key change: what was made of it; not on the wire */
};

#endif
