/* What a program of the command line has printed, at its end. */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

/* Closes standard output, as the last thing that `program` does. Returns its exit status: `status`,
 * or `unwritten` in the place of 0 when something of the output could not be written, which is told
 * on standard error whatever the status. */
int output_end(const char *program, int status, int unwritten);

#endif
