// SPDX-License-Identifier: MIT
// Gives the device the virtual address of the buffer.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDF_DMA_DIRECTION Direction
    )
{
    PMDL mdl;

    if (NT_SUCCESS(WdfRequestRetrieveOutputWdmMdl(Context->Request, &mdl))) {
        ProbeProgram(Context, (ULONG_PTR)MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), MmGetMdlByteCount(mdl), Direction);
    }
}

#define AT_PROGRAM_DMA(context, transaction, direction, list) Misbehave(context, direction); return TRUE
#include "../common/probe-driver.h"
