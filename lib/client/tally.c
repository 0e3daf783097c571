/* The channels of a terminal, and which calls are under way: while one is, its answer may be what a
 * gap lacks. */
#include "client/tally.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/chain.h"
#include "client/error.h"

#define FIRST_LINE "copay-tally 1\n"
#define LINE_MAX_BYTES 512

struct copay_tally {
    pthread_mutex_t mutex;
    copay_tally_callback told;
    void *context;
    uint32_t under_way;
    uint64_t events;
    struct copay_tally_event event; /* the newest */
    uint32_t count, capacity;
    struct chain **chains;
};

struct copay_tally *copay_tally_new(copay_tally_callback told, void *context)
{
    struct copay_tally *tally = calloc(1, sizeof *tally);
    if (!tally)
        return NULL;
    pthread_mutex_init(&tally->mutex, NULL);
    tally->told = told;
    tally->context = context;
    return tally;
}

static void forget(struct copay_tally *tally)
{
    for (uint32_t i = 0; i < tally->count; i++)
        free(tally->chains[i]);
    tally->count = 0;
}

void copay_tally_free(struct copay_tally *tally)
{
    if (!tally)
        return;
    forget(tally);
    free(tally->chains);
    pthread_mutex_destroy(&tally->mutex);
    free(tally);
}

uint64_t copay_tally_told(struct copay_tally *tally, struct copay_tally_event *event)
{
    pthread_mutex_lock(&tally->mutex);
    uint64_t events = tally->events;
    if (event && events > 0)
        *event = tally->event;
    pthread_mutex_unlock(&tally->mutex);
    return events;
}

static bool may_settle(const Copay__Request *request)
{
    return request->settle || request->encounter_settle || request->void_order || request->reversal;
}

void copay_tally_begin(struct copay_tally *tally, const Copay__Request *request)
{
    if (!may_settle(request))
        return;
    pthread_mutex_lock(&tally->mutex);
    tally->under_way++;
    pthread_mutex_unlock(&tally->mutex);
}

static bool same_channel(const struct copay_tally_channel *a, const struct copay_tally_channel *b)
{
    return a->refd_setl_flag == b->refd_setl_flag && strcmp(a->dev_no, b->dev_no) == 0 &&
           strcmp(a->insutype, b->insutype) == 0 && strcmp(a->clr_type, b->clr_type) == 0 &&
           strcmp(a->setl_optins, b->setl_optins) == 0;
}

/* Made when it is new; NULL when memory is out: that answer is not compared. */
static struct chain *find_chain(struct copay_tally *tally,
                                const struct copay_tally_channel *channel)
{
    for (uint32_t i = 0; i < tally->count; i++)
        if (same_channel(&tally->chains[i]->channel, channel))
            return tally->chains[i];
    if (tally->count == tally->capacity) {
        uint32_t capacity = tally->capacity ? 2 * tally->capacity : 8;
        struct chain **chains = realloc(tally->chains, capacity * sizeof *chains);
        if (!chains)
            return NULL;
        tally->chains = chains;
        tally->capacity = capacity;
    }
    struct chain *chain = calloc(1, sizeof *chain);
    if (!chain)
        return NULL;
    chain->channel = *channel;
    tally->chains[tally->count++] = chain;
    return chain;
}

/* False: longer than the daemon's own can be, or absent where it may not be. */
static bool put_text(char *out, size_t capacity, const char *text)
{
    size_t size = text ? strlen(text) : 0;
    if (size >= capacity)
        return false;
    memcpy(out, text ? text : "", size + 1);
    return true;
}
#define PUT(field, text) put_text(field, sizeof(field), text)

static bool read_channel(const Copay__Request *request, const Copay__Settlement *s,
                         struct copay_tally_channel *out)
{
    out->refd_setl_flag = s->has_refd_setl_flag && s->refd_setl_flag;
    return PUT(out->dev_no, request->dev_no) && PUT(out->insutype, s->insutype) &&
           PUT(out->clr_type, s->clr_type) && PUT(out->setl_optins, s->setl_optins);
}

