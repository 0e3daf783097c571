/* Parsing and writing of identifiers. No allocation. */
#include "base/id.h"

#include <string.h>

#include "base/date.h"

static bool all_digits(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

bool id_is_admdvs(const char *text)
{
    return strlen(text) == ID_ADMDVS && all_digits(text, ID_ADMDVS);
}

bool id_is_fixmedins(const char *text)
{
    return strlen(text) == ID_FIXMEDINS && (text[0] == 'H' || text[0] == 'P') &&
           all_digits(text + 1, ID_FIXMEDINS - 1);
}

enum err id_parse_msgid(const char *text, int64_t *sent_ms)
{
    char institution[ID_FIXMEDINS + 1], time[15];
    int64_t parsed;
    if (strlen(text) != ID_MSGID || !all_digits(text + 26, 4))
        return ERR_INVALID;
    memcpy(institution, text, ID_FIXMEDINS);
    institution[ID_FIXMEDINS] = '\0';
    memcpy(time, text + ID_FIXMEDINS, 14);
    time[14] = '\0';
    if (!id_is_fixmedins(institution) || date_parse_compact(time, &parsed) != ERR_OK)
        return ERR_INVALID;
    if (sent_ms)
        *sent_ms = parsed;
    return ERR_OK;
}

char *id_digits(char *out, uint64_t number, int count)
{
    int i = count;
    for (; i >= 2; number /= 100) {
        unsigned two = (unsigned)(number % 100);
        out[--i] = (char)('0' + two % 10);
        out[--i] = (char)('0' + two / 10);
    }
    if (i == 1)
        out[0] = (char)('0' + number % 10);
    return out + count;
}

char *id_format_setl(const char *region, int32_t date, uint64_t sequence, char *buf)
{
    char compact[DATE_TEXT];
    date_format_compact(date_start_ms(date), compact);
    memcpy(buf, region, ID_ADMDVS);
    memcpy(buf + ID_ADMDVS, compact, 8);
    *id_digits(buf + ID_ADMDVS + 8, sequence, 16) = '\0';
    return buf;
}

enum err id_parse_setl(const char *text, uint64_t *sequence)
{
    char midnight[15] = "00000000000000";
    int64_t ignored;
    if (strlen(text) != ID_SETL || !all_digits(text, ID_SETL))
        return ERR_INVALID;
    memcpy(midnight, text + ID_ADMDVS, 8);
    if (date_parse_compact(midnight, &ignored) != ERR_OK)
        return ERR_INVALID;
    *sequence = 0;
    for (int i = 14; i < ID_SETL; i++)
        *sequence = *sequence * 10 + (uint64_t)(text[i] - '0');
    return ERR_OK;
}

char *id_format_mdtrt(const char *region, int32_t date, uint64_t sequence, char *buf)
{
    id_format_setl(region, date, sequence, buf);
    buf[0] = 'M';
    return buf;
}

char *id_format_sign(const char *region, int32_t date, uint64_t sequence, char *buf)
{
    id_format_setl(region, date, sequence, buf);
    buf[0] = 'S';
    return buf;
}

char *id_format_filing(const char *region, int32_t date, uint64_t sequence, char *buf)
{
    id_format_setl(region, date, sequence, buf);
    buf[0] = 'F';
    return buf;
}
