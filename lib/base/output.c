/* Main thread, once. */
#include "base/output.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int output_end(const char *program, int status, int unwritten)
{
    /* What failed while it ran left no reason behind; trying the rest most often finds it again. */
    bool failed = ferror(stdout) != 0;
    errno = 0;
    failed |= fflush(stdout) != 0;
    int reason = errno;
    /* Some file systems tell only now; a program that was given no output may have none to close.
     */
    if (fclose(stdout) != 0 && errno != EBADF) {
        failed = true;
        reason = errno;
    }
    if (!failed)
        return status;
    fprintf(stderr, "%s: 标准输出未能写完 / standard output could not be written to its end%s%s\n",
            program, reason ? ": " : "", reason ? strerror(reason) : "");
    return status ? status : unwritten;
}
