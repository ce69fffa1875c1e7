#pragma once
#include <stdint.h>

struct callocation_counts {
    uint64_t calls;
    uint64_t bytes;
};

// What this process has asked of malloc and its kin, from any thread, since it began.
struct callocation_counts callocation_counts(void);
