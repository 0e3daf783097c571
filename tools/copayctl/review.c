/* The proposal is taken from the ledger's own chunks, never from somebody's folder: what is read is
 * what would be put in force. copay-policy's check and diff say what they say; they read folders,
 * so the packs become folders for a while. Main thread. */
#include "review.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "review/diff.h"
#include "review/province.h"
#include "review/warn.h"
#include "settle/compile.h"
#include "standing.h"
#include "unpack.h"

#define PROPOSED "proposed"
#define IN_FORCE "in-force"

struct review {
    struct place place;
    struct standing standing;
    enum impact_form form;
    enum lang lang;
};

static void print_who(const struct review *review, const struct standing_pack *pack)
{
    const struct proposal *p = &pack->proposal;
    char digest[HASH_TEXT], when[DATE_TEXT];
    printf("%s 账本至序号 ledger up to sequence %" PRIu64 "，%s\n", review->place.region,
           review->standing.sequence, date_format_time(review->standing.time_ms, when));
    printf("待审 proposed %s\n", hash_format(&p->digest, digest));
    printf("提交 submitted %s %s，序号 sequence %" PRIu64 "\n",
           date_format_time(pack->submitted_ms, when), p->author, p->submitted);
    if (p->approved)
        printf("审批 approved %s %s，序号 sequence %" PRIu64 "\n",
               date_format_time(pack->approved_ms, when), p->approver, p->approved);
    else
        printf("审批 approved 尚未 not yet\n");
}

/* ---- a region's pack ---- */

static unsigned count_cases(struct slice bundle)
{
    char name[BUNDLE_NAME];
    struct slice text;
    size_t at = 0;
    unsigned count = 0;
    while (bundle_next(bundle, &at, name, &text))
        count += strncmp(name, PACK_CASES, strlen(PACK_CASES)) == 0;
    return count;
}

/* What each lock of the province's file in force met. */
static void print_reach(const struct standing_pack *province, struct slice bundle)
{
    static struct faults faults;
    struct lock_reach reach[LOCKS_MAX] = {{0}};
    struct province *compiled;
    const struct slice locks = {province->active_bundle, province->active_size};
    if (province_compile_published(locks, &compiled, &faults) != ERR_OK)
        return;
    if (province_reach(compiled, bundle, reach) == ERR_OK)
        province_print_reach(compiled, reach);
    province_free(compiled);
}

/* As the daemon will once more before it publishes. NULL: why not was printed. */
static struct pack *rehearse(const struct review *review, const struct standing_pack *pack)
{
    static struct faults faults;
    const struct standing_pack *province = &review->standing.packs[PACK_PROVINCE];
    const struct slice bundle = {pack->bundle, pack->size};
    const struct slice locks = {province->active_bundle, province->active_size};
    struct pack *compiled = NULL;
    enum err err = settle_rehearse(bundle, locks, review->place.region, &compiled, &faults);
    faults_report(&faults, stdout);
    if (err != ERR_OK) {
        printf("不能发布 it cannot be published: %u 处错误 faults\n", faults_total(&faults));
        return NULL;
    }
    const int32_t today = date_of_time(clock_wall_ms());
    if (!pack_policy(compiled, today)) {
        char zh[SETTLE_DAYS_TEXT], en[SETTLE_DAYS_TEXT];
        settle_days_text(compiled, today, zh, en);
        printf("今日不能发布 it cannot be published today：%s / %s\n", zh, en);
        pack_free(compiled);
        return NULL;
    }
    const unsigned cases = count_cases(bundle);
    printf("案例 cases %u，全部通过 all green\n", cases);
    if (province->in_force) {
        printf("省级锁定项 the province's locks：全部符合 all hold\n");
        print_reach(province, bundle);
    }
    return compiled;
}

/* True: a freeze holds, and the daemon would refuse to publish. */
static bool print_freeze(const struct review *review)
{
    static struct faults faults;
    const struct standing_pack *pack = &review->standing.packs[PACK_PROVINCE];
    struct province *province;
    const struct slice bundle = {pack->active_bundle, pack->active_size};
    if (!pack->in_force || province_compile_published(bundle, &province, &faults) != ERR_OK)
        return false;
    const bool frozen = province_print_freeze(province, date_of_time(clock_wall_ms()));
    province_free(province);
    return frozen;
}

