/* The pack is compiled here first, so that most faults are told without a word to the daemon, which
 * compiles it again: what the ledger puts in force is judged there. Main thread. */
#include "pack.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "folder.h"

#define NAMED_MIN 8

/* Sends what names a pack; prints what refuses it. */
static enum ctl_exit send_naming(struct ctl *ctl, char kind, const struct hash *digest,
                                 uint32_t number, Copay__Admin__Command *command)
{
    char msgid[ID_MSGID + 1];
    ctl_msgid(kind, digest, number, msgid);
    return ctl_tell(ctl, msgid, command);
}

static ProtobufCBinaryData digest_bytes(const struct hash *digest)
{
    return (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)digest->bytes};
}

static enum ctl_exit send_chunk(struct ctl *ctl, const struct hash *digest, uint32_t number,
                                struct slice bytes)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__PackChunk body = COPAY__ADMIN__PACK_CHUNK__INIT;
    body.pack_digest = digest_bytes(digest);
    body.number = number;
    body.bytes = (ProtobufCBinaryData){bytes.size, (uint8_t *)bytes.data};
    command.pack_chunk = &body;
    return send_naming(ctl, 'c', digest, number, &command);
}

static enum ctl_exit send_submission(struct ctl *ctl, bool province, const struct hash *digest,
                                     uint32_t chunks)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__PackSubmit body = COPAY__ADMIN__PACK_SUBMIT__INIT;
    char text[HASH_TEXT];
    body.pack_digest = digest_bytes(digest);
    body.chunks = chunks;
    body.has_province = body.province = province;
    command.pack_submit = &body;
    enum ctl_exit status = send_naming(ctl, 's', digest, 0, &command);
    if (status == CTL_DONE)
        printf("政策包 %.16s 已提交，待他人审批 / pack %.16s is submitted; another person approves "
               "it\n",
               hash_format(digest, text), text);
    return status;
}

static enum ctl_exit ask(struct ctl *ctl, Copay__Admin__CommandReply **reply)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__PackShow body = COPAY__ADMIN__PACK_SHOW__INIT;
    char msgid[ID_MSGID + 1];
    command.pack_show = &body;
    ctl_msgid('w', NULL, 0, msgid);
    return ctl_ask(ctl, msgid, &command, reply);
}

static const char *digest_text(ProtobufCBinaryData bytes, char text[HASH_TEXT])
{
    struct hash digest = {0};
    if (bytes.len == HASH_SIZE)
        memcpy(digest.bytes, bytes.data, HASH_SIZE);
    return hash_format(&digest, text);
}

/* Submits, and says whose approval of what was proposed before that ends. */
static enum ctl_exit submit_telling(struct ctl *ctl, bool province, const struct hash *digest,
                                    uint32_t chunks)
{
    Copay__Admin__CommandReply *before;
    char text[HASH_TEXT];
    enum ctl_exit status = ask(ctl, &before);
    const Copay__Admin__PackState *was = status == CTL_DONE ? before->pack_state : NULL;
    if (was && province)
        was = was->province;
    if (status == CTL_DONE)
        status = send_submission(ctl, province, digest, chunks);
    if (status == CTL_DONE && was && was->has_approved)
        printf("%s 对政策包 %.16s 的审批（序号 %" PRIu64
               "）因此作废，须重新审批 / the approval of pack "
               "%.16s by %s (sequence %" PRIu64 ") is dropped with that; approve anew\n",
               was->approver, digest_text(was->proposed_digest, text), was->approved, text,
               was->approver, was->approved);
    ctl_free(before);
    return status;
}

static enum ctl_exit send_pack(struct ctl *ctl, const struct folder *folder)
{
    const uint8_t *bundle = folder->bundle;
    const size_t size = folder->size;
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
    return submit_telling(ctl, folder->province, &digest, chunks);
}

enum ctl_exit pack_submit(struct ctl *ctl, const char *dir)
{
    struct folder folder;
    enum ctl_exit status = CTL_REFUSED;
    unsigned faults = folder_read(dir, ctl->region, true, &folder);
    if (faults)
        printf("共 %u 处错误，未提交 / %u faults, nothing was submitted\n", faults, faults);
    else
        status = send_pack(ctl, &folder);
    folder_free(&folder);
    return status;
}

static void print_state(const Copay__Admin__PackState *p)
{
    char text[HASH_TEXT];
    if (p->has_active_digest)
        printf("在用 in force %s 序号 sequence %" PRIu64 "\n", digest_text(p->active_digest, text),
               p->activated);
    else
        printf("在用 in force 无 none\n");
    if (!p->has_proposed_digest)
        return;
    printf("待用 proposed %s 提交 submitted %" PRIu64 " %s", digest_text(p->proposed_digest, text),
           p->submitted, p->author);
    if (p->has_approved)
        printf(" 审批 approved %" PRIu64 " %s\n", p->approved, p->approver);
    else
        printf(" 未审批 not approved\n");
}

