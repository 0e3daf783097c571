/* The book as text. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "book.h"

enum field {
    MSGID,
    INFNO,
    OUTCOME,
    REASON,
    SETL_ID,
    DEV_NO,
    INSUTYPE,
    CLR_TYPE,
    SETL_OPTINS,
    REFUNDED,
    FIGURES, /* and the three behind it */
    REPLY = FIGURES + 4,
    TALLY_COUNT,
    TALLY_FIGURES,
    TALLY_DIGEST = TALLY_FIGURES + 4,
    BODY,
    FIELDS
};

static const char title[] =
    "#msgid\tinfno\toutcome\treason\tsetl_id\tdev_no\tinsutype\tclr_type\tsetl_optins\trefund\t"
    "medfee_sumamt\tfund_pay_sumamt\tacct_pay\tpsn_cash_pay\treply_sha256\ttally_setl_cnt\t"
    "tally_medfee_sumamt\ttally_fund_pay_sumamt\ttally_acct_pay\ttally_psn_cash_pay\t"
    "tally_digest\tbody\n";

static void put_hex(FILE *file, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        putc_unlocked(digits[bytes[i] >> 4], file);
        putc_unlocked(digits[bytes[i] & 15], file);
    }
}

static const char *shown(const char *text)
{
    return *text ? text : "-";
}

static void put_figures(FILE *file, int64_t a, int64_t b, int64_t c, int64_t d)
{
    fprintf(file, "%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t", a, b, c, d);
}

static void put_entry(FILE *file, const struct book_entry *e)
{
    const struct book_tally *t = &e->tally;
    fprintf(file, "%s\t%s\t%u\t%" PRIu32 "\t%s\t%s\t%s\t%s\t%s\t%d\t", e->msgid, e->infno,
            e->outcome, e->reason, shown(e->setl_id), e->dev_no, shown(e->insutype),
            shown(e->clr_type), shown(e->setl_optins), e->refunded);
    put_figures(file, e->medfee_sumamt, e->fund_pay_sumamt, e->acct_pay, e->psn_cash_pay);
    put_hex(file, e->reply.bytes, HASH_SIZE);
    if (e->has_tally) {
        fprintf(file, "\t%" PRIu64 "\t", t->setl_cnt);
        put_figures(file, t->medfee_sumamt, t->fund_pay_sumamt, t->acct_pay, t->psn_cash_pay);
        put_hex(file, t->digest.bytes, HASH_SIZE);
    } else {
        fputs("\t-\t-\t-\t-\t-\t-", file);
    }
    putc('\t', file);
    put_hex(file, e->body, e->body_size);
    fputs(e->body_size ? "\n" : "-\n", file);
}

bool book_write(const struct book *book, const char *path)
{
    FILE *file = fopen(path, "w");
    if (file) {
        fputs(title, file);
        for (size_t i = 0; i < book->count; i++)
            put_entry(file, &book->entries[i]);
    }
    bool written = file && !ferror(file);
    if (file && fclose(file) != 0)
        written = false;
    if (!written)
        fprintf(stderr, "copay-replay: %s: %s\n", path, strerror(errno));
    return written;
}

static int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool get_hex(const char *text, uint8_t *out, size_t size)
{
    if (strlen(text) != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = nibble(text[2 * i]), low = nibble(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool get_text(const char *text, char *out, size_t capacity)
{
    text = strcmp(text, "-") == 0 ? "" : text;
    size_t size = strlen(text);
    if (size >= capacity)
        return false;
    memcpy(out, text, size + 1);
    return true;
}

static bool get_number(const char *text, int64_t max, int64_t *out)
{
    return money_parse(text, 0, max, out) == ERR_OK;
}

static bool get_figures(char *const field[4], int64_t *a, int64_t *b, int64_t *c, int64_t *d)
{
    return get_number(field[0], FEN_MAX, a) && get_number(field[1], FEN_MAX, b) &&
           get_number(field[2], FEN_MAX, c) && get_number(field[3], FEN_MAX, d);
}

static bool get_body(const char *text, struct book_entry *e)
{
    if (strcmp(text, "-") == 0)
        return true;
    e->body_size = (uint32_t)(strlen(text) / 2);
    e->body = malloc(e->body_size + 1);
    return e->body && e->body_size > 0 && get_hex(text, e->body, e->body_size);
}

static bool get_entry(char *const field[FIELDS], struct book_entry *e)
{
    struct book_tally *t = &e->tally;
    int64_t outcome, reason, refunded, cnt = 0;
    e->has_tally = strcmp(field[TALLY_COUNT], "-") != 0;
    bool good =
        get_text(field[MSGID], e->msgid, sizeof e->msgid) && strlen(e->msgid) == ID_MSGID &&
        get_text(field[INFNO], e->infno, sizeof e->infno) &&
        get_number(field[OUTCOME], 3, &outcome) && get_number(field[REASON], 9999, &reason) &&
        get_text(field[SETL_ID], e->setl_id, sizeof e->setl_id) &&
        get_text(field[DEV_NO], e->dev_no, sizeof e->dev_no) &&
        get_text(field[INSUTYPE], e->insutype, sizeof e->insutype) &&
        get_text(field[CLR_TYPE], e->clr_type, sizeof e->clr_type) &&
        get_text(field[SETL_OPTINS], e->setl_optins, sizeof e->setl_optins) &&
        get_number(field[REFUNDED], 1, &refunded) &&
        get_figures(field + FIGURES, &e->medfee_sumamt, &e->fund_pay_sumamt, &e->acct_pay,
                    &e->psn_cash_pay) &&
        get_hex(field[REPLY], e->reply.bytes, HASH_SIZE) &&
        (!e->has_tally || (get_number(field[TALLY_COUNT], FEN_MAX, &cnt) &&
                           get_figures(field + TALLY_FIGURES, &t->medfee_sumamt,
                                       &t->fund_pay_sumamt, &t->acct_pay, &t->psn_cash_pay) &&
                           get_hex(field[TALLY_DIGEST], t->digest.bytes, HASH_SIZE))) &&
        get_body(field[BODY], e);
    if (!good)
        return false;
    e->outcome = (uint8_t)outcome;
    e->reason = (uint32_t)reason;
    e->refunded = refunded;
    t->setl_cnt = (uint64_t)cnt;
    return true;
}

static bool get_line(struct book *book, char *line)
{
    char *field[FIELDS + 1], *rest = line;
    size_t n = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *text; n <= FIELDS && (text = strsep(&rest, "\t"));)
        field[n++] = text;
    if (n != FIELDS)
        return false;
    if (book->count == book->capacity) {
        book->capacity = book->capacity ? book->capacity * 2 : 4096;
        void *grown = realloc(book->entries, book->capacity * sizeof *book->entries);
        CHECK(grown);
        book->entries = grown;
    }
    book->entries[book->count] = (struct book_entry){0};
    return get_entry(field, &book->entries[book->count++]);
}

bool book_read(struct book *book, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0, number = 0;
    bool good = file;
    while (good && getline(&line, &capacity, file) > 0) {
        number++;
        good = number == 1 ? strcmp(line, title) == 0 : get_line(book, line);
    }
    good = good && number > 0 && !ferror(file);
    if (!file)
        fprintf(stderr, "copay-replay: %s: %s\n", path, strerror(errno));
    else if (!good)
        fprintf(stderr, "copay-replay: %s:%zu is no line of a book\n", path, number);
    if (file)
        fclose(file);
    free(line);
    return good;
}
