/* The texts of an error, in both languages, cut at whole characters. */
#include "client/error.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static void compose(char out[COPAY_TEXT_MAX], const char *text, const char *particulars)
{
    snprintf(out, COPAY_TEXT_MAX, particulars ? "%s: %s" : "%s%s", text,
             particulars ? particulars : "");
    out[utf8_whole(out, strlen(out))] = '\0';
}

enum copay_status error_set(struct copay_error *error, enum copay_status status, const char *zh,
                            const char *en, const char *particulars)
{
    *error = (struct copay_error){.status = status};
    compose(error->zh, zh, particulars);
    compose(error->en, en, particulars);
    return status;
}
