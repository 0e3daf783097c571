/* Writers and readers of the small values, side by side so that they cannot drift apart. */
#include "state/values.h"

#define MESSAGE_VERSION 2
#define ACCOUNT_VERSION 2
#define PERSON_YEAR_VERSION 1
#define TALLY_VERSION 3
#define DAY_VERSION 1
#define BOOK_VERSION 2
#define ACTIVE_PACK_VERSION 1

static void read_version(struct reader *r, uint8_t version)
{
    if (read_u8(r) != version)
        r->failed = true;
}

void message_write(struct writer *w, const struct message_entry *entry)
{
    write_u8(w, MESSAGE_VERSION);
    write_varint(w, entry->sequence);
    write_bytes(w, entry->request_hash.bytes, HASH_SHORT_SIZE);
    write_u8(w, (uint8_t)entry->kind);
    write_u8(w, (uint8_t)entry->outcome);
}

void message_read(struct reader *r, struct message_entry *entry)
{
    read_version(r, MESSAGE_VERSION);
    entry->sequence = read_varint(r);
    hash_short_read(r, &entry->request_hash);
    entry->kind = (enum record_kind)read_u8(r);
    entry->outcome = (enum outcome)read_u8(r);
}

void moment_write(struct writer *w, const struct moment *moment)
{
    write_u64(w, moment->sequence);
    write_i64(w, moment->time_ms);
}

void moment_read(struct reader *r, struct moment *moment)
{
    moment->sequence = read_u64(r);
    moment->time_ms = read_i64(r);
}

void account_write(struct writer *w, int64_t balance)
{
    write_u8(w, ACCOUNT_VERSION);
    write_signed(w, balance);
}

int64_t account_read(struct reader *r)
{
    read_version(r, ACCOUNT_VERSION);
    int64_t balance = read_signed(r);
    if (balance < 0)
        r->failed = true;
    return balance;
}

void person_year_write_head(struct writer *w, const char *setl_id)
{
    write_u8(w, PERSON_YEAR_VERSION);
    write_packed(w, setl_id);
}

void person_year_write(struct writer *w, const struct person_year *year)
{
    person_year_write_head(w, year->setl_id);
    accums_write(w, &year->accums);
}

void person_year_read(struct reader *r, struct person_year *year)
{
    read_version(r, PERSON_YEAR_VERSION);
    read_packed(r, year->setl_id, sizeof year->setl_id);
    accums_read(r, &year->accums);
}

void tally_write_sums(struct writer *w, const struct reply_tally *tally)
{
    write_varint(w, tally->setl_cnt);
    write_signed(w, tally->medfee_sumamt);
    write_signed(w, tally->fund_pay_sumamt);
    write_signed(w, tally->acct_pay);
    write_signed(w, tally->psn_cash_pay);
    write_bytes(w, tally->digest.bytes, HASH_SIZE);
}

void tally_read_sums(struct reader *r, struct reply_tally *tally)
{
    tally->setl_cnt = read_varint(r);
    tally->medfee_sumamt = read_signed(r);
    tally->fund_pay_sumamt = read_signed(r);
    tally->acct_pay = read_signed(r);
    tally->psn_cash_pay = read_signed(r);
    hash_read(r, &tally->digest);
}

void tally_write(struct writer *w, const struct reply_tally *tally)
{
    write_u8(w, TALLY_VERSION);
    write_varint(w, tally->sequence);
    write_signed(w, tally->business_date);
    tally_write_sums(w, tally);
}

void tally_read(struct reader *r, struct reply_tally *tally)
{
    read_version(r, TALLY_VERSION);
    tally->sequence = read_varint(r);
    tally->business_date = (int32_t)read_signed(r);
    tally_read_sums(r, tally);
}

bool insutype_text(uint16_t insutype, char out[4])
{
    if (insutype >= 1000)
        return false;
    int digits = insutype >= 100 ? 3 : insutype >= 10 ? 2 : 1;
    *id_digits(out, insutype, digits) = '\0';
    return true;
}

void day_write_sums(struct writer *w, const struct statement_sums *sums)
{
    write_signed(w, sums->setl_cnt);
    write_signed(w, sums->medfee_sumamt);
    write_signed(w, sums->fund_pay_sumamt);
    write_signed(w, sums->acct_pay);
    write_signed(w, sums->psn_cash_pay);
}

void day_read_sums(struct reader *r, struct statement_sums *sums)
{
    sums->setl_cnt = read_signed(r);
    sums->medfee_sumamt = read_signed(r);
    sums->fund_pay_sumamt = read_signed(r);
    sums->acct_pay = read_signed(r);
    sums->psn_cash_pay = read_signed(r);
}

void day_write(struct writer *w, const struct statement_day *day)
{
    write_u8(w, DAY_VERSION);
    write_varint(w, day->last);
    day_write_sums(w, &day->sums);
}

void day_read(struct reader *r, struct statement_day *day)
{
    read_version(r, DAY_VERSION);
    day->last = read_varint(r);
    day_read_sums(r, &day->sums);
}

void book_write(struct writer *w, const struct book *book)
{
    write_u8(w, BOOK_VERSION);
    write_signed(w, book->paid);
    write_signed(w, book->count);
}

void book_read(struct reader *r, struct book *book)
{
    read_version(r, BOOK_VERSION);
    book->paid = read_signed(r);
    book->count = read_signed(r);
}

void active_pack_write(struct writer *w, const struct active_pack *pack)
{
    write_u8(w, ACTIVE_PACK_VERSION);
    write_bytes(w, pack->digest.bytes, HASH_SIZE);
    write_u32(w, pack->chunks);
    write_u64(w, pack->sequence);
}

void active_pack_read(struct reader *r, struct active_pack *pack)
{
    read_version(r, ACTIVE_PACK_VERSION);
    hash_read(r, &pack->digest);
    pack->chunks = read_u32(r);
    pack->sequence = read_u64(r);
}
