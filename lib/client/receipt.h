/* Checking a receipt offline: what `copay verify-receipt` does, for any program. Needs the bytes
 * and the region's public key; no daemon, no network, no ledger. */
#ifndef CLIENT_RECEIPT_H
#define CLIENT_RECEIPT_H

#include "client/copay.h"

struct copay_receipt {
    const Copay__Request *request; /* what the institution sent */
    const Copay__Reply *reply;     /* what it was answered: the settlement or its void */
    char region[7];
    char algorithm[16], key_id[9];
    char setl_id[41];
    int64_t time_ms;                  /* when it was recorded */
    uint64_t sequence;                /* its place in the ledger */
    uint64_t group;                   /* its group, */
    uint64_t sealed, sealed_sequence; /* and the one whose signature covers it, with its end */
};

/* COPAY_DONE: every proof holds; *out is the caller's: copay_receipt_free(). COPAY_REFUSED: the
 * receipt proves nothing, and `error` names the part that is wrong. COPAY_INVALID: `pem` is not a
 * public key ("BEGIN PUBLIC KEY") of Ed25519 or SM2. */
enum copay_status copay_receipt_check(const uint8_t *bytes, size_t size, const char *pem,
                                      size_t pem_size, struct copay_receipt *out,
                                      struct copay_error *error);
/* Frees what it holds, not the struct. */
void copay_receipt_free(struct copay_receipt *receipt);

#endif
