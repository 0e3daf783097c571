/* Offline and read-only: the ledger checks chain, hashes and sequence, signatures.c the signatures,
 * and lib/settle makes every record again. Main thread. */
#include "verify.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "ledger/ledger.h"
#include "settle/verify.h"
#include "signatures.h"

#define PROGRESS_MS 500
#define BAR 30
#define HEAD_FILE_MAX 4096
#define PEM_FILE_MAX 4096

struct verification {
    struct ledger *ledger;
    struct verify *verify;
    struct signatures seals;
    struct ledger_end end;
    bool shows, terminal;
    int64_t began_ms, shown_ms;
};

/* What the caller knows from elsewhere, read once for all regions. */
struct known {
    const struct verify_choice *choice;
    bool head_given, head_used, key_given;
    struct signed_head head;
    struct verify_key key;
};

static enum err fetch(void *context, uint64_t sequence, uint8_t **record, size_t *size)
{
    struct verification *v = context;
    return ledger_fetch(v->ledger, sequence, record, size);
}

static void show_progress(struct verification *v, uint64_t sequence)
{
    static const char full[] = "##############################",
                      empty[] = "..............................";
    int64_t now = clock_mono_ms(), took = now - v->began_ms;
    if (!v->shows || now - v->shown_ms < PROGRESS_MS)
        return;
    v->shown_ms = now;
    int done = (int)(sequence * BAR / v->end.sequence);
    fprintf(stderr, "%s核对 verify [%.*s%.*s] %" PRIu64 "/%" PRIu64 "，%" PRIu64 "/s%s",
            v->terminal ? "\r" : "", done, full, BAR - done, empty, sequence, v->end.sequence,
            took > 0 ? sequence * 1000 / (uint64_t)took : 0, v->terminal ? "" : "\n");
}

static enum err visit(void *context, const struct group *group, const uint8_t *records)
{
    struct verification *v = context;
    uint64_t at = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        struct slice record = group_record(records, &at);
        signatures_record(&v->seals, group->first + i, record);
        show_progress(v, group->first + i);
        enum err err = verify_record(v->verify, group->first + i, record);
        if (err)
            return err;
    }
    signatures_group(&v->seals, group);
    return ERR_OK;
}

static void print_report(const char *region, const struct verify_report *report,
                         const struct ledger_end *end)
{
    char head[HASH_TEXT];
    for (uint32_t i = 0; i < report->listed; i++) {
        const struct verify_difference *d = &report->list[i];
        printf("%s 记录 sequence %" PRIu64 "%s%s：%s\n",
               d->part == VERIFY_ENGINE ? "引擎不同 engines differ" : "不符 difference",
               d->sequence, d->setl_id[0] ? " 结算 setl_id " : "", d->setl_id, d->what);
    }
    uint64_t more = report->difference_count - report->listed;
    for (uint32_t i = 0; i < report->engine_count; i++)
        more += report->engines[i].differences;
    if (more)
        printf("另有 %" PRIu64 " 处 / and %" PRIu64 " more\n", more, more);
    printf("%s 记录 records %" PRIu64 "，结算 settlements %" PRIu64 "，撤销 voids %" PRIu64
           "，冲正 reversals %" PRIu64 "，拒绝 refusals %" PRIu64 "，操作 commands %" PRIu64
           "，不符 differences %" PRIu64 "\n",
           region, report->records, report->settlements, report->voids, report->reversals,
           report->refusals, report->commands, report->difference_count);
    for (uint32_t i = 0; i < report->engine_count; i++)
        printf("%s 引擎版本 engine %" PRIu32 " 记录 records %" PRIu64
               "（只比金额 figures only），其政策包检查不同 other faults found in packs %" PRIu64
               "\n",
               region, report->engines[i].version, report->engines[i].records,
               report->engines[i].differences);
    printf("%s 末组 last group %" PRIu64 "，末记录 last sequence %" PRIu64 "，纪元 epoch %" PRIu64
           "，链头 head %s\n",
           region, end->group, end->sequence, end->epoch, hash_format(&end->head, head));
}

static enum ctl_exit fail(const char *region, const char *what, enum err err)
{
    printf("%s %s：%s\n", region, what, err_text(err));
    return CTL_FAILED;
}

static enum ctl_exit damaged(const char *region, const struct ledger_fault *fault)
{
    printf("%s 账本损坏 the ledger is damaged: %s %s offset %" PRIu64 " sequence %" PRIu64 "\n",
           region, fault->text, fault->segment, fault->offset, fault->sequence);
    return CTL_REFUSED;
}

static enum ctl_exit run(struct verification *v, const char *region)
{
    struct ledger_fault fault = {0};
    v->end = ledger_end(v->ledger);
    v->began_ms = clock_mono_ms();
    v->shown_ms = v->began_ms - PROGRESS_MS; /* the first record is shown */
    enum err err = ledger_read_groups(v->ledger, 1, visit, v, &fault);
    const struct verify_report *report = verify_report(v->verify);
    if (v->shows && v->terminal)
        fprintf(stderr, "\r\033[K");
    print_report(region, report, &v->end);
    signatures_end(&v->seals, &v->end);
    if (err == ERR_CORRUPT && !fault.text[0]) {
        printf("%s 其后的记录无法核对 / no record after that one can be verified\n", region);
        return CTL_REFUSED;
    }
    if (err == ERR_CORRUPT)
        return damaged(region, &fault);
    if (err != ERR_OK)
        return fail(region, "未能读完 could not be read to its end", err);
    if (report->records != v->end.sequence) {
        printf("%s 记录缺失 %" PRIu64 " records were read, the ledger ends at %" PRIu64 "\n",
               region, report->records, v->end.sequence);
        return CTL_REFUSED;
    }
    return report->difference_count || v->seals.differences ? CTL_REFUSED : CTL_DONE;
}

