/* The command line, the environment and the configuration file of copay, in that order of weight.
 */
#ifndef COPAY_OPTIONS_H
#define COPAY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "client/copay.h"

struct options {
    struct copay_options connection;
    char host[256];
    char config_text[4096]; /* values of the configuration file point into it */
    const char *config, *connect;
    const char *institution;          /* NULL: from the certificate */
    const char *region, *care_region; /* NULL: the institution's */
    const char *opter, *dev_no, *sign_no;
    const char *msgid, *msgid_file, *raw;
    const char *tally_file; /* NULL: nobody compares running tallies */
    uint32_t timeout_ms;
    bool json, no_wait, help;
    /* Of single commands. */
    const char *psn_no, *infno, *mdtrt_id, *certno, *psn_cert_type, *med_type, *setl_id;
    const char *next;        /* inpatients */
    const char *asked_msgid; /* query, reverse --msgid */
    const char *key;         /* verify-receipt --key: a public one */
    const char *from, *to;   /* reconcile: dates */
    const char *command;
    const char *argument; /* FILE, SETL_ID, MSGID, PSN_NO or SIGN_NO; NULL */
};

/* False with *fault, a text for people, when it was not understood. Texts are borrowed from argv,
 * the environment, or *options itself, which must not be moved. */
bool options_read(struct options *options, int argc, char *argv[], const char **fault);

#endif