enum ctl_exit pack_show(struct ctl *ctl)
{
    Copay__Admin__CommandReply *reply;
    enum ctl_exit status = ask(ctl, &reply);
    const Copay__Admin__PackState *p = status == CTL_DONE ? reply->pack_state : NULL;
    if (p)
        print_state(p);
    if (p && p->province && (p->province->has_active_digest || p->province->has_proposed_digest)) {
        printf("省级 province\n");
        print_state(p->province);
    }
    ctl_free(reply);
    return status;
}

/* What waits, by the first digits of its digest, as people copy it from another's screen. */
struct waiting {
    struct hash digest;
    uint32_t chunks;
    bool province;
};

static bool is_named(const Copay__Admin__PackState *p, const char *named, struct waiting *out)
{
    char text[HASH_TEXT];
    if (!p || !p->has_proposed_digest || p->proposed_digest.len != HASH_SIZE ||
        strncmp(digest_text(p->proposed_digest, text), named, strlen(named)) != 0)
        return false;
    memcpy(out->digest.bytes, p->proposed_digest.data, HASH_SIZE);
    out->chunks = p->chunks;
    return true;
}

static enum ctl_exit find(struct ctl *ctl, const char *named, struct waiting *out)
{
    Copay__Admin__CommandReply *reply;
    enum ctl_exit status = ask(ctl, &reply);
    if (status == CTL_DONE) {
        const Copay__Admin__PackState *p = reply->pack_state;
        bool whole = strlen(named) >= NAMED_MIN;
        *out = (struct waiting){0};
        out->province = whole && p && is_named(p->province, named, out);
        if (!whole || (!out->province && !is_named(p, named, out))) {
            printf("没有提交以 %s 开头的政策包 / no submitted pack's digest begins with it (at "
                   "least %d digits)\n",
                   named, NAMED_MIN);
            status = CTL_REFUSED;
        }
    }
    ctl_free(reply);
    return status;
}

enum ctl_exit pack_approve(struct ctl *ctl, const char *named)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__PackApprove body = COPAY__ADMIN__PACK_APPROVE__INIT;
    struct waiting waiting;
    enum ctl_exit status = find(ctl, named, &waiting);
    if (status != CTL_DONE)
        return status;
    body.pack_digest = digest_bytes(&waiting.digest);
    body.has_province = body.province = waiting.province;
    command.pack_approve = &body;
    status = send_naming(ctl, 'p', &waiting.digest, 0, &command);
    if (status == CTL_DONE)
        printf("已审批，可以发布 / approved; it may be published\n");
    return status;
}

/* It is in force, and nothing proposed goes by that name: it was published before. */
static bool is_in_force(const Copay__Admin__PackState *p, const char *named)
{
    char active[HASH_TEXT], proposed[HASH_TEXT];
    const size_t size = strlen(named);
    return p && size >= NAMED_MIN && p->has_active_digest &&
           strncmp(digest_text(p->active_digest, active), named, size) == 0 &&
           !(p->has_proposed_digest &&
             strncmp(digest_text(p->proposed_digest, proposed), named, size) == 0);
}

/* Said twice, or again after an answer was lost. */
static bool tell_in_force(struct ctl *ctl, const char *named)
{
    Copay__Admin__CommandReply *reply;
    const Copay__Admin__PackState *found = NULL;
    char text[HASH_TEXT];
    if (ask(ctl, &reply) == CTL_DONE && reply->pack_state) {
        const Copay__Admin__PackState *own = reply->pack_state;
        if (is_in_force(own, named))
            found = own;
        else if (is_in_force(own->province, named))
            found = own->province;
    }
    if (found)
        printf("政策包 %.16s 已在用，自序号 %" PRIu64 " / pack %.16s is in force already, since "
               "sequence %" PRIu64 "\n",
               digest_text(found->active_digest, text), found->activated, text, found->activated);
    ctl_free(reply);
    return found != NULL;
}

enum ctl_exit pack_publish(struct ctl *ctl, const char *named)
{
    Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
    Copay__Admin__PackActivate body = COPAY__ADMIN__PACK_ACTIVATE__INIT;
    struct waiting waiting;
    char text[HASH_TEXT];
    if (tell_in_force(ctl, named))
        return CTL_DONE;
    enum ctl_exit status = find(ctl, named, &waiting);
    if (status != CTL_DONE)
        return status;
    body.pack_digest = digest_bytes(&waiting.digest);
    body.chunks = waiting.chunks;
    body.has_province = body.province = waiting.province;
    command.pack_activate = &body;
    status = send_naming(ctl, 'a', &waiting.digest, 0, &command);
    if (status == CTL_DONE)
        printf("政策包 %.16s 已启用 / pack %.16s is active\n", hash_format(&waiting.digest, text),
               text);
    return status;
}
