/* The key commands. What is for people goes in front of the PEM, where OpenSSL skips it. Main
 * thread. */
#include "key.h"

#include <inttypes.h>
#include <stdio.h>

#include "ledger/key.h"

static enum ctl_exit print_key(const Copay__Admin__Key *key)
{
    struct verify_key public;
    char pem[KEY_PEM_MAX], id[KEY_ID_TEXT], by[KEY_ID_TEXT];
    if (key->id.len != KEY_ID || key->by.len != KEY_ID ||
        verify_key_read((struct slice){key->spki.data, key->spki.len}, &public) != ERR_OK ||
        verify_key_write_pem(&public, pem) != ERR_OK) {
        fprintf(stderr, "copayctl: 密钥无法读取 / the key cannot be read\n");
        return CTL_FAILED;
    }
    printf("密钥 key %s 算法 algorithm %s 自记录 since sequence %" PRIu64
           " 担保 vouched for by %s\n%s",
           key_id_format(public.id, id), key->algorithm, key->sequence,
           key_id_format(key->by.data, by), pem);
    return CTL_DONE;
}

static enum ctl_exit ask(struct ctl *ctl, char kind, Copay__Admin__Command *command)
{
    Copay__Admin__CommandReply *reply;
    char msgid[ID_MSGID + 1];
    ctl_msgid(kind, NULL, 0, msgid);
    enum ctl_exit status = ctl_ask(ctl, msgid, command, &reply);
    for (size_t i = 0; status == CTL_DONE && i < reply->n_key; i++)
        status = print_key(reply->key[i]);
    ctl_free(reply);
    return status;
}

enum ctl_exit key_change(struct ctl *ctl, const char *algorithm)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__KeyChange body = COPAY__ADMIN__KEY_CHANGE__INIT;
    body.algorithm = (char *)algorithm;
    command.key_change = &body;
    return ask(ctl, 'y', &command);
}

enum ctl_exit key_show(struct ctl *ctl, bool all)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__KeyShow body = COPAY__ADMIN__KEY_SHOW__INIT;
    body.has_all = body.all = all;
    command.key_show = &body;
    return ask(ctl, 'w', &command);
}
