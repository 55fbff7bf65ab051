// SPDX-License-Identifier: MIT
/*++

    Registers and shared structures of the 82559, after the public "8255x ... Open Source Software Developer Manual".

--*/

#pragma once

#include <pshpack1.h>

typedef struct _CSR {
    UCHAR   ScbStatus;
    UCHAR   InterruptStatus;
    UCHAR   Command;
    UCHAR   InterruptMask;
    ULONG   GeneralPointer;
    ULONG   Port;
    USHORT  FlashControl;
    USHORT  EepromControl;
    ULONG   MdiControl;
    ULONG   RxByteCount;
    UCHAR   EarlyReceive;
    UCHAR   FlowThreshold;
    UCHAR   FlowCommand;
    UCHAR   Pmdr;
    UCHAR   GeneralControl;
    UCHAR   GeneralStatus;
} CSR;

#define CAUSE_COMMAND_DONE      0x80
#define CAUSE_FRAME_RECEIVED    0x40
#define CAUSE_UNIT_INACTIVE     0x20
#define CAUSE_RECEIVER_NOT_READY 0x10
#define MASK_ALL                0x01
#define RU_STATE(status)        ((status) & 0x3C)
#define RU_READY                0x10

#define CU_START                0x10
#define CU_LOAD_DUMP_ADDRESS    0x40
#define CU_DUMP                 0x50
#define CU_LOAD_BASE            0x60
#define RU_START                0x01
#define RU_ABORT                0x04
#define RU_LOAD_BASE            0x06

#define PORT_SOFTWARE_RESET     0
#define PORT_SELF_TEST          1
#define PORT_SELECTIVE_RESET    2

#define EEPROM_CLOCK            0x01
#define EEPROM_SELECT           0x02
#define EEPROM_DATA_IN          0x04
#define EEPROM_DATA_OUT         0x08
#define EEPROM_ADDRESS_BITS     6
#define EEPROM_READ             6

#define STATUS_LINK             0x01
#define STATUS_100MBPS          0x02

typedef struct _COMMAND_BLOCK {
    USHORT  Status;
    USHORT  Command;
    ULONG   Link;
    UCHAR   Data[24];
} COMMAND_BLOCK;

#define CB_COMPLETE             0x8000
#define CB_OK                   0x2000
#define CB_END_OF_LIST          0x8000
#define CB_INTERRUPT            0x2000
#define CB_FLEXIBLE             0x0008
#define CB_STATION              1
#define CB_CONFIGURE            2
#define CB_TRANSMIT             4

typedef struct _TRANSMIT_BLOCK {
    USHORT  Status;
    USHORT  Command;
    ULONG   Link;
    ULONG   Buffers;
    USHORT  Count;
    UCHAR   Threshold;
    UCHAR   BufferCount;
} TRANSMIT_BLOCK;

typedef struct _BUFFER_DESCRIPTOR {
    ULONG   Address;
    ULONG   Length;
} BUFFER_DESCRIPTOR;

typedef struct _RECEIVE_DESCRIPTOR {
    USHORT  Status;
    USHORT  Command;
    ULONG   Link;
    ULONG   Reserved;
    USHORT  ActualCount;
    USHORT  Size;
    UCHAR   Data[1520];
} RECEIVE_DESCRIPTOR;

#define RFD_COMPLETE            0x8000
#define RFD_OK                  0x2000
#define RFD_END_OF_LIST         0x8000
#define RFD_COUNT               0x3FFF

typedef struct _STATISTICS {
    ULONG   TransmitGood;
    ULONG   TransmitOthers[8];
    ULONG   ReceiveGood;
    ULONG   ReceiveOthers[6];
    ULONG   Completion;
} STATISTICS;

#define STATISTICS_DUMPED       0xA005

typedef struct _SELF_TEST {
    ULONG   Signature;
    ULONG   Result;
    UCHAR   Align[8];
} SELF_TEST;

#include <poppack.h>
