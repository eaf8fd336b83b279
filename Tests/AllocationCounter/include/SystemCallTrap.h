/// Tells whether a piece of code calls the system.
#ifndef SYSTEM_CALL_TRAP_H
#define SYSTEM_CALL_TRAP_H

#include <stdbool.h>
#include <stddef.h>

/// Runs `body(context)` in a copy of this process in which any system call is fatal, and waits for it.
/// Returns 0 if it came to its end, 1 if it was killed, -1 where such a copy cannot be made. The copy has the calling
/// thread alone, so `body` must not wait for another.
int system_call_trap(void (*body)(void *context), void *context);
/// Whether it can be used here.
bool system_call_trap_works(void);
/// A body that makes one system call.
void system_call(void *unused);

#endif
