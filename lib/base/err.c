/* Texts of the library error codes. */
#include "base/err.h"

const char *err_text(enum err err)
{
    switch (err) {
    case ERR_OK:
        return "ok";
    case ERR_NOMEM:
        return "out of memory";
    case ERR_IO:
        return "input/output error";
    case ERR_FULL:
        return "no space left";
    case ERR_CORRUPT:
        return "stored data is damaged";
    case ERR_FENCED:
        return "another writer took over";
    case ERR_UNKNOWN:
        return "outcome unknown";
    case ERR_NOTFOUND:
        return "not found";
    case ERR_INVALID:
        return "malformed input";
    case ERR_LIMIT:
        return "input over a limit";
    case ERR_AGAIN:
        return "not ready";
    case ERR_BUSY:
        return "in use by another process";
    case ERR_CLOSED:
        return "connection closed";
    case ERR_TIMEOUT:
        return "deadline passed";
    }
    return "unknown error";
}