static int by_day(const void *a, const void *b)
{
    const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

/* The days from which a version of either holds, in their order. */
static uint32_t days_of(const struct pack *before, const struct pack *after, int32_t *days)
{
    uint32_t count = 0;
    for (uint8_t i = 0; i < pack_version_count(before); i++)
        days[count++] = pack_version(before, i)->begndate;
    for (uint8_t i = 0; i < pack_version_count(after); i++)
        days[count++] = pack_version(after, i)->begndate;
    qsort(days, count, sizeof *days, by_day);
    return count;
}

/* What holds on each of these days, before and after. */
static unsigned print_versions(enum lang lang, struct loaded *before, struct loaded *after)
{
    int32_t days[2 * UINT8_MAX];
    const uint32_t count = days_of(before->pack, after->pack, days);
    unsigned changes = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct policy *is = pack_policy(before->pack, days[i]);
        const struct policy *would = pack_policy(after->pack, days[i]);
        char text[DATE_TEXT];
        if (is == before->policy && would == after->policy)
            continue; /* both hold since a day that was compared */
        before->policy = is;
        after->policy = would;
        before->day = after->day = days[i];
        if (is && would) {
            changes += diff_version(lang, before, after);
            continue;
        }
        say(stdout, lang, "%s 起%s规则\n", "from %s on %s\n", date_format(days[i], text),
            would ? in_words(lang, "才有", "there are rules")
                  : in_words(lang, "不再有", "there are no rules any more"));
        changes++;
    }
    return changes;
}

static void print_differences(const struct review *review)
{
    static struct loaded before, after;
    unsigned faults = load_published(IN_FORCE, &before.pack) + load_pack(PROPOSED, &after.pack);
    snprintf(before.path, sizeof before.path, IN_FORCE);
    snprintf(after.path, sizeof after.path, PROPOSED);
    if (faults == 0) {
        unsigned changes = print_versions(review->lang, &before, &after);
        after.policy = pack_version(after.pack, 0); /* whose names the tables use */
        changes += diff_folders(review->lang, &before, &after, &faults);
        say(stdout, review->lang, "%u 处变化\n", "%u changes\n", changes);
    }
    unload(&before);
    unload(&after);
}

static void print_warnings(struct pack *pack)
{
    unsigned count = warn_end(pack, date_of_time(clock_wall_ms()));
    for (uint8_t i = 0; i < pack_version_count(pack); i++)
        count += warn_version(PROPOSED, pack, pack_version(pack, i));
    printf("%u 处警告 / %u warnings\n", count, count);
}

/* In the folder of both packs. */
static void print_text(const struct review *review, const struct standing_pack *pack,
                       struct pack *compiled)
{
    char digest[HASH_TEXT];
    if (pack->in_force) {
        printf("\n== 与在用政策包的差异 differences from the pack in force %.16s\n",
               hash_format(&pack->active.digest, digest));
        print_differences(review);
    } else {
        printf("\n== 尚无在用政策包 no pack is in force\n");
    }
    printf("\n== 警告 warnings\n");
    print_warnings(compiled);
}

static enum ctl_exit with_folders(const struct review *review, const struct standing_pack *pack,
                                  struct pack *compiled)
{
    struct unpacked unpacked;
    enum err err = unpack_begin(&unpacked);
    if (err == ERR_OK)
        err = unpack_bundle(&unpacked, PROPOSED, (struct slice){pack->bundle, pack->size});
    if (err == ERR_OK && pack->in_force)
        err = unpack_bundle(&unpacked, IN_FORCE,
                            (struct slice){pack->active_bundle, pack->active_size});
    /* So that files are named as an approver would name them. */
    if (err == ERR_OK && chdir(unpacked.root) != 0)
        err = ERR_IO;
    const int failed = errno;
    if (err == ERR_OK)
        print_text(review, pack, compiled);
    (void)!chdir("/");
    unpack_end(&unpacked);
    errno = failed;
    return err == ERR_OK ? CTL_DONE : place_fail("TMPDIR", err);
}

