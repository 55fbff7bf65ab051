// SPDX-License-Identifier: MIT
// What a debugger is measured on: the same C in a driver and in a native program.
#pragma once

#define ELEMENTS 100000

typedef struct _HOT {
    unsigned Value;
    unsigned Turns;
    unsigned char Bytes[8];
} HOT;

unsigned g_Elements[ELEMENTS];
unsigned g_Watched;
unsigned g_Unrelated;

static unsigned
Leaf(
    HOT *Hot,
    unsigned Step
    )
{
    unsigned next = Hot->Value ^ Step;      // #leaf

    Hot->Bytes[Step & 7] = (unsigned char)next;
    return next;
}

// Five statements a turn.
static unsigned
HotLoop(
    HOT *Hot,
    unsigned Turns
    )
{
    unsigned watched = 0;
    unsigned i;

    for (i = 0; i < Turns; i++) {
        Hot->Value ^= Hot->Value << 13;     // #hot
        Hot->Value ^= Hot->Value >> 17;
        Hot->Value ^= Hot->Value << 5;
        Hot->Bytes[i & 7] = (unsigned char)Hot->Value;
    }
    Hot->Turns += Turns;                    // #after
    watched = Hot->Turns;
    g_Watched = watched;
    return Hot->Value;
}

// For steps: calls, locals, a structure.
static unsigned
Walk(
    HOT *Hot,
    unsigned Turns
    )
{
    HOT copy = *Hot;
    unsigned sum = 0;
    unsigned i;

    for (i = 0; i < Turns; i++) {
        sum += Leaf(&copy, i);              // #walk
        sum ^= copy.Value;
        copy.Value += sum;
    }
    return sum;
}
