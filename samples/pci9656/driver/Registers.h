// SPDX-License-Identifier: MIT
/*++

Module Name:

    Registers.h

Abstract:

    Registers of the PCI 9656, as far as the driver uses them. Source: PCI 9656 data book, chapter 11.

--*/

#pragma once

#define PLX_BAR0_LENGTH                 0x200
#define PLX_CHIP_ID                     0x965610B5

#define PLX_REG_LAS0BA                  0x004
#define PLX_REG_BIGEND                  0x00C       // byte
#define PLX_REG_MBOX0                   0x040
#define PLX_REG_MBOX4                   0x050
#define PLX_REG_P2LDBELL                0x060
#define PLX_REG_L2PDBELL                0x064
#define PLX_REG_INTCSR                  0x068
#define PLX_REG_PCIHIDR                 0x070

// By channel.
#define PLX_REG_DMAMODE(Channel)        ((Channel) == 0 ? 0x080u : 0x094u)
#define PLX_REG_DMAPADR(Channel)        (PLX_REG_DMAMODE(Channel) + 0x04)
#define PLX_REG_DMALADR(Channel)        (PLX_REG_DMAMODE(Channel) + 0x08)
#define PLX_REG_DMASIZ(Channel)         (PLX_REG_DMAMODE(Channel) + 0x0C)
#define PLX_REG_DMADPR(Channel)         (PLX_REG_DMAMODE(Channel) + 0x10)
#define PLX_REG_DMACSR(Channel)         (0x0A8u + (Channel))                    // byte
#define PLX_REG_DMADAC(Channel)         (0x0B4u + 4 * (Channel))

#define PLX_SPACE_ENABLE                0x00000001

#define PLX_INT_PCI_ENABLE              0x00000100
#define PLX_INT_DOORBELL_ENABLE         0x00000200
#define PLX_INT_ABORT_ENABLE            0x00000400
#define PLX_INT_DOORBELL_ACTIVE         0x00002000
#define PLX_INT_ABORT_ACTIVE            0x00004000
#define PLX_INT_DMA_ENABLE(Channel)     (0x00040000u << (Channel))
#define PLX_INT_DMA_ACTIVE(Channel)     (0x00200000u << (Channel))
#define PLX_INT_NOT_MASTER(Channel)     (0x02000000u << (Channel))              // 0: was master of the aborted access

#define PLX_MODE_BUS_32                 0x00000003
#define PLX_MODE_READY                  0x00000040
#define PLX_MODE_BURST                  0x00000100
#define PLX_MODE_SCATTER_GATHER         0x00000200
#define PLX_MODE_DONE_INTERRUPT         0x00000400
#define PLX_MODE_CLEAR_COUNT            0x00010000
#define PLX_MODE_INTERRUPT_PCI          0x00020000
#define PLX_MODE_DAC_LOAD               0x00040000

#define PLX_DPR_PCI                     0x00000001  // the descriptor is in host memory
#define PLX_DPR_END                     0x00000002
#define PLX_DPR_FROM_LOCAL              0x00000008

#define PLX_CSR_ENABLE                  0x01
#define PLX_CSR_START                   0x02
#define PLX_CSR_ABORT                   0x04
#define PLX_CSR_CLEAR                   0x08
#define PLX_CSR_DONE                    0x10

#define PLX_ALL_ONES                    0xFFFFFFFF

// In host memory, on a 16-byte boundary below 4 GiB; PciAddressHigh is read because of PLX_MODE_DAC_LOAD.
typedef struct _PLX_DESCRIPTOR {
    ULONG   PciAddressLow;
    ULONG   LocalAddress;
    ULONG   Size;               // the chip clears it when this piece has been moved (PLX_MODE_CLEAR_COUNT)
    ULONG   Next;               // address of the next one, and PLX_DPR_*
    ULONG   PciAddressHigh;
    ULONG   Reserved[3];
} PLX_DESCRIPTOR, *PPLX_DESCRIPTOR;

C_ASSERT(sizeof(PLX_DESCRIPTOR) == 32);
