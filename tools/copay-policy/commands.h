/* The commands of copay-policy, each in a file of its own. argv[0] is the command's name; the
 * answer is the exit status. */
#ifndef COPAY_POLICY_COMMANDS_H
#define COPAY_POLICY_COMMANDS_H

#define STATUS_COUNT_MAX 99 /* an exit status above it would not be a count */
#define STATUS_USAGE 100
#define STATUS_UNWRITTEN 101 /* what was to be printed could not be */
#define STATUS_MISUSE (-1)   /* likewise, and the reason is told: see misuse.h */

int command_check(int argc, char *argv[]);
int command_run(int argc, char *argv[]);
int command_diff(int argc, char *argv[]);
int command_import(int argc, char *argv[]);
int command_table(int argc, char *argv[]);
int command_matrix(int argc, char *argv[]);
int command_quote(int argc, char *argv[]);

int command_explain(int argc, char *argv[]);

/* A count of faults or mismatches as an exit status. */
static inline int status_of(unsigned count)
{
    return count > STATUS_COUNT_MAX ? STATUS_COUNT_MAX : (int)count;
}

#endif
