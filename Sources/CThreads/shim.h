#pragma once
#include <stdint.h>
#include <sys/prctl.h>

// Names the calling thread. Only the first 15 bytes count.
static inline void cthreads_set_name(const uint8_t *name) { prctl(PR_SET_NAME, name); }