static bool read_link(const Copay__Request *request, const Copay__Settlement *s,
                      const Copay__Tally *t, struct chain_link *out)
{
    const int64_t amounts[] = {s->medfee_sumamt, s->fund_pay_sumamt, s->acct_pay, s->psn_cash_pay};
    *out = (struct chain_link){.stamped = t != NULL};
    memcpy(out->amounts, amounts, sizeof amounts);
    if (!PUT(out->msgid, request->msgid) || strlen(out->msgid) != ID_MSGID ||
        !PUT(out->setl_id, s->setl_id) || id_parse_setl(out->setl_id, &out->sequence) != ERR_OK)
        return false;
    if (!t)
        return true;
    const int64_t sums[] = {t->medfee_sumamt, t->fund_pay_sumamt, t->acct_pay, t->psn_cash_pay};
    out->tally.sequence = t->sequence;
    out->tally.count = t->setl_cnt;
    memcpy(out->tally.sums, sums, sizeof sums);
    if (t->digest.len == HASH_SIZE)
        memcpy(out->tally.digest.bytes, t->digest.data, HASH_SIZE);
    return t->sequence == out->sequence;
}

static void compare(struct copay_tally *tally, struct chain *chain)
{
    while (chain_compare(chain, tally->under_way == 0, &tally->event)) {
        tally->events++;
        if (tally->told)
            tally->told(tally->context, &tally->event);
    }
}

void copay_tally_end(struct copay_tally *tally, const Copay__Request *request,
                     const Copay__ReplyEnvelope *envelope, const Copay__Reply *reply)
{
    if (!may_settle(request))
        return;
    const bool done = reply && reply->outcome == COPAY__OUTCOME__OUTCOME_DONE;
    const Copay__Settlement *s = done ? reply->settlement : NULL;
    struct copay_tally_channel channel;
    struct chain_link link;
    pthread_mutex_lock(&tally->mutex);
    tally->under_way -= tally->under_way > 0;
    if (s && read_channel(request, s, &channel) &&
        read_link(request, s, envelope ? envelope->tally : NULL, &link)) {
        struct chain *chain = find_chain(tally, &channel);
        if (chain)
            chain_add(chain, &link);
    }
    for (uint32_t i = 0; i < tally->count; i++)
        compare(tally, tally->chains[i]);
    pthread_mutex_unlock(&tally->mutex);
}

bool copay_tally_standing(struct copay_tally *tally, uint32_t index,
                          struct copay_tally_standing *out)
{
    pthread_mutex_lock(&tally->mutex);
    bool there = index < tally->count;
    if (there) {
        const struct chain *chain = tally->chains[index];
        *out = (struct copay_tally_standing){.channel = chain->channel,
                                             .sequence = chain->base.sequence,
                                             .setl_cnt = chain->base.count,
                                             .waiting = chain->count};
        memcpy(out->sums, chain->base.sums, sizeof out->sums);
    }
    pthread_mutex_unlock(&tally->mutex);
    return there;
}

/* ---- the file: a line for each base, behind it a line for each answer that waits ---- */

static void write_sums(FILE *file, const int64_t sums[COPAY_TALLY_SUMS])
{
    for (int i = 0; i < COPAY_TALLY_SUMS; i++)
        fprintf(file, "\t%" PRId64, sums[i]);
}

static void write_chain(FILE *file, const struct chain *chain)
{
    const struct copay_tally_channel *c = &chain->channel;
    char digest[HASH_TEXT];
    fprintf(file, "T\t%s\t%s\t%s\t%s\t%d\t%d\t%" PRIu64 "\t%" PRIu64, c->dev_no, c->insutype,
            c->clr_type, c->setl_optins, c->refd_setl_flag, chain->based, chain->base.sequence,
            chain->base.count);
    write_sums(file, chain->base.sums);
    fprintf(file, "\t%s\n", hash_format(&chain->base.digest, digest));
    for (uint32_t i = 0; i < chain->count; i++) {
        fprintf(file, "K\t%s\t%s", chain->waiting[i].msgid, chain->waiting[i].setl_id);
        write_sums(file, chain->waiting[i].amounts);
        fputc('\n', file);
    }
}

static enum copay_status file_error(struct copay_error *error, const char *path)
{
    return error_set(error, COPAY_INVALID, "流水合计文件无法读写", "the tally's file", path);
}

