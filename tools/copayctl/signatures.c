/* Main thread; one walk, nothing kept but the key in force. */
#include "signatures.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/record.h"
#include "model/signer.h"

static void differ(struct signatures *seals, const char *what, uint64_t number, const char *zh,
                   const char *en)
{
    seals->differences++;
    printf("不符 difference %s %" PRIu64 "：%s / %s\n", what, number, zh, en);
}

/* What a row must be, whoever signed it. */
static bool fits(const struct signatures *seals, uint64_t sequence, const struct signer *signer,
                 struct verify_key *key)
{
    return verify_key_read((struct slice){signer->spki, signer->spki_size}, key) == ERR_OK &&
           memcmp(key->id, signer->id, KEY_ID) == 0 &&
           (uint8_t)key->algorithm == signer->algorithm && signer->sequence == sequence &&
           signer->previous == (seals->keyed ? seals->key_sequence : 0);
}

static void take_key(struct signatures *seals, const struct record *record)
{
    struct signer signer;
    struct verify_key key;
    uint8_t statement[SIGNER_STATEMENT_MAX];
    if (!signer_of(record, &signer) || !fits(seals, record->sequence, &signer, &key)) {
        differ(seals, "记录 sequence", record->sequence, "密钥更换记录自相矛盾",
               "the key change contradicts itself");
        return;
    }
    /* The first vouches for itself; whether it is the right one the caller has to know. */
    const struct verify_key *by = seals->keyed ? &seals->key : &key;
    if (memcmp(signer.by, by->id, KEY_ID) != 0 ||
        !verify_key_holds(by, SIGNER_DOMAIN, signer_statement(&signer, seals->region, statement),
                          signer.signature)) {
        differ(seals, "记录 sequence", record->sequence, "新密钥没有得到旧密钥的签名",
               "the old key did not sign the new one");
        return;
    }
    if (!seals->keyed && seals->expected && !verify_key_same(seals->expected, &key))
        differ(seals, "记录 sequence", record->sequence, "首把密钥不是所给的公钥",
               "the first key is not the one given");
    seals->keyed = true;
    seals->key = key;
    seals->key_sequence = record->sequence;
    seals->keys++;
}

void signatures_record(struct signatures *seals, uint64_t sequence, struct slice bytes)
{
    struct record record;
    /* What is no record lib/settle reports. */
    if (record_read(bytes, &record) == ERR_OK && record.kind == RECORD_KEY_CHANGE &&
        record.sequence == sequence)
        take_key(seals, &record);
}

static void look_for_head(struct signatures *seals, const struct group *group)
{
    const struct signed_head *head = seals->head;
    if (!head || head->group.number != group->number)
        return;
    struct hash hash = group_hash(group->head);
    seals->head_found = true;
    if (!hash_equal(&hash, &head->hash))
        differ(seals, "组 group", group->number, "账本此组不是公布过的那一组：账本被改写",
               "this is not the group that was published: the ledger was rewritten");
    else if (!seals->keyed || !seal_holds(&head->seal, &seals->key, head->group.head))
        differ(seals, "组 group", group->number, "所公布的签名不成立",
               "the published signature does not hold");
}

void signatures_group(struct signatures *seals, const struct group *group)
{
    struct seal seal;
    seals->groups++;
    look_for_head(seals, group);
    switch (seal_read(group->head, &seal)) {
    case SEAL_NONE:
        return;
    case SEAL_TORN:
        seals->torn++;
        return;
    case SEAL_WHOLE:
        break;
    }
    if (!seals->keyed || !seal_holds(&seal, &seals->key, group->head)) {
        differ(seals, "组 group", group->number, "签名不成立", "the signature does not hold");
        return;
    }
    seals->sealed++;
    seals->last_sealed = group->number;
    seals->last_sealed_sequence = group->first + group->count - 1;
}

static void end_head(struct signatures *seals, const struct ledger_end *end)
{
    const struct group *published = &seals->head->group;
    uint64_t last = published->first + published->count - 1;
    if (seals->head_found && seals->differences == 0)
        printf("%s 所公布的组 %" PRIu64 "（至序号 %" PRIu64
               "）在此账本之中 / the published head lies in this ledger\n",
               seals->region, published->number, last);
    if (seals->head_found)
        return;
    seals->differences++;
    if (published->number > end->group)
        printf("不符 difference 账本被截断：已公布至组 %" PRIu64 " 序号 %" PRIu64
               "，账本止于组 %" PRIu64 " 序号 %" PRIu64 " / the ledger's tail was cut: %" PRIu64
               " records that were published are gone\n",
               published->number, last, end->group, end->sequence, last - end->sequence);
    else
        printf("不符 difference 未读到所公布的组 / the published group was not reached\n");
}

void signatures_end(struct signatures *seals, const struct ledger_end *end)
{
    char id[KEY_ID_TEXT];
    if (seals->head)
        end_head(seals, end);
    if (!seals->keyed) {
        printf("%s 账本没有签名密钥 / the ledger has no signing key\n", seals->region);
        seals->differences += seals->expected != NULL;
        return;
    }
    printf("%s 签名 signed groups %" PRIu64 "/%" PRIu64 "，末签名组 last signed %" PRIu64
           "（至序号 to sequence %" PRIu64 "），其后未签名 unsigned behind it %" PRIu64
           " 组，密钥 keys %" PRIu64 "，现用 now %s %s\n",
           seals->region, seals->sealed, seals->groups, seals->last_sealed,
           seals->last_sealed_sequence, end->group - seals->last_sealed, seals->keys,
           key_id_format(seals->key.id, id), key_algorithm_name(seals->key.algorithm));
    if (seals->torn)
        printf("%s 写了一半的签名 signatures cut short %" PRIu64
               "（不影响账本 no harm to the ledger）\n",
               seals->region, seals->torn);
}
