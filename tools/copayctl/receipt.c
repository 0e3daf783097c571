/* The receipt command. Main thread. */
#include "receipt.h"

#include <stdio.h>
#include <sys/stat.h>

/* It holds a person's whole bill: whoever may read it is the operator's to say. */
static enum ctl_exit save(const char *path, const ProtobufCBinaryData *bytes)
{
    (void)umask(0077);
    FILE *file = fopen(path, "wb");
    bool written = file && fwrite(bytes->data, 1, bytes->len, file) == bytes->len;
    if (file && fclose(file) != 0)
        written = false;
    if (!written) {
        fprintf(stderr, "copayctl: %s: 无法写入 / cannot be written\n", path);
        return CTL_FAILED;
    }
    printf("凭证 receipt %s，%zu 字节 bytes\n", path, bytes->len);
    return CTL_DONE;
}

enum ctl_exit receipt_fetch(struct ctl *ctl, const char *setl_id, const char *file)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__Receipt body = COPAY__ADMIN__RECEIPT__INIT;
    Copay__Admin__CommandReply *reply;
    char msgid[ID_MSGID + 1], path[64];
    body.setl_id = (char *)setl_id;
    command.receipt = &body;
    ctl_msgid('r', NULL, 0, msgid);
    enum ctl_exit status = ctl_ask(ctl, msgid, &command, &reply);
    (void)snprintf(path, sizeof path, "%s.receipt", setl_id);
    if (status == CTL_DONE)
        status = reply->has_receipt ? save(file ? file : path, &reply->receipt) : CTL_NO_ANSWER;
    ctl_free(reply);
    return status;
}
