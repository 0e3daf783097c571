/* Operating errors of the libraries: values, never exceptions. Business refusals are enum reason
 * (reason.h); these say why a library call could not do its work. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
    ERR_OK = 0,
    ERR_NOMEM = -1,    /* an allocation or an arena's limit failed */
    ERR_IO = -2,       /* the kernel refused a read, write or sync; errno may say more */
    ERR_FULL = -3,     /* ENOSPC, MDB_MAP_FULL, or a buffer's own limit */
    ERR_CORRUPT = -4,  /* stored bytes fail their checksum, chain or layout */
    ERR_FENCED = -5,   /* another writer has a newer epoch (design section 7) */
    ERR_UNKNOWN = -6,  /* the outcome of a submitted group cannot be told (design section 7) */
    ERR_NOTFOUND = -7, /* no such key, file or sequence */
    ERR_INVALID = -8,  /* the input is not well-formed */
    ERR_LIMIT = -9,    /* the input is over a bound of limits.h */
    ERR_AGAIN = -10,   /* would block, or not ready yet */
    ERR_BUSY = -11,    /* somebody else holds the lock */
    ERR_CLOSED = -12,  /* the peer is gone */
    ERR_TIMEOUT = -13, /* the deadline passed */
};

/* Static English text of an error code; never NULL. */
const char *err_text(enum err err);

#endif
