/// A terminal for tests, which Swift's view of the C library has no functions for.
#ifndef TERMINAL_H
#define TERMINAL_H

/// Makes a terminal of 24 rows and so many columns. `*side` is what a program is given; what it writes there is
/// read from the descriptor that is returned, which is -1 if there is no terminal.
int test_terminal_open(unsigned short columns, int *side);

#endif
