/* Printing faults. */
#include "fault_print.h"

void fault_print(struct faults *faults, FILE *out)
{
    faults_sort(faults);
    for (uint32_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->list[i];
        fprintf(out, "%s:", fault->file);
        if (fault->line > 0)
            fprintf(out, "%d:", fault->line);
        if (fault->key[0])
            fprintf(out, " %s:", fault->key);
        fprintf(out, " %s / %s\n", fault->zh, fault->en);
    }
    if (faults->more)
        fprintf(out, "另有 %u 处 / and %u more\n", faults->more, faults->more);
}
