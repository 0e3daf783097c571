/* `copay verify-receipt`: offline. */
#ifndef COPAY_RECEIPT_H
#define COPAY_RECEIPT_H

/* 0: the receipt proves what was printed; 1: it proves nothing; 2: a file cannot be used. */
int receipt_verify(const char *file, const char *key_file);

#endif
