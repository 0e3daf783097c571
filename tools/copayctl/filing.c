/* Filings at the bureau: entered by one person, approved by another. Main thread. */
#include "filing.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "client/copay.h"
#include "copay.pb-c.h"

#define FILING_PACKED_MAX 2048

static const char *stage_zh(const char *stage)
{
    static const char *const names[][2] = {{"applied", "待审核"},
                                           {"assessed", "已鉴定，待审核"},
                                           {"approved", "已生效"},
                                           {"refused", "已驳回"},
                                           {"withdrawn", "已撤销"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], stage) == 0)
            return names[i][1];
    return "";
}

static void print_filing(const Copay__FilingState *f)
{
    char from[DATE_TEXT], to[DATE_TEXT], at[DATE_TEXT];
    printf("%s %s %s %s %s 自 %s 至 %s", f->trt_dcla_detl_sn, f->psn_no, f->category,
           f->name ? f->name : f->kind, stage_zh(f->stage), date_format(f->begndate, from),
           f->has_enddate ? date_format(f->enddate, to) : "长期");
    if (f->fixmedins_code)
        printf(" 机构 %s", f->fixmedins_code);
    if (f->dise_codg)
        printf(" 病种 %s", f->dise_codg);
    printf("\n");
    for (size_t i = 0; i < f->n_steps; i++) {
        const Copay__FilingStep *step = f->steps[i];
        printf("  %s %s %s%s%s\n", date_format_time(step->time, at), step->stage, step->who,
               step->note ? " " : "", step->note ? step->note : "");
    }
}

static enum ctl_exit ask(struct ctl *ctl, Copay__Admin__Command *command)
{
    Copay__Admin__CommandReply *reply;
    char msgid[ID_MSGID + 1];
    ctl_msgid('f', NULL, 0, msgid);
    enum ctl_exit status = ctl_ask(ctl, msgid, command, &reply);
    for (size_t i = 0; status == CTL_DONE && i < reply->n_filing; i++) {
        const ProtobufCBinaryData *bytes = &reply->filing[i];
        Copay__FilingState *filing = copay__filing_state__unpack(NULL, bytes->len, bytes->data);
        if (filing)
            print_filing(filing);
        else
            status = CTL_NO_ANSWER;
        copay__filing_state__free_unpacked(filing, NULL);
    }
    ctl_free(reply);
    return status;
}

static enum ctl_exit list(struct ctl *ctl, const char *psn_no)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__FilingList body = COPAY__ADMIN__FILING_LIST__INIT;
    body.psn_no = (char *)psn_no;
    command.filing_list = &body;
    return ask(ctl, &command);
}

/* KIND PSN_NO FROM [TO] */
static enum ctl_exit enter(struct ctl *ctl, char *const word[], int words,
                           const struct filing_options *options)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__FilingEntry body = COPAY__ADMIN__FILING_ENTRY__INIT;
    Copay__Filing filing = COPAY__FILING__INIT;
    uint8_t bytes[FILING_PACKED_MAX];
    if (date_parse(word[2], &filing.begndate) != ERR_OK ||
        (words == 4 && date_parse(word[3], &filing.enddate) != ERR_OK))
        return CTL_USAGE;
    filing.has_enddate = words == 4;
    filing.psn_no = word[1];
    filing.category = (char *)options->category;
    filing.fixmedins_code = (char *)options->institution;
    filing.dise_codg = (char *)options->disease;
    filing.dcla_souc = (char *)options->channel;
    filing.memo = (char *)options->note;
    if (copay__filing__get_packed_size(&filing) > sizeof bytes)
        return CTL_USAGE;
    body.kind = word[0];
    body.filing = (ProtobufCBinaryData){copay__filing__pack(&filing, bytes), bytes};
    command.filing_enter = &body;
    return ask(ctl, &command);
}

/* NUMBER [NOTE] */
static enum ctl_exit decide(struct ctl *ctl, const char *what, char *const word[], int words)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__FilingDecision body = COPAY__ADMIN__FILING_DECISION__INIT;
    const struct {
        const char *name;
        Copay__Admin__FilingDecision **field;
    } decisions[] = {{"assess", &command.filing_assess},
                     {"approve", &command.filing_approve},
                     {"refuse", &command.filing_refuse},
                     {"withdraw", &command.filing_withdraw}};
    body.number = word[0];
    body.note = words == 2 ? word[1] : NULL;
    for (size_t i = 0; i < sizeof decisions / sizeof decisions[0]; i++) {
        if (strcmp(decisions[i].name, what) != 0)
            continue;
        *decisions[i].field = &body;
        return ask(ctl, &command);
    }
    return CTL_USAGE;
}

enum ctl_exit filing_run(struct ctl *ctl, char *const word[], int words,
                         const struct filing_options *options)
{
    if (words == 2 && strcmp(word[0], "list") == 0)
        return list(ctl, word[1]);
    if ((words == 4 || words == 5) && strcmp(word[0], "enter") == 0)
        return enter(ctl, word + 1, words - 1, options);
    return words == 2 || words == 3 ? decide(ctl, word[0], word + 1, words - 1) : CTL_USAGE;
}
