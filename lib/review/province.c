/* What a province's file says, as check and an approver's review show it. */
#include "review/province.h"

#include <stdio.h>

#include "base/date.h"

static void print_days(int32_t begins, int32_t ends)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    printf("  %s 至 %s  ", date_format(begins, from),
           ends == DATE_MAX ? "另行通知" : date_format(ends, to));
}

static void print_clause(const struct province *province, uint16_t index)
{
    const struct policy_clause *clause = province_clause(province, index);
    printf("（%s，%s：%s）\n", clause->id, provenance_zh(clause->provenance), clause->text);
}

void province_print(const struct province *province, const char *path)
{
    char words[LOCK_WORDS];
    printf("%s：%s %s，锁定 %u 项，冻结期 %u 个\n", path, province_code(province),
           province_name(province), province_lock_count(province), province_freeze_count(province));
    for (uint16_t i = 0; i < province_lock_count(province); i++) {
        const struct lock *lock = province_lock(province, i);
        lock_words(lock, true, words);
        print_days(lock_begins(lock), lock_ends(lock));
        printf("%s：%s", lock_key(lock), words);
        print_clause(province, lock_clause(lock));
    }
    for (uint16_t i = 0; i < province_freeze_count(province); i++) {
        const struct freeze *freeze = province_freeze_at(province, i);
        print_days(freeze->begndate, freeze->enddate);
        printf("冻结 no new local policy");
        print_clause(province, freeze->clause);
    }
}

unsigned province_print_reach(const struct province *province, const struct lock_reach reach[])
{
    unsigned missed = 0;
    for (uint16_t i = 0; i < province_lock_count(province); i++) {
        const char *key = lock_key(province_lock(province, i));
        if (reach[i].versions == 0) {
            printf("  锁定项 %s：没有版本在其期内 / no version holds on its days\n", key);
        } else if (reach[i].places == 0) {
            printf(
                "  警告：锁定项 %s 在政策包中一处也没有，核对其中的名称 / warning: the lock meets "
                "no place of the pack: check the names in it\n",
                key);
            missed++;
        } else {
            printf("  锁定项 %s：%u 处 / %u places\n", key, reach[i].places, reach[i].places);
        }
    }
    return missed;
}

bool province_print_freeze(const struct province *province, int32_t today)
{
    const struct freeze *freeze = province_freeze(province, today);
    if (!freeze)
        return false;
    printf("  今天在冻结期内，不受理本地政策 no new local policy is taken today：\n");
    print_days(freeze->begndate, freeze->enddate);
    print_clause(province, freeze->clause);
    return true;
}
