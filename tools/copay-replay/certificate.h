/* A throw-away authority and what it signs, made in the process: hundreds of institutions in
 * seconds. The forms are those of tools/certificates. Not for production. */
#ifndef REPLAY_CERTIFICATE_H
#define REPLAY_CERTIFICATE_H

#include <stdbool.h>

struct authority;

/* Makes a new authority and writes dir/ca.pem and dir/ca.key (0600). NULL: stderr says why. */
struct authority *authority_new(const char *dir);
void authority_free(struct authority *authority);

enum certificate_use { CERTIFICATE_SERVER, CERTIFICATE_CLIENT };

/* Writes dir/<name>.pem and dir/<name>.key; `names` is the subject alternative name as OpenSSL
 * spells it: "URI:urn:fixmedins:H43100299001". */
bool authority_sign(struct authority *authority, enum certificate_use use, const char *name,
                    const char *names);

#endif
