/* Who is at the other end: the one URI of ours in the certificate's subject alternative names
 * (design decision 11). */
#ifndef DAEMON_IDENTITY_H
#define DAEMON_IDENTITY_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/id.h"
#include "model/record.h"

enum sender_role { SENDER_INSTITUTION = 1, SENDER_OPERATOR };
enum duty { DUTY_ENTER = 1, DUTY_APPROVE = 2, DUTY_AUDIT = 4 };

struct sender {
    enum sender_role role;
    enum duty duty;             /* of an operator */
    char county[ID_ADMDVS + 1]; /* an operator's scope */
    /* The institution's code, or the operator's <county>:<duty>:<name>: what a record's actor is.
     */
    char name[ACTOR_MAX + 1];
};

/* urn:fixmedins:<code> or urn:copayd:operator:<county>:<duty>:<name>; a name is made of letters,
 * digits, dot, hyphen and underscore, and the three parts with it fit ACTOR_MAX. False for anything
 * else. */
bool identity_parse(const char *uri, size_t size, struct sender *sender) MUST_CHECK;

/* False when the certificate names nobody, or more than one. */
bool identity_of(X509 *certificate, struct sender *sender) MUST_CHECK;

#endif
