// SPDX-License-Identifier: MIT
// Guards a call of the framework against an exception of its own callback.
#include "../common/probe.h"

static EVT_WDF_OBJECT_CONTEXT_CLEANUP EvtCleanup;

static
VOID
EvtCleanup(
    _In_ WDFOBJECT Object
    )
{
    UNREFERENCED_PARAMETER(Object);
    ExRaiseStatus(STATUS_DATA_ERROR);   // #bad
}

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFOBJECT object;

    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Request);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.EvtCleanupCallback = EvtCleanup;
    if (NT_SUCCESS(WdfObjectCreate(&attributes, &object))) {
        __try {
            WdfObjectDelete(object);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            DbgPrint("never here\n");
        }
    }
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
