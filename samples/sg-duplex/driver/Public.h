// SPDX-License-Identifier: MIT
/*++

Module Name:

    Public.h

Abstract:

    What applications share with the driver: the device interface, the control codes and their structures.

    Writing moves data into the device's SRAM, reading moves it out. Both directions have a position of their own,
    which advances with every byte moved and wraps at the end of the SRAM.

--*/

#ifndef SGDX_PUBLIC_H
#define SGDX_PUBLIC_H

// {3E0B7C52-41A9-4D0F-9C66-7A52E8D1B0F4}
DEFINE_GUID(GUID_DEVINTERFACE_SGDX,
            0x3e0b7c52, 0x41a9, 0x4d0f, 0x9c, 0x66, 0x7a, 0x52, 0xe8, 0xd1, 0xb0, 0xf4);

#define SGDX_CHANNEL_H2C    0       // host to card, the writes
#define SGDX_CHANNEL_C2H    1       // card to host, the reads
#define SGDX_CHANNEL_COUNT  2

// In: SGDX_POSITION. Fails with STATUS_DEVICE_BUSY while a request of that direction is in progress.
#define IOCTL_SGDX_SET_POSITION     CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_WRITE_ACCESS)

// Out: SGDX_STATISTICS.
#define IOCTL_SGDX_GET_STATISTICS   CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_READ_ACCESS)

// In: ULONG, SRAM address, a multiple of 4. Out: the words from there on, as many as fit. Needs the debug ports.
#define IOCTL_SGDX_PEEK_SRAM        CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_READ_ACCESS)

typedef struct _SGDX_POSITION {
    unsigned int Channel;           // SGDX_CHANNEL_*
    unsigned int Position;          // below 1 MiB
} SGDX_POSITION, *PSGDX_POSITION;

typedef struct _SGDX_CHANNEL_STATISTICS {
    unsigned __int64 BytesMoved;    // counted by the device since its last reset
    unsigned int Chains;            // likewise
    unsigned int Errors;            // likewise
    unsigned int Requests;          // completed by the driver
    unsigned int Cancelled;         // of these, cancelled
    unsigned int Position;
    unsigned int Reserved;
} SGDX_CHANNEL_STATISTICS, *PSGDX_CHANNEL_STATISTICS;

typedef struct _SGDX_STATISTICS {
    SGDX_CHANNEL_STATISTICS Channel[SGDX_CHANNEL_COUNT];
} SGDX_STATISTICS, *PSGDX_STATISTICS;

#endif
