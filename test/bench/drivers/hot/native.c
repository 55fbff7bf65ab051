// SPDX-License-Identifier: MIT
// The native program: `native TURNS`.
#include <stdlib.h>
#include "hot-loop.h"

int
main(
    int argc,
    char **argv
    )
{
    HOT hot = { 2463534242u, 0, { 0 } };
    unsigned turns = argc > 1 ? (unsigned)strtoul(argv[1], 0, 0) : 1000;
    unsigned result = HotLoop(&hot, turns);     // #call

    result ^= Walk(&hot, 1000);                 // #call-walk
    return (int)(result & 1);
}
