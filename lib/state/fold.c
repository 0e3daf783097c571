/* What tells a fold from state_apply() is only where the images go. */
#include "state/fold.h"

#include <string.h>

#include "state/images.h"

/* What claims write again and again: tallies, days, books, and of a person all but what the person
 * is. */
static enum bulk_kind kind_of(struct slice key)
{
    const uint8_t first = key.data[0];
    if (first == KEY_TALLY || first == KEY_DAY || first == KEY_DAY_KINDS || first == KEY_BOOK ||
        first == KEY_SINGLE || first == KEY_IMPORT)
        return BULK_OFTEN;
    const uint8_t *mark = first == KEY_PERSON ? memchr(key.data, 0x1f, key.size) : NULL;
    if (!mark || mark + 1 == key.data + key.size)
        return BULK_ONCE;
    return mark[1] == PERSON_FACTS ? BULK_ONCE : BULK_OFTEN;
}

/* A key goes with others of its kind, in their order. */
static enum err put(struct bulk *bulk, const struct images *images)
{
    struct image once[IMAGES_AT_ONCE], often[IMAGES_AT_ONCE];
    size_t once_count = 0, often_count = 0;
    for (size_t i = 0; i < images->count; i++) {
        if (kind_of(images->list[i].key) == BULK_ONCE)
            once[once_count++] = images->list[i];
        else
            often[often_count++] = images->list[i];
    }
    enum err err = bulk_put(bulk, once, once_count, BULK_ONCE);
    return err ? err : bulk_put(bulk, often, often_count, BULK_OFTEN);
}

enum err fold_record(struct fold *fold, struct slice bytes, struct bulk *bulk)
{
    struct record record;
    struct images images;
    enum err err = record_read(bytes, &record);
    if (!err && (record.sequence != fold->sequence + 1 || record.time_ms < fold->time_ms))
        err = ERR_CORRUPT;
    if (!err)
        err = images_begin(&images, &record);
    while (!err && images_next(&images))
        err = put(bulk, &images);
    if (!err)
        *fold = (struct fold){record.sequence, record.time_ms};
    return err;
}

const char *fold_family(uint8_t first)
{
    switch (first) {
    case KEY_MESSAGE:
        return "报文 messages (M)";
    case KEY_OPERATOR:
        return "操作报文 operators' messages (O)";
    case KEY_PERSON:
        return "参保人 persons (P)";
    case KEY_CERTIFICATE:
        return "证件号 identity numbers (C)";
    case KEY_SETTLEMENT:
        return "结算 settlements (S)";
    case KEY_VISIT:
        return "就诊 visits (V)";
    case KEY_TALLY:
        return "流水合计 tallies (T)";
    case KEY_DAY:
        return "日合计 sums of days (R)";
    case KEY_DAY_KINDS:
        return "日类别 kinds of days (Q)";
    case KEY_BOOK:
        return "基金账 books (B)";
    case KEY_CHUNK:
        return "政策包 packs (D)";
    case KEY_SINGLE:
        return "统筹区 the region's values (K)";
    case KEY_IMPORT:
        return "导入进度 imports (J)";
    default:
        return "其他 unknown";
    }
}