enum copay_status copay_tally_save(struct copay_tally *tally, const char *path,
                                   struct copay_error *error)
{
    char beside[4096];
    int size = snprintf(beside, sizeof beside, "%s.new", path);
    FILE *file = size > 0 && (size_t)size < sizeof beside ? fopen(beside, "w") : NULL;
    if (!file)
        return file_error(error, path);
    fputs(FIRST_LINE, file);
    pthread_mutex_lock(&tally->mutex);
    for (uint32_t i = 0; i < tally->count; i++)
        write_chain(file, tally->chains[i]);
    pthread_mutex_unlock(&tally->mutex);
    bool written = fflush(file) == 0 && fsync(fileno(file)) == 0;
    written = fclose(file) == 0 && written;
    return written && rename(beside, path) == 0 ? COPAY_DONE : file_error(error, path);
}

/* The next of the line's parts; "" behind the last. */
static const char *part(char **rest)
{
    char *text = strsep(rest, "\t\n");
    return text ? text : "";
}

static bool read_number(char **rest, uint64_t *out)
{
    const char *text = part(rest);
    char *end;
    *out = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0';
}

static bool read_sums(char **rest, int64_t sums[COPAY_TALLY_SUMS])
{
    bool good = true;
    for (int i = 0; i < COPAY_TALLY_SUMS; i++) {
        const char *text = part(rest);
        char *end;
        sums[i] = strtoll(text, &end, 10);
        good = good && text[0] && *end == '\0';
    }
    return good;
}

static bool read_digest(const char *text, struct hash *out)
{
    static const char digits[] = "0123456789abcdef";
    if (strlen(text) != HASH_TEXT - 1 || strspn(text, digits) != HASH_TEXT - 1)
        return false;
    for (size_t i = 0; i < HASH_SIZE; i++) {
        size_t high = (size_t)(strchr(digits, text[2 * i]) - digits);
        size_t low = (size_t)(strchr(digits, text[2 * i + 1]) - digits);
        out->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool read_base(char **rest, struct chain *out)
{
    uint64_t refd, based;
    struct copay_tally_channel *c = &out->channel;
    bool good = PUT(c->dev_no, part(rest));
    good = PUT(c->insutype, part(rest)) && good;
    good = PUT(c->clr_type, part(rest)) && good;
    good = PUT(c->setl_optins, part(rest)) && good;
    good = read_number(rest, &refd) && read_number(rest, &based) && refd <= 1 && based <= 1 && good;
    good = good && read_number(rest, &out->base.sequence) && read_number(rest, &out->base.count) &&
           read_sums(rest, out->base.sums);
    c->refd_setl_flag = good && refd;
    out->based = good && based;
    return good && read_digest(part(rest), &out->base.digest);
}

static bool read_waiting(char **rest, struct chain *chain)
{
    struct chain_link link = {.stamped = false};
    bool good = PUT(link.msgid, part(rest)) && strlen(link.msgid) == ID_MSGID;
    good = PUT(link.setl_id, part(rest)) && good;
    good = good && read_sums(rest, link.amounts) &&
           id_parse_setl(link.setl_id, &link.sequence) == ERR_OK;
    if (good)
        chain_add(chain, &link);
    return good;
}

static bool read_file(struct copay_tally *tally, FILE *file)
{
    char line[LINE_MAX_BYTES];
    struct chain *chain = NULL;
    if (!fgets(line, sizeof line, file) || strcmp(line, FIRST_LINE) != 0)
        return false;
    while (fgets(line, sizeof line, file)) {
        char *rest = line;
        const char *kind = part(&rest);
        struct chain base = {.based = false};
        if (strcmp(kind, "T") == 0) {
            chain = read_base(&rest, &base) ? find_chain(tally, &base.channel) : NULL;
            if (chain)
                *chain = base;
        }
        if (!chain ||
            (strcmp(kind, "T") != 0 && (strcmp(kind, "K") != 0 || !read_waiting(&rest, chain))))
            return false;
    }
    return !ferror(file);
}

enum copay_status copay_tally_load(struct copay_tally *tally, const char *path,
                                   struct copay_error *error)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return access(path, F_OK) != 0 ? COPAY_DONE : file_error(error, path);
    pthread_mutex_lock(&tally->mutex);
    forget(tally);
    bool read = read_file(tally, file);
    if (!read)
        forget(tally);
    pthread_mutex_unlock(&tally->mutex);
    fclose(file);
    return read ? COPAY_DONE : file_error(error, path);
}
