/* Packing commands, reading replies. Main thread; memory is the heap's, the program is short. */
#include "ctl.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/reason.h"

static enum ctl_exit exit_of(enum copay_status status)
{
    switch (status) {
    case COPAY_DONE:
        return CTL_DONE;
    case COPAY_REFUSED:
        return CTL_REFUSED;
    case COPAY_INVALID:
    case COPAY_TLS:
        return CTL_FAILED;
    default:
        return CTL_NO_ANSWER;
    }
}

static enum ctl_exit read_answer(const struct copay_answer *answer,
                                 Copay__Admin__CommandReply **reply)
{
    enum ctl_exit status = exit_of(answer->status);
    if (answer->body)
        *reply = copay__admin__command_reply__unpack(NULL, answer->body_size, answer->body);
    if (!*reply && status <= CTL_REFUSED)
        status = CTL_NO_ANSWER;
    if (status > CTL_REFUSED)
        fprintf(stderr, "copayctl: %s / %s\n", answer->error.zh, answer->error.en);
    return status;
}

enum ctl_exit ctl_send(struct ctl *ctl, const char *msgid, Copay__Admin__Command *command,
                       Copay__Admin__CommandReply **reply)
{
    *reply = NULL;
    command->region = (char *)ctl->region;
    command->msgid = (char *)msgid;
    command->inf_time = clock_wall_ms();
    size_t size = copay__admin__command__get_packed_size(command);
    uint8_t *body = malloc(size);
    if (!body) {
        fprintf(stderr, "copayctl: 内存不足 / out of memory\n");
        return CTL_FAILED;
    }
    copay__admin__command__pack(command, body);
    struct copay_answer answer = {0};
    copay_command(ctl->copay, body, size, ctl->region, msgid, ctl->timeout_ms, &answer);
    enum ctl_exit status = read_answer(&answer, reply);
    copay_answer_free(&answer);
    free(body);
    return status;
}

enum ctl_exit ctl_ask(struct ctl *ctl, const char *msgid, Copay__Admin__Command *command,
                      Copay__Admin__CommandReply **reply)
{
    enum ctl_exit status = ctl_send(ctl, msgid, command, reply);
    if (status == CTL_REFUSED)
        ctl_print_problems(*reply, NULL);
    return status;
}

enum ctl_exit ctl_tell(struct ctl *ctl, const char *msgid, Copay__Admin__Command *command)
{
    Copay__Admin__CommandReply *reply;
    enum ctl_exit status = ctl_ask(ctl, msgid, command, &reply);
    ctl_free(reply);
    return status;
}

void ctl_free(Copay__Admin__CommandReply *reply)
{
    if (reply)
        copay__admin__command_reply__free_unpacked(reply, NULL);
}

void ctl_msgid(char kind, const struct hash *digest, uint32_t number, char out[ID_MSGID + 1])
{
    char text[HASH_TEXT] = "00000000";
    if (digest)
        hash_format(digest, text);
    uint32_t moment = (uint32_t)(clock_wall_ms() / 10); /* repeats after 497 days */
    snprintf(out, ID_MSGID + 1, "%c%.8s-%u-%08x", kind, text, number, moment);
}

uint32_t ctl_print_problems(const Copay__Admin__CommandReply *reply, const char *file)
{
    for (size_t i = 0; i < reply->n_errors; i++) {
        const Copay__Admin__RowProblem *problem = reply->errors[i];
        const char *where = problem->file ? problem->file : file;
        if (where)
            printf("%s ", where);
        if (problem->has_row)
            printf("第 %u 行 row %u ", problem->row, problem->row);
        if (problem->field)
            printf("%s ", problem->field);
        printf("%s：%s / %s\n", reason_name((enum reason)problem->code), problem->zh, problem->en);
    }
    if (reply->errors_more)
        printf("另有 %u 处 / and %u more\n", reply->errors_more, reply->errors_more);
    return (uint32_t)reply->n_errors + reply->errors_more;
}
