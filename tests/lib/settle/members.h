/* Imports of a few invented members, for the tests that need more than the world's three. */
#ifndef TEST_SETTLE_MEMBERS_H
#define TEST_SETTLE_MEMBERS_H

#include "fixture.h"

#define IMPORT_ROWS 4

struct import {
    Copay__Admin__Command command;
    Copay__Admin__ImportMembers message;
    Copay__Admin__Member members[IMPORT_ROWS], *list[IMPORT_ROWS];
    Copay__Admin__MemberInsurance covers[IMPORT_ROWS], *cover_lists[IMPORT_ROWS][1];
    char psn_nos[IMPORT_ROWS][16], certnos[IMPORT_ROWS][20];
    uint8_t digest[HASH_SIZE];
};

/* Rows 1 to count: psn_no N1 ..., identity numbers of their own; a file of its own each time. */
static inline void import_init(struct import *i, uint32_t count)
{
    static uint8_t file;
    memset(i, 0, sizeof *i);
    copay__admin__import_members__init(&i->message);
    i->digest[0] = ++file;
    i->digest[1] = 0xff;
    i->message.first_row = 1;
    i->message.members = i->list;
    i->message.n_members = count;
    for (uint32_t n = 0; n < count; n++) {
        Copay__Admin__Member *m = &i->members[n];
        Copay__Admin__MemberInsurance *cover = &i->covers[n];
        copay__admin__member__init(m);
        copay__admin__member_insurance__init(cover);
        snprintf(i->psn_nos[n], sizeof i->psn_nos[n], "N%u", n + 1);
        snprintf(i->certnos[n], sizeof i->certnos[n], "43100219900101%04u", n + 1);
        i->list[n] = m;
        i->cover_lists[n][0] = cover;
        m->psn_no = i->psn_nos[n];
        m->certno = i->certnos[n];
        m->psn_cert_type = "01";
        m->psn_name = "示例丁";
        m->gend = 2;
        m->brdy = date_of(1990, 1, 1);
        m->row = n + 1;
        m->insurances = i->cover_lists[n];
        m->n_insurances = 1;
        cover->insutype = 390;
        cover->psn_type = "1501";
        cover->psn_insu_stas = 1;
        cover->insuplc_admdvs = "431002";
        cover->psn_insu_date = date_of(2024, 1, 1);
    }
}

/* Under the next msgid. */
static inline enum settle_verdict import_send(struct world *w, struct import *i)
{
    world_command_init(w, &i->command);
    i->message.file_digest = (ProtobufCBinaryData){HASH_SIZE, i->digest};
    i->command.import_members = &i->message;
    return world_command(w, &i->command);
}

#endif
