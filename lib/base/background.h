/* Work that fills whatever time it is given, beside threads that sleep and must answer soon. */
#ifndef BASE_BACKGROUND_H
#define BASE_BACKGROUND_H

#define BACKGROUND_NICE 5
#define BACKGROUND_SLICE_NS 10000000

/* The calling thread lets the others go first: who wakes up runs before it, and where all are at
 * work it has a third of another's part, but has it. */
void background_begin(void);

#endif
