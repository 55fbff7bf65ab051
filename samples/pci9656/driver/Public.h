// SPDX-License-Identifier: MIT
/*++

Module Name:

    Public.h

Abstract:

    What applications share with the driver. Reads and writes go to the SRAM of the board; their file offset is an
    SRAM address.

--*/

#pragma once

// {3B0C2F6E-2A55-4E0E-8F4B-0B5C7E9D1A42}
DEFINE_GUID(GUID_DEVINTERFACE_SRAM9656,
            0x3b0c2f6e, 0x2a55, 0x4e0e, 0x8f, 0x4b, 0x0b, 0x5c, 0x7e, 0x9d, 0x1a, 0x42);

// Out: SRAM_STATISTICS.
#define IOCTL_SRAM_GET_STATISTICS CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_READ_ACCESS)

// In: ULONG SRAM address. Out: the bytes there, read by the processor through BAR2.
#define IOCTL_SRAM_PEEK CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_READ_ACCESS)

// In: ULONG, for the processor on the board. Out: ULONG, its answer. Completes when it has rung back.
#define IOCTL_SRAM_EXCHANGE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)

#define SRAM_CHANNEL_TO_DEVICE      0
#define SRAM_CHANNEL_FROM_DEVICE    1
#define SRAM_CHANNEL_COUNT          2

typedef struct _SRAM_CHANNEL_STATISTICS {
    ULONG64 BytesMoved;
    ULONG   Requests;
    ULONG   Blocks;         // transfers of one piece
    ULONG   Chains;         // transfers of several pieces
    ULONG   Failures;
} SRAM_CHANNEL_STATISTICS, *PSRAM_CHANNEL_STATISTICS;

typedef struct _SRAM_STATISTICS {
    SRAM_CHANNEL_STATISTICS Channel[SRAM_CHANNEL_COUNT];
} SRAM_STATISTICS, *PSRAM_STATISTICS;
