// SPDX-License-Identifier: MIT
// Polls a register that never changes, without a limit.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    UNREFERENCED_PARAMETER(Request);

    while (READ_REGISTER_ULONG((volatile ULONG *)(Context->Registers + PROBE_REG_STATUS)) == 0) {     // #bad
    }
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
