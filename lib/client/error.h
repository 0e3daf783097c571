/* Filling struct copay_error. Not for programs. */
#ifndef CLIENT_ERROR_H
#define CLIENT_ERROR_H

#include "base/check.h"
#include "client/copay.h"

/* Both texts take the same particulars behind them; `particulars` may be NULL. Returns status. */
enum copay_status error_set(struct copay_error *error, enum copay_status status, const char *zh,
                            const char *en, const char *particulars);

#endif
