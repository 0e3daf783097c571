/* An import of one good member, for the tests of operators' commands. */
#ifndef TESTS_WIRE_COMMANDS_H
#define TESTS_WIRE_COMMANDS_H

#include "support.h"

#include "admin.pb-c.h"

struct import {
    Copay__Admin__Command command;
    Copay__Admin__ImportMembers members;
    Copay__Admin__Member member;
    Copay__Admin__Member *member_list[1];
    Copay__Admin__MemberInsurance insurance;
    Copay__Admin__MemberInsurance *insurance_list[1];
    Copay__Admin__MemberIdentity identity;
    Copay__Admin__MemberIdentity *identity_list[1];
    uint8_t digest[HASH_SIZE];
};

static inline void import_init(struct import *i)
{
    memset(i, 0, sizeof *i);
    copay__admin__command__init(&i->command);
    copay__admin__import_members__init(&i->members);
    copay__admin__member__init(&i->member);
    copay__admin__member_insurance__init(&i->insurance);
    copay__admin__member_identity__init(&i->identity);
    i->command.region = "431000";
    i->command.msgid = "import 1";
    i->command.inf_time = sample_time();
    i->command.import_members = &i->members;
    i->members.file_digest = (ProtobufCBinaryData){HASH_SIZE, i->digest};
    i->members.first_row = 7;
    i->members.n_members = 1;
    i->members.members = i->member_list;
    i->member_list[0] = &i->member;
    i->member.psn_no = "43100000000000000001";
    i->member.psn_cert_type = "01";
    i->member.certno = "431002199001010011";
    i->member.psn_name = "示例甲";
    i->member.gend = 1;
    i->member.brdy = 7305;
    i->member.row = 7;
    i->member.n_insurances = 1;
    i->member.insurances = i->insurance_list;
    i->insurance_list[0] = &i->insurance;
    i->insurance.insutype = 390;
    i->insurance.psn_type = "1501";
    i->insurance.psn_insu_stas = 1;
    i->insurance.insuplc_admdvs = "431002";
    i->insurance.psn_insu_date = 20089;
    i->member.n_identities = 1;
    i->member.identities = i->identity_list;
    i->identity_list[0] = &i->identity;
    i->identity.psn_idet_type = "02";
    i->identity.admdvs = "431002";
    i->identity.begntime = 20089;
    i->identity.endtime = 20453;
}

#endif
