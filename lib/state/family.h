/* The families of keys, whose layouts stand in keys.h. */
#ifndef STATE_FAMILY_H
#define STATE_FAMILY_H

/* First bytes. */
enum key_family {
    KEY_MESSAGE = 'M',
    KEY_OPERATOR = 'O',
    KEY_PERSON = 'P',
    KEY_CERTIFICATE = 'C',
    KEY_SETTLEMENT = 'S',
    KEY_VISIT = 'V',
    KEY_ENCOUNTER = 'E',
    KEY_BILL = 'G',
    KEY_FEES = 'L',
    KEY_FILING = 'F',
    KEY_INPATIENTS = 'I',
    KEY_TRACE = 'X',
    KEY_TRACES = 'Y',
    KEY_TALLY = 'T',
    KEY_DAY = 'R',
    KEY_DAY_KINDS = 'Q',
    KEY_SHIFT = 'W',
    KEY_BOOK = 'B',
    KEY_CHUNK = 'D',
    KEY_SINGLE = 'K',
    KEY_IMPORT = 'J',
};

enum person_part {
    PERSON_ACCOUNT = 'b',
    PERSON_FACTS = 'f',
    PERSON_STAY = 'h',
    PERSON_FILINGS = 'r',
    PERSON_YEAR = 'y',
};

#endif
