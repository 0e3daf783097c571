/* What a receipt proves, in words and with its bill. Main thread. */
#include "receipt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "bill.h"
#include "client/receipt.h"
#include "show.h"

#define RECEIPT_FILE_MAX (16 << 20)
#define PEM_MAX 4096

enum { PROVEN = 0, DISPROVEN = 1, UNUSABLE = 2 };

static void print_proof(const struct copay_receipt *r)
{
    const Copay__Settlement *s = r->reply->settlement;
    printf("凭证成立：下列结算确在统筹区 %s 的账本之中，未被改动\n", r->region);
    printf("  结算单号 %s  机构 %s  交易 %s\n", r->setl_id, r->request->fixmedins_code,
           r->reply->infno);
    printf("  总额 %s  基金支付 %s  个人账户 %s  个人现金 %s\n", YUAN(s->medfee_sumamt),
           YUAN(s->fund_pay_sumamt), YUAN(s->acct_pay), YUAN(s->psn_cash_pay));
    printf("  记账时间 %s  账本序号 %" PRIu64 "  所在组 %" PRIu64 "\n", MOMENT(r->time_ms),
           r->sequence, r->group);
    printf("  由第 %" PRIu64 " 组（至序号 %" PRIu64 "）的签名担保，密钥 %s（%s）\n\n", r->sealed,
           r->sealed_sequence, r->key_id, r->algorithm);
}

static int check(const uint8_t *bytes, size_t size, const uint8_t *pem, size_t pem_size)
{
    struct copay_receipt receipt;
    struct copay_error error;
    Copay__ReplyEnvelope envelope = COPAY__REPLY_ENVELOPE__INIT;
    switch (copay_receipt_check(bytes, size, (const char *)pem, pem_size, &receipt, &error)) {
    case COPAY_DONE:
        print_proof(&receipt);
        bill_print(receipt.request, receipt.reply, &envelope, stdout);
        copay_receipt_free(&receipt);
        return PROVEN;
    case COPAY_REFUSED:
        printf("凭证不成立：%s / %s\n", error.zh, error.en);
        return DISPROVEN;
    default:
        fprintf(stderr, "copay: %s / %s\n", error.zh, error.en);
        return UNUSABLE;
    }
}

static bool load(const char *path, size_t max, uint8_t **bytes, size_t *size)
{
    enum err err = file_read(path, max, bytes, size);
    if (err != ERR_OK)
        fprintf(stderr, "copay: %s: 无法读取 / cannot be read: %s\n", path, err_text(err));
    return err == ERR_OK;
}

int receipt_verify(const char *file, const char *key_file)
{
    uint8_t *bytes, *pem;
    size_t size, pem_size;
    if (!load(file, RECEIPT_FILE_MAX, &bytes, &size))
        return UNUSABLE;
    int status = UNUSABLE;
    if (load(key_file, PEM_MAX, &pem, &pem_size)) {
        status = check(bytes, size, pem, pem_size);
        free(pem);
    }
    free(bytes);
    return status;
}
