#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

#include "SystemCallTrap.h"

/// Whether calls are counted: where the C library is glibc and no sanitizer has taken malloc's place.
bool allocation_counter_works(void);

/// How often the calling thread has asked for memory: malloc, calloc, realloc, and their aligned kin.
uint64_t allocation_count(void);

#endif
