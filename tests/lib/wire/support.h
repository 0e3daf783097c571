/* What the wire tests share: a good bill as a message, and packing. Texts are static; tests change
 * what they need before they pack. */
#ifndef TESTS_WIRE_SUPPORT_H
#define TESTS_WIRE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/limits.h"
#include "copay.pb-c.h"
#include "wire/codec.h"

#define SAMPLE_LINES 3
#define SAMPLE_MSGID "H43100299001202511130930150001"

struct sample {
    Copay__Request request;
    Copay__Settle settle;
    Copay__Line lines[SAMPLE_LINES];
    Copay__Line *line_list[SAMPLE_LINES];
    char numbers[SAMPLE_LINES][8];
};

static inline int64_t sample_time(void)
{
    return date_start_ms(date_of(2025, 11, 13)) + INT64_C(9) * 3600000;
}

/* 2207, three lines of 12.00. */
static inline void sample_init(struct sample *s)
{
    copay__request__init(&s->request);
    copay__settle__init(&s->settle);
    s->request.infno = "2207";
    s->request.msgid = SAMPLE_MSGID;
    s->request.fixmedins_code = "H43100299001";
    s->request.insuplc_admdvs = "431000";
    s->request.mdtrtarea_admvs = "431000";
    s->request.opter = "0001";
    s->request.dev_no = "T1";
    s->request.inf_time = sample_time();
    s->request.settle = &s->settle;
    s->settle.psn_no = "43100000000000000001";
    s->settle.mdtrt_cert_type = "02";
    s->settle.med_type = "11";
    s->settle.ipt_otp_no = "MZ0001";
    s->settle.begntime = s->settle.endtime = sample_time();
    s->settle.medfee_sumamt = SAMPLE_LINES * 1200;
    s->settle.n_lines = SAMPLE_LINES;
    s->settle.lines = s->line_list;
    for (int i = 0; i < SAMPLE_LINES; i++) {
        copay__line__init(&s->lines[i]);
        s->line_list[i] = &s->lines[i];
        memcpy(s->numbers[i], "L000", 5);
        s->numbers[i][3] = (char)('1' + i);
        s->lines[i].feedetl_sn = s->numbers[i];
        s->lines[i].med_list_codg = "XG03FBC051A001020178890";
        s->lines[i].det_item_fee_sumamt = 1200;
        s->lines[i].cnt = 10000;
        s->lines[i].pric = 12000000;
        s->lines[i].fee_ocur_time = sample_time();
    }
}

/* malloc'ed, exactly sized: a byte read too far is seen by the sanitizer. */
static inline struct slice pack(const void *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size ? size : 1);
    protobuf_c_message_pack(message, bytes);
    return (struct slice){.data = bytes, .size = size};
}

static inline void slice_free(struct slice slice)
{
    free((void *)slice.data);
}

static inline bool has_problem(const struct problems *problems, enum reason reason,
                               const char *field, const char *label)
{
    for (uint32_t i = 0; i < problems->count; i++)
        if (problems->list[i].reason == reason &&
            (!field || strcmp(problems->list[i].field, field) == 0) &&
            (!label || strcmp(problems->list[i].feedetl_sn, label) == 0))
            return true;
    return false;
}

#endif
