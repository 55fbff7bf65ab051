// SPDX-License-Identifier: MIT
/*++

    The 82559 itself: reset, self-test, EEPROM, commands that the driver waits for.

--*/

#include "Nic.h"

#define POLL_MICROSECONDS   10
#define POLL_LIMIT          1000

// Waits until `condition` holds, at most 10 ms.
#define WAIT_UNTIL(condition, result) \
    { \
        ULONG polls = 0; \
        while (!(condition) && polls < POLL_LIMIT) { \
            KeStallExecutionProcessor(POLL_MICROSECONDS); \
            polls++; \
        } \
        result = polls < POLL_LIMIT; \
    }

VOID
HwReset(
    _In_ PDEVICE_CONTEXT Context
    )
{
    // The selective reset first, so that no transfer is cut off in the middle.
    Context->Csr->Port = PORT_SELECTIVE_RESET;
    KeStallExecutionProcessor(20);
    Context->Csr->Port = PORT_SOFTWARE_RESET;
    KeStallExecutionProcessor(20);
    Context->Csr->InterruptMask = MASK_ALL;
}

NTSTATUS
HwSelfTest(
    _In_ PDEVICE_CONTEXT Context
    )
{
    volatile SELF_TEST *test = &Context->Shared->SelfTest;
    BOOLEAN done;

    test->Signature = 0;
    test->Result = 0xFFFFFFFF;
    Context->Csr->Port = SHARED_ADDRESS(Context, SelfTest) | PORT_SELF_TEST;
    WAIT_UNTIL(test->Signature != 0, done);
    HwReset(Context);
    return done && test->Result == 0 ? STATUS_SUCCESS : STATUS_DEVICE_HARDWARE_ERROR;
}

// One bit to the EEPROM and one from it.
static
USHORT
EepromClock(
    _In_ PDEVICE_CONTEXT Context,
    _In_ BOOLEAN Data
    )
{
    USHORT pins = EEPROM_SELECT | (Data ? EEPROM_DATA_IN : 0);
    USHORT output;

    Context->Csr->EepromControl = pins | EEPROM_CLOCK;
    KeStallExecutionProcessor(4);
    output = (Context->Csr->EepromControl & EEPROM_DATA_OUT) != 0;
    Context->Csr->EepromControl = pins;
    KeStallExecutionProcessor(4);
    return output;
}

static
USHORT
EepromRead(
    _In_ PDEVICE_CONTEXT Context,
    _In_ USHORT Address
    )
{
    ULONG command = (EEPROM_READ << EEPROM_ADDRESS_BITS) | Address;
    USHORT value = 0;
    LONG bit;

    Context->Csr->EepromControl = EEPROM_SELECT;
    for (bit = EEPROM_ADDRESS_BITS + 2; bit >= 0; bit--) {
        EepromClock(Context, (command >> bit) & 1);
    }
    for (bit = 0; bit < 16; bit++) {
        value = (USHORT)((value << 1) | EepromClock(Context, FALSE));
    }
    Context->Csr->EepromControl = 0;
    return value;
}

VOID
HwReadStation(
    _In_ PDEVICE_CONTEXT Context
    )
{
    USHORT word;
    USHORT i;

    for (i = 0; i < 3; i++) {
        word = EepromRead(Context, i);
        Context->Station[2 * i] = (UCHAR)word;
        Context->Station[2 * i + 1] = (UCHAR)(word >> 8);
    }
}

// Waits until the device has taken the last SCB command.
BOOLEAN
HwAccepted(
    _In_ PDEVICE_CONTEXT Context
    )
{
    BOOLEAN accepted;

    WAIT_UNTIL(Context->Csr->Command == 0, accepted);
    return accepted;
}

BOOLEAN
HwCommand(
    _In_ PDEVICE_CONTEXT Context,
    _In_ UCHAR Command,
    _In_ ULONG Pointer
    )
{
    if (!HwAccepted(Context)) {
        return FALSE;
    }
    Context->Csr->GeneralPointer = Pointer;
    Context->Csr->Command = Command;
    return TRUE;
}

// Executes the command block and waits for it. The command unit is idle: only one frame is sent at a time.
static
NTSTATUS
Execute(
    _In_ PDEVICE_CONTEXT Context,
    _In_ USHORT Command
    )
{
    volatile COMMAND_BLOCK *block = &Context->Shared->Command;
    BOOLEAN done;

    block->Status = 0;
    block->Command = CB_END_OF_LIST | Command;
    block->Link = 0xFFFFFFFF;
    if (!HwCommand(Context, CU_START, SHARED_ADDRESS(Context, Command))) {
        return STATUS_IO_TIMEOUT;
    }
    WAIT_UNTIL((block->Status & CB_COMPLETE) != 0, done);
    return done && (block->Status & CB_OK) != 0 ? STATUS_SUCCESS : STATUS_IO_TIMEOUT;
}

NTSTATUS
HwConfigure(
    _In_ PDEVICE_CONTEXT Context,
    _In_ BOOLEAN WakeOnLink
    )
{
    static const UCHAR bytes[22] = {
        22, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x03, 0x01, 0x00, 0x2E, 0x00, 0x60, 0x00, 0xF2, 0x48, 0x00, 0x40, 0xF2, 0x80, 0x3F, 0x05
    };

    RtlCopyMemory(Context->Shared->Command.Data, bytes, sizeof(bytes));
    if (WakeOnLink) {
        Context->Shared->Command.Data[9] |= 0x20;
    }
    return Execute(Context, CB_CONFIGURE);
}

NTSTATUS
HwSetStation(
    _In_ PDEVICE_CONTEXT Context
    )
{
    RtlCopyMemory(Context->Shared->Command.Data, Context->Station, sizeof(Context->Station));
    return Execute(Context, CB_STATION);
}

NTSTATUS
HwStatistics(
    _In_ PDEVICE_CONTEXT Context
    )
{
    volatile STATISTICS *statistics = &Context->Shared->Statistics;
    BOOLEAN done;

    statistics->Completion = 0;
    if (!HwCommand(Context, CU_LOAD_DUMP_ADDRESS, SHARED_ADDRESS(Context, Statistics)) || !HwCommand(Context, CU_DUMP, 0)) {
        return STATUS_IO_TIMEOUT;
    }
    WAIT_UNTIL(statistics->Completion == STATISTICS_DUMPED, done);
    return done ? STATUS_SUCCESS : STATUS_IO_TIMEOUT;
}
