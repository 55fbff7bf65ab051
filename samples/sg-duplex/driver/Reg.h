// SPDX-License-Identifier: MIT
/*++

Module Name:

    Reg.h

Abstract:

    Registers and descriptors of the SGDX device, PCI 1DDA:5D01. The specification is ../DEVICE.md.

--*/

#ifndef SGDX_REG_H
#define SGDX_REG_H

#define SGDX_SRAM_LENGTH            0x100000
#define SGDX_MAX_DESCRIPTORS        16

// 15 pages: a buffer of this length touches at most 16 pages, one for each descriptor.
#define SGDX_MAX_TRANSFER           (15 * 4096)

// BAR0, global registers
#define SGDX_REG_IDENT              0x000
#define SGDX_REG_VERSION            0x004
#define SGDX_REG_CAPABILITY         0x008
#define SGDX_REG_GLOBAL_CONTROL     0x00C
#define SGDX_REG_IRQ_STATUS         0x010   // write 1 to clear
#define SGDX_REG_SCRATCH            0x014

// BAR0, channel registers, relative to the channel
#define SGDX_REG_H2C                0x100
#define SGDX_REG_C2H                0x200
#define SGDX_REG_CONTROL            0x00
#define SGDX_REG_STATUS             0x04
#define SGDX_REG_DESC_LO            0x08
#define SGDX_REG_DESC_HI            0x0C
#define SGDX_REG_COMPLETED          0x10
#define SGDX_REG_SRAM_POSITION      0x14
#define SGDX_REG_TOTAL_LO           0x18
#define SGDX_REG_TOTAL_HI           0x1C
#define SGDX_REG_CHAINS             0x20
#define SGDX_REG_ERRORS             0x24

#define SGDX_BAR0_LENGTH            0x1000

// BAR1, debug ports
#define SGDX_PORT_DEBUG_INDEX       0x00
#define SGDX_PORT_DEBUG_DATA        0x04    // advances the index by 4

#define SGDX_IDENT_VALUE            0x53474458
#define SGDX_VERSION_MAJOR(v)       ((v) >> 16)
#define SGDX_GLOBAL_RESET           0x00000001

#define SGDX_CONTROL_RUN            0x00000001
#define SGDX_CONTROL_RESET          0x00000002
#define SGDX_CONTROL_IRQ_ENABLE     0x00000004

#define SGDX_STATUS_BUSY            0x00000001
#define SGDX_STATUS_DONE            0x00000002
#define SGDX_STATUS_ERROR           0x00000004
#define SGDX_STATUS_ERROR_CODE(s)   (((s) >> 8) & 0xFF)

#define SGDX_ERROR_NONE             0
#define SGDX_ERROR_BAD_DESCRIPTOR   1
#define SGDX_ERROR_FETCH_ABORT      2
#define SGDX_ERROR_DATA_ABORT       3
#define SGDX_ERROR_CHAIN_TOO_LONG   4
#define SGDX_ERROR_ABORTED          5

#define SGDX_IRQ_H2C                0x00000003  // DONE, ERROR
#define SGDX_IRQ_C2H                0x00000300

// What a register reads as when the device has gone.
#define SGDX_ALL_ONES               0xFFFFFFFF

// Written by the driver except for Status, which the device writes back.
typedef struct _SGDX_DESCRIPTOR {
    ULONG64 Address;
    ULONG   Length;
    ULONG   Control;
    ULONG64 Next;
    ULONG   Status;
    ULONG   Reserved;
} SGDX_DESCRIPTOR, *PSGDX_DESCRIPTOR;

C_ASSERT(sizeof(SGDX_DESCRIPTOR) == 32);

#define SGDX_DESCRIPTOR_LAST        0x00000001
#define SGDX_DESCRIPTOR_IRQ         0x00000002
#define SGDX_DESCRIPTOR_DONE        0x80000000
#define SGDX_DESCRIPTOR_ERROR       0x40000000

#endif
