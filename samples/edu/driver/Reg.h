// SPDX-License-Identifier: MIT
/*++

Module Name:

    Reg.h

Abstract:

    Registers of QEMU's "edu" device, PCI 1234:11E8. Source: the QEMU manual, "EDU device".
    BAR0 is 1 MiB of memory. Below 0x80 only 32-bit accesses are allowed.

--*/

#ifndef EDU_REG_H
#define EDU_REG_H

#define EDU_BAR0_LENGTH             0x100000

#define EDU_REG_IDENTIFICATION      0x00    // RO 0xRRrr00ED
#define EDU_REG_LIVENESS            0x04    // RW reads back inverted
#define EDU_REG_FACTORIAL           0x08    // RW write n, read n! when EDU_STATUS_COMPUTING is 0
#define EDU_REG_STATUS              0x20    // RW
#define EDU_REG_INTERRUPT_STATUS    0x24    // RO
#define EDU_REG_INTERRUPT_RAISE     0x60    // WO bits to set in the interrupt status
#define EDU_REG_INTERRUPT_ACK       0x64    // WO bits to clear in the interrupt status
#define EDU_REG_DMA_SOURCE          0x80    // RW 4 or 8 bytes
#define EDU_REG_DMA_DESTINATION     0x88    // RW 4 or 8 bytes
#define EDU_REG_DMA_COUNT           0x90    // RW bytes
#define EDU_REG_DMA_COMMAND         0x98    // RW

#define EDU_IDENTIFICATION_MASK     0x0000FFFF
#define EDU_IDENTIFICATION_VALUE    0x000000ED

#define EDU_STATUS_COMPUTING        0x01    // RO
#define EDU_STATUS_RAISE_INTERRUPT  0x80    // interrupt when the factorial is ready

#define EDU_INTERRUPT_FACTORIAL     0x00000001
#define EDU_INTERRUPT_DMA           0x00000100

#define EDU_DMA_START               0x01    // reads 1 while a transfer is running
#define EDU_DMA_TO_RAM              0x02    // 0: RAM to device, 1: device to RAM
#define EDU_DMA_RAISE_INTERRUPT     0x04

// The only place in the device that DMA can reach, as the DMA engine addresses it.
#define EDU_DMA_BUFFER_ADDRESS      0x40000
#define EDU_DMA_BUFFER_LENGTH       4096

// The engine drives 28 address lines unless QEMU is started with another dma_mask.
#define EDU_DMA_ADDRESS_BITS        28

// What a register reads as when the device has gone.
#define EDU_ALL_ONES                0xFFFFFFFF

#endif