/* The salt key may be kept elsewhere; without it salts are not compared. */
static const uint8_t *salt_key(const char *dir, uint8_t key[HASH_SIZE])
{
    char path[PATH_MAX];
    uint8_t *bytes;
    size_t size;
    if (snprintf(path, sizeof path, "%s/salt.key", dir) >= (int)sizeof path ||
        file_read(path, HASH_SIZE, &bytes, &size) != ERR_OK)
        return NULL;
    bool whole = size == HASH_SIZE;
    for (size_t i = 0; whole && i < size; i++)
        key[i] = bytes[i];
    free(bytes);
    return whole ? key : NULL;
}

/* `dir` holds the region's ledger. */
static enum ctl_exit verify_region(const char *dir, const char *region, struct known *known)
{
    char ledger_dir[PATH_MAX];
    uint8_t key[HASH_SIZE];
    if (snprintf(ledger_dir, sizeof ledger_dir, "%s/ledger", dir) >= (int)sizeof ledger_dir)
        return fail(region, dir, ERR_LIMIT);
    struct verification v = {.seals = {.region = region}, .terminal = isatty(STDERR_FILENO)};
    v.shows = v.terminal || known->choice->progress;
    v.seals.expected = known->key_given ? &known->key : NULL;
    if (known->head_given && strcmp(known->head.group.region, region) == 0) {
        v.seals.head = &known->head;
        known->head_used = true;
    }
    struct ledger_fault fault = {0};
    struct ledger_options options = {.dir = ledger_dir,
                                     .region = region,
                                     .segment_bytes = LEDGER_SEGMENT_MIN,
                                     .read_only = true};
    enum err err = ledger_open(&options, &v.ledger, &fault);
    if (err != ERR_OK)
        return err == ERR_CORRUPT ? damaged(region, &fault) : fail(region, ledger_dir, err);
    struct verify_options verify = {
        .region = region, .salt_key = salt_key(dir, key), .fetch = fetch, .context = &v};
    if (!verify.salt_key)
        printf("%s 没有 salt.key，不核对盐 / no salt.key: salts are not compared\n", region);
    err = verify_new(&verify, &v.verify);
    enum ctl_exit status =
        err == ERR_OK ? run(&v, region) : fail(region, "未能开始 could not begin", err);
    verify_free(v.verify);
    ledger_close(v.ledger);
    return status;
}

static enum ctl_exit verify_below(const char *data, const char *region, struct known *known)
{
    char dir[PATH_MAX];
    if (snprintf(dir, sizeof dir, "%s/%s", data, region) >= (int)sizeof dir)
        return fail(region, data, ERR_LIMIT);
    return verify_region(dir, region, known);
}

static bool holds_ledger(const char *data)
{
    char path[PATH_MAX];
    struct stat st;
    return snprintf(path, sizeof path, "%s/ledger", data) < (int)sizeof path &&
           stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* One region's own folder, which is named for it unless the caller says. */
static enum ctl_exit verify_own(const char *data, const char *region, struct known *known)
{
    char path[PATH_MAX];
    const char *name = region;
    if (!name && realpath(data, path))
        name = strrchr(path, '/') + 1;
    if (name && id_is_admdvs(name))
        return verify_region(data, name, known);
    printf("%s：请用 --region 指明统筹区 / say which region with --region\n", data);
    return CTL_FAILED;
}

static int is_region(const struct dirent *entry)
{
    return id_is_admdvs(entry->d_name);
}

static enum ctl_exit verify_all(const char *data, const char *region, struct known *known)
{
    struct dirent **entries;
    enum ctl_exit worst = CTL_DONE;
    if (holds_ledger(data))
        return verify_own(data, region, known);
    if (region)
        return verify_below(data, region, known);
    int count = scandir(data, &entries, is_region, alphasort);
    for (int i = 0; i < count; i++) {
        enum ctl_exit status = verify_below(data, entries[i]->d_name, known);
        worst = status > worst ? status : worst;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (count > 0)
        return worst;
    printf("%s：没有统筹区的数据 / no region's data here\n", data);
    return CTL_FAILED;
}

static bool read_head(const char *path, struct known *known)
{
    uint8_t *text;
    size_t size;
    enum err err = file_read(path, HEAD_FILE_MAX, &text, &size);
    if (!err) {
        err = head_parse((struct slice){text, size}, &known->head);
        free(text);
    }
    known->head_given = !err;
    if (err)
        printf("%s：不是所公布的链头 / no published head: %s\n", path, err_text(err));
    return !err;
}

static bool read_key(const char *path, struct known *known)
{
    uint8_t *pem;
    size_t size;
    enum err err = file_read(path, PEM_FILE_MAX, &pem, &size);
    if (!err) {
        err = verify_key_read_pem((struct slice){pem, size}, &known->key);
        free(pem);
    }
    known->key_given = !err;
    if (err)
        printf("%s：不是公钥 / no public key: %s\n", path, err_text(err));
    return !err;
}

enum ctl_exit verify_data(const char *data, const char *region, const struct verify_choice *choice)
{
    struct known known = {.choice = choice};
    if ((choice->head && !read_head(choice->head, &known)) ||
        (choice->key && !read_key(choice->key, &known)))
        return CTL_FAILED;
    enum ctl_exit status = verify_all(data, region, &known);
    if (!known.head_given || known.head_used || status == CTL_FAILED)
        return status;
    printf("所公布的链头属于统筹区 %s，这里没有 / the published head is of another region\n",
           known.head.group.region);
    return CTL_REFUSED;
}
