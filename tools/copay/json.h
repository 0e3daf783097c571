/* JSON <-> the messages of copay.proto, by the national field names. Amounts are yuan in strings,
 * exactly ("12.00"); cnt, pric and ratios are decimals in strings; times are "YYYY-MM-DD HH:MM:SS"
 * at +08:00, dates "YYYY-MM-DD". A bare number where a decimal belongs is refused by name: many
 * programs have made 0.1 + 0.2 of it already. */
#ifndef COPAY_JSON_H
#define COPAY_JSON_H

#include <stdbool.h>

#include <jansson.h>

#include "base/arena.h"
#include "copay.pb-c.h"

#define JSON_FAULT_MAX 512

/* The first thing wrong with a JSON text: where, and what in both languages. */
struct json_fault {
    char text[JSON_FAULT_MAX];
};

/* Fills a message that was initialised; texts lie in the arena. Unknown keys are refused with their
 * path. Fields that copay.proto requires must be there in nested messages; the outermost one's are
 * the caller's to complete. */
bool json_read(json_t *object, ProtobufCMessage *message, struct arena *arena,
               struct json_fault *fault);
/* The same from a file ("-": standard input). */
bool json_read_file(const char *path, ProtobufCMessage *message, struct arena *arena,
                    struct json_fault *fault);
/* Absent fields are left out. A new reference; NULL when memory is gone. */
json_t *json_write(const ProtobufCMessage *message);

#endif
