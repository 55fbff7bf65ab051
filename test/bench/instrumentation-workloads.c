// SPDX-License-Identifier: MIT
// Workloads that are compiled three ways: to WebAssembly, the same instrumented, and by a native compiler. Each function returns a value
// that all three must agree on.
typedef unsigned int u32;
typedef unsigned char u8;
typedef unsigned long long u64;

struct element {
    u64 address;
    u32 length;
    u32 flags;
};

static u8 data[8192];
static struct element list[64], ring[64];
static u32 words[16384];

// Bound by computing: a bitwise CRC.
u32 crc(u32 passes)
{
    u32 c = ~0u;
    u32 i;
    for (i = 0; i < 8192; i++)
        data[i] = (u8)(i * 7);
    while (passes-- > 0) {
        for (i = 0; i < 8192; i++) {
            c = c ^ data[i];
            for (int k = 0; k < 8; k++) {
                if (c & 1)
                    c = (c >> 1) ^ 0xEDB88320u;
                else
                    c = c >> 1;
            }
        }
    }
    return c;
}

// Bound by memory.
u32 memory(u32 passes)
{
    u32 sum = 0;
    u32 *p;
    while (passes-- > 0) {
        for (p = words; p < words + 16384; p++)
            *p = *p * 3 + 1;
        for (p = words; p < words + 16384; p++)
            sum += *p;
    }
    return sum;
}

static void write_descriptor(struct element e, u32 index)
{
    struct element *slot = &ring[index & 63];
    slot->address = e.address;
    slot->length = e.length;
    slot->flags = e.flags | 0x80000000u;
}

// What a DMA driver does: walks a scatter/gather list, splits elements, writes descriptors.
u32 dma(u32 passes)
{
    u32 index = 0;
    u32 total = 0;
    u32 i;
    for (i = 0; i < 64; i++) {
        list[i].address = 0x100000000ull + i * 4096;
        list[i].length = 1500 + i;
    }
    while (passes-- > 0) {
        for (i = 0; i < 64; i++) {
            struct element e = list[i];
            while (e.length > 512) {
                e.length -= 512;
                e.address += 512;
                write_descriptor(e, index++);
            }
            total += e.length;
        }
    }
    return total;
}

// Bound by calls.
u32 fib(u32 n)
{
    if (n < 2)
        return n;
    return fib(n - 1) + fib(n - 2);
}

#ifdef NATIVE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Prints the result and the processor time in ms.
int main(int argc, char **argv)
{
    u32 argument = argc > 2 ? (u32)atoi(argv[2]) : 0;
    u32 (*run)(u32) = strcmp(argv[1], "crc") == 0 ? crc : strcmp(argv[1], "memory") == 0 ? memory : strcmp(argv[1], "dma") == 0 ? dma : fib;
    clock_t start = clock();
    u32 result = run(argument);
    printf("%u %f\n", result, (double)(clock() - start) * 1000 / CLOCKS_PER_SEC);
    return 0;
}
#endif