static void print_next(const struct standing_pack *pack)
{
    char digest[HASH_TEXT];
    printf("\n下一步 next：copayctl pack %s %.16s\n",
           pack->proposal.approved ? "publish" : "approve",
           hash_format(&pack->proposal.digest, digest));
}

/* A freeze hinders neither the review nor the approval, only the publication. */
static enum ctl_exit review_region(const struct review *review, const struct standing_pack *pack)
{
    print_who(review, pack);
    struct pack *compiled = rehearse(review, pack);
    if (!compiled)
        return CTL_REFUSED;
    const bool frozen = print_freeze(review);
    enum ctl_exit status = with_folders(review, pack, compiled);
    if (status == CTL_DONE) {
        printf("\n== 对以往结算的影响 effect on settlements of the past\n");
        status = impact_of(&review->place, compiled, review->form);
    }
    pack_free(compiled);
    if (status > CTL_REFUSED)
        return status;
    if (!frozen || !pack->proposal.approved)
        print_next(pack);
    return frozen ? CTL_REFUSED : CTL_DONE;
}

/* ---- a province's file ---- */

/* What its locks say of the pack in force: that stays, whatever they say. */
static void print_held(const struct review *review, const struct province *province)
{
    static struct faults faults;
    const struct standing_pack *own = &review->standing.packs[PACK_REGION];
    if (!own->in_force)
        return;
    printf("\n== 在用政策包与锁定项不符之处（在用的不受影响） where the pack in force is otherwise "
           "(it "
           "stays)\n");
    struct lock_reach reach[LOCKS_MAX] = {{0}};
    const struct slice bundle = {own->active_bundle, own->active_size};
    enum err err = province_check(province, bundle, &faults);
    faults_report(&faults, stdout);
    if (err == ERR_OK)
        printf("没有 none\n");
    if (province_reach(province, bundle, reach) == ERR_OK)
        province_print_reach(province, reach);
}

static enum ctl_exit review_province(const struct review *review, const struct standing_pack *pack)
{
    static struct faults faults;
    struct province *province = NULL;
    print_who(review, pack);
    enum err err = settle_rehearse_province((struct slice){pack->bundle, pack->size},
                                            review->place.region, &province, &faults);
    if (err == ERR_OK)
        err = province_check_keys(province, &faults);
    faults_report(&faults, stdout);
    if (err != ERR_OK) {
        province_free(province);
        return CTL_REFUSED;
    }
    province_print(province, PROVINCE_FILE);
    print_held(review, province);
    province_free(province);
    print_next(pack);
    return CTL_DONE;
}

/* ---- */

static enum ctl_exit review(struct review *review)
{
    const struct standing_pack *packs = review->standing.packs;
    enum ctl_exit status = CTL_DONE;
    if (!packs[PACK_REGION].waits && !packs[PACK_PROVINCE].waits) {
        printf("%s 没有待审的政策包 nothing is proposed\n", review->place.region);
        return CTL_REFUSED;
    }
    if (packs[PACK_PROVINCE].waits)
        status = review_province(review, &packs[PACK_PROVINCE]);
    if (packs[PACK_REGION].waits) {
        enum ctl_exit own = review_region(review, &packs[PACK_REGION]);
        status = own > status ? own : status;
    }
    return status;
}

enum ctl_exit review_show(const char *dir, const char *region, enum impact_form form,
                          const char *lang)
{
    static struct review r;
    char whole[PATH_MAX];
    r.form = form;
    if (lang && !lang_parse(lang, &r.lang))
        return CTL_USAGE;
    /* The folders that are looked at in between are elsewhere. */
    if (!realpath(dir, whole))
        return place_fail(dir, ERR_IO);
    enum ctl_exit status = place_find(whole, region, &r.place);
    if (status == CTL_DONE)
        status = standing_read(&r.place, &r.standing);
    if (status == CTL_DONE)
        status = review(&r);
    standing_free(&r.standing);
    return status;
}
