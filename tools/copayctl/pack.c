/* The pack is compiled here first, so that most faults are told without a word to the daemon, which
 * compiles it again: what the ledger activates is judged there. Main thread. */
#include "pack.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/limits.h"
#include "policy/pack.h"

/* Prints all faults; true when there are none. */
static bool is_sound(const char *dir, uint8_t **bundle, size_t *size)
{
    static struct faults faults;
    struct pack *pack = NULL;
    *bundle = NULL;
    enum err err = pack_bundle(dir, bundle, size, &faults);
    if (err == ERR_OK)
        err = pack_compile((struct slice){*bundle, *size}, &pack, &faults);
    if (err == ERR_OK)
        pack_free(pack);
    else if (faults.count == 0)
        faults_add(&faults, dir, 0, NULL, "无法读取：%s", "cannot be read: %s", err_text(err));
    faults_report(&faults, stdout);
    if (faults.count)
        printf("共 %u 处错误，未启用 / %u faults, nothing was activated\n",
               faults.count + faults.more, faults.count + faults.more);
    return faults.count == 0;
}

static enum ctl_exit send_chunk(struct ctl *ctl, const struct hash *digest, uint32_t number,
                                struct slice bytes)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__PackChunk body = COPAY__ADMIN__PACK_CHUNK__INIT;
    Copay__Admin__CommandReply *reply;
    char msgid[ID_MSGID + 1];
    body.pack_digest.data = (uint8_t *)digest->bytes;
    body.pack_digest.len = HASH_SIZE;
    body.number = number;
    body.bytes.data = (uint8_t *)bytes.data;
    body.bytes.len = bytes.size;
    command.pack_chunk = &body;
    ctl_msgid('c', digest, number, msgid);
    enum ctl_exit status = ctl_send(ctl, msgid, &command, &reply);
    if (status == CTL_REFUSED)
        ctl_print_problems(reply, NULL);
    ctl_free(reply);
    return status;
}

static enum ctl_exit send_activation(struct ctl *ctl, const struct hash *digest, uint32_t chunks)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__PackActivate body = COPAY__ADMIN__PACK_ACTIVATE__INIT;
    Copay__Admin__CommandReply *reply;
    char msgid[ID_MSGID + 1], text[HASH_TEXT];
    body.pack_digest.data = (uint8_t *)digest->bytes;
    body.pack_digest.len = HASH_SIZE;
    body.chunks = chunks;
    command.pack_activate = &body;
    ctl_msgid('a', digest, chunks, msgid);
    enum ctl_exit status = ctl_send(ctl, msgid, &command, &reply);
    if (status == CTL_REFUSED)
        ctl_print_problems(reply, NULL);
    if (status == CTL_DONE)
        printf("政策包 %.16s 已启用 / pack %.16s is active\n", hash_format(digest, text), text);
    ctl_free(reply);
    return status;
}

static enum ctl_exit send_pack(struct ctl *ctl, const uint8_t *bundle, size_t size)
{
    struct hash digest = hash_sha256(bundle, size);
    uint32_t chunks = (uint32_t)((size + BLOB_CHUNK_MAX - 1) / BLOB_CHUNK_MAX);
    for (uint32_t i = 0; i < chunks; i++) {
        size_t from = (size_t)i * BLOB_CHUNK_MAX;
        size_t length = size - from < BLOB_CHUNK_MAX ? size - from : BLOB_CHUNK_MAX;
        enum ctl_exit status = send_chunk(ctl, &digest, i, (struct slice){bundle + from, length});
        if (status != CTL_DONE)
            return status;
        fprintf(stderr, "上传 upload %u/%u\n", i + 1, chunks);
    }
    return send_activation(ctl, &digest, chunks);
}

enum ctl_exit pack_activate(struct ctl *ctl, const char *dir)
{
    uint8_t *bundle;
    size_t size;
    enum ctl_exit status = CTL_REFUSED;
    if (is_sound(dir, &bundle, &size))
        status = send_pack(ctl, bundle, size);
    free(bundle);
    return status;
}
