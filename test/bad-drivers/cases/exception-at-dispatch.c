// SPDX-License-Identifier: MIT
// Relies on exception handling at DISPATCH_LEVEL.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    KIRQL irql;

    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Request);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    __try {
        ExRaiseStatus(STATUS_DATA_ERROR);   // #bad
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        DbgPrint("never here\n");
    }
    KeLowerIrql(irql);
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
