/* Commands of one message, and their answers in words. Main thread. */
#include "show.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/date.h"
#include "base/money.h"
#include "copay.pb-c.h"

enum ctl_exit show_clock_confirm(struct ctl *ctl)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__ClockConfirm body = COPAY__ADMIN__CLOCK_CONFIRM__INIT;
    char msgid[ID_MSGID + 1];
    command.clock_confirm = &body;
    ctl_msgid('k', NULL, 0, msgid);
    enum ctl_exit status = ctl_tell(ctl, msgid, &command);
    if (status == CTL_DONE)
        printf("时钟已确认，恢复结算 / the clock is confirmed, settling goes on\n");
    return status;
}

static void print_insurance(const Copay__Insurance *in)
{
    char from[DATE_TEXT], to[DATE_TEXT], pool[DATE_TEXT], balc[MONEY_TEXT];
    printf("  险种 %s 人员类别 %s 参保地 %s 自 %s 至 %s，统筹待遇自 %s", in->insutype, in->psn_type,
           in->insuplc_admdvs, date_format(in->psn_insu_date, from),
           in->has_expi_date ? date_format(in->expi_date, to) : "长期",
           date_format(in->pool_begndate, pool));
    if (in->has_paus_insu_date)
        printf("，欠费自 %s", date_format(in->paus_insu_date, from));
    if (in->has_balc)
        printf("，个人账户 %s 元", money_yuan(in->balc, balc));
    printf("\n");
}

static void print_accumulator(const Copay__Accumulator *a)
{
    char value[MONEY_TEXT];
    bool count = a->kind[0] == 's' || a->kind[0] == 'v'; /* stays, visits */
    printf("  累计 %u %s %s %s %s\n", a->year, a->insutype, a->kind, a->scope,
           count ? money_format(a->value, 0, 0, value) : money_yuan(a->value, value));
}

static void print_person(const Copay__Person *p)
{
    char born[DATE_TEXT], died[DATE_TEXT];
    printf("%s %s 证件 %s/%s 性别 %s 出生 %s", p->psn_no, p->psn_name, p->psn_cert_type, p->certno,
           p->gend, date_format(p->brdy, born));
    if (p->has_death_date)
        printf(" 死亡 %s", date_format(p->death_date, died));
    printf("\n");
    for (size_t i = 0; i < p->n_insuinfo; i++)
        print_insurance(p->insuinfo[i]);
    for (size_t i = 0; i < p->n_idetinfo; i++) {
        const Copay__Identity *id = p->idetinfo[i];
        printf("  身份 %s %s 认定 %s 自 %s 至 %s\n", id->psn_idet_type, id->name ? id->name : "",
               id->admdvs, date_format(id->begntime, born), date_format(id->endtime, died));
    }
    for (size_t i = 0; i < p->n_accumulators; i++)
        print_accumulator(p->accumulators[i]);
}

enum ctl_exit show_person(struct ctl *ctl, const char *psn_no)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__PersonLook body = COPAY__ADMIN__PERSON_LOOK__INIT;
    Copay__Admin__CommandReply *reply;
    char msgid[ID_MSGID + 1];
    body.psn_no = (char *)psn_no;
    command.person_look = &body;
    ctl_msgid('l', NULL, 0, msgid);
    enum ctl_exit status = ctl_ask(ctl, msgid, &command, &reply);
    if (status == CTL_DONE && reply->has_person) {
        Copay__Person *person = copay__person__unpack(NULL, reply->person.len, reply->person.data);
        if (person) {
            print_person(person);
            copay__person__free_unpacked(person, NULL);
        } else {
            status = CTL_NO_ANSWER;
        }
    }
    ctl_free(reply);
    return status;
}
