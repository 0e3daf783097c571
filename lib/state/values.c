/* Writers and readers of the small values, side by side so that they cannot drift apart. */
#include "state/values.h"

#include <string.h>

#define MESSAGE_VERSION 1
#define ACCOUNT_VERSION 1
#define TALLY_VERSION 1
#define BOOK_VERSION 1
#define ACTIVE_PACK_VERSION 1

static void read_version(struct reader *r, uint8_t version)
{
    if (read_u8(r) != version)
        r->failed = true;
}

void message_write(struct writer *w, const struct message_entry *entry)
{
    write_u8(w, MESSAGE_VERSION);
    write_u64(w, entry->sequence);
    write_bytes(w, entry->request_hash.bytes, HASH_SIZE);
    write_u8(w, (uint8_t)entry->kind);
    write_u8(w, (uint8_t)entry->outcome);
}

void message_read(struct reader *r, struct message_entry *entry)
{
    read_version(r, MESSAGE_VERSION);
    entry->sequence = read_u64(r);
    hash_read(r, &entry->request_hash);
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
    write_i64(w, balance);
}

int64_t account_read(struct reader *r)
{
    read_version(r, ACCOUNT_VERSION);
    int64_t balance = read_i64(r);
    if (balance < 0)
        r->failed = true;
    return balance;
}

void tally_write(struct writer *w, const struct reply_tally *tally)
{
    write_u8(w, TALLY_VERSION);
    write_u64(w, tally->sequence);
    write_u64(w, tally->setl_cnt);
    write_i32(w, tally->business_date);
    write_i64(w, tally->medfee_sumamt);
    write_i64(w, tally->fund_pay_sumamt);
    write_i64(w, tally->acct_pay);
    write_i64(w, tally->psn_cash_pay);
    write_bytes(w, tally->digest.bytes, HASH_SIZE);
}

void tally_read(struct reader *r, struct reply_tally *tally)
{
    read_version(r, TALLY_VERSION);
    tally->sequence = read_u64(r);
    tally->setl_cnt = read_u64(r);
    tally->business_date = read_i32(r);
    tally->medfee_sumamt = read_i64(r);
    tally->fund_pay_sumamt = read_i64(r);
    tally->acct_pay = read_i64(r);
    tally->psn_cash_pay = read_i64(r);
    hash_read(r, &tally->digest);
}

void book_write(struct writer *w, const struct book *book)
{
    write_u8(w, BOOK_VERSION);
    write_i64(w, book->paid);
    write_i64(w, book->count);
}

void book_read(struct reader *r, struct book *book)
{
    read_version(r, BOOK_VERSION);
    book->paid = read_i64(r);
    book->count = read_i64(r);
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
