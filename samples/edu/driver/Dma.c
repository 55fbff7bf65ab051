// SPDX-License-Identifier: MIT
/*++

Module Name:

    Dma.c

Abstract:

    Read and write requests. A request of any length becomes one DMA transaction, which the framework cuts into
    transfers of at most 4 KiB, the size of the device's buffer. A transfer is one run of the DMA engine:

        EvtProgramDma -> interrupt -> DPC -> WdfDmaTransactionDmaCompleted -> EvtProgramDma -> ...

Environment:

    Kernel mode

--*/

#include "Edu.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, EduDmaCreate)
#endif

NTSTATUS
EduDmaCreate(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
{
    WDF_DMA_ENABLER_CONFIG config;
    NTSTATUS status;

    PAGED_CODE();

    // The engine takes any byte address. Must be set before the enabler is created.
    WdfDeviceSetAlignmentRequirement(DeviceContext->Device, FILE_BYTE_ALIGNMENT);

    // Packet: the engine takes one address and one length. Memory above 256 MiB is out of its reach; the
    // framework copies such pages through memory that it can address.
    WDF_DMA_ENABLER_CONFIG_INIT(&config, WdfDmaProfilePacket, EDU_DMA_BUFFER_LENGTH);
    config.AddressWidthOverride = EDU_DMA_ADDRESS_BITS;

    status = WdfDmaEnablerCreate(DeviceContext->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &DeviceContext->DmaEnabler);
    if (!NT_SUCCESS(status)) {
        EduTraceError("WdfDmaEnablerCreate failed 0x%08X\n", status);
        return status;
    }

    status = WdfDmaTransactionCreate(DeviceContext->DmaEnabler, WDF_NO_OBJECT_ATTRIBUTES, &DeviceContext->DmaTransaction);
    if (!NT_SUCCESS(status)) {
        EduTraceError("WdfDmaTransactionCreate failed 0x%08X\n", status);
    }
    return status;
}

VOID
EduDmaStart(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFREQUEST Request,
    _In_ WDF_DMA_DIRECTION Direction
    )
{
    NTSTATUS status;

    status = WdfDmaTransactionInitializeUsingRequest(DeviceContext->DmaTransaction, Request, EduEvtProgramDma, Direction);
    if (!NT_SUCCESS(status)) {
        EduTraceError("WdfDmaTransactionInitializeUsingRequest failed 0x%08X\n", status);
        WdfRequestComplete(Request, status);
        return;
    }

    status = EduRequestOwn(DeviceContext, Request);
    if (!NT_SUCCESS(status)) {
        WdfDmaTransactionRelease(DeviceContext->DmaTransaction);
        WdfRequestComplete(Request, status);
        return;
    }

    // From here on the transaction may be over, and even in use for the next request, before Execute returns.
    status = WdfDmaTransactionExecute(DeviceContext->DmaTransaction, WDF_NO_CONTEXT);
    if (!NT_SUCCESS(status)) {
        EduTraceError("WdfDmaTransactionExecute failed 0x%08X\n", status);
        WdfDmaTransactionRelease(DeviceContext->DmaTransaction);
        EduRequestFinish(DeviceContext, status, 0);
    }
}

BOOLEAN
EduEvtProgramDma(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ WDFDEVICE Device,
    _In_ WDFCONTEXT Context,
    _In_ WDF_DMA_DIRECTION Direction,
    _In_ PSCATTER_GATHER_LIST SgList
    )
/*++

Routine Description:

    Starts one transfer, at DISPATCH_LEVEL. With the packet profile there is exactly one element.

--*/
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(Device);
    ULONG address = SgList->Elements[0].Address.LowPart;
    ULONG length = SgList->Elements[0].Length;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Transaction);
    UNREFERENCED_PARAMETER(Context);

    NT_ASSERT(SgList->NumberOfElements == 1);
    NT_ASSERT(length <= EDU_DMA_BUFFER_LENGTH);
    NT_ASSERT((SgList->Elements[0].Address.QuadPart >> EDU_DMA_ADDRESS_BITS) == 0);

    WdfSpinLockAcquire(deviceContext->Lock);
    status = EduOperationBegin(deviceContext, EduOperationDma);
    if (!NT_SUCCESS(status)) {
        WdfSpinLockRelease(deviceContext->Lock);
        EduDmaFail(deviceContext, status);
        return FALSE;
    }

    // 28 address bits fit in the lower half of the 64-bit address registers; a 32-bit write clears the upper half.
    if (Direction == WdfDmaDirectionWriteToDevice) {
        EduWriteRegister(deviceContext, EDU_REG_DMA_SOURCE, address);       // #program-dma
        EduWriteRegister(deviceContext, EDU_REG_DMA_DESTINATION, EDU_DMA_BUFFER_ADDRESS);
        EduWriteRegister(deviceContext, EDU_REG_DMA_COUNT, length);
        EduWriteRegister(deviceContext, EDU_REG_DMA_COMMAND, EDU_DMA_START | EDU_DMA_RAISE_INTERRUPT);
    } else {
        EduWriteRegister(deviceContext, EDU_REG_DMA_SOURCE, EDU_DMA_BUFFER_ADDRESS);
        EduWriteRegister(deviceContext, EDU_REG_DMA_DESTINATION, address);
        EduWriteRegister(deviceContext, EDU_REG_DMA_COUNT, length);
        EduWriteRegister(deviceContext, EDU_REG_DMA_COMMAND, EDU_DMA_START | EDU_DMA_TO_RAM | EDU_DMA_RAISE_INTERRUPT);
    }
    WdfSpinLockRelease(deviceContext->Lock);
    return TRUE;
}

VOID
EduDmaTransferDone(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
/*++

Routine Description:

    The engine has finished a transfer: tell the framework, which programs the next one or ends the transaction.
    Called by the DPC, or by the timer when the interrupt was lost.

--*/
{
    WDFDMATRANSACTION transaction = DeviceContext->DmaTransaction;
    ULONG_PTR transferred;
    BOOLEAN over;
    NTSTATUS status;

    if (!EduOperationClaimEnded(DeviceContext, EduOperationDma)) {
        return;
    }

    if (DeviceContext->CancelCallbackRan) {
        // This transfer is complete, but no further one is wanted.
        over = WdfDmaTransactionDmaCompletedFinal(transaction, WdfDmaTransactionGetCurrentDmaTransferLength(transaction), &status);
        status = STATUS_CANCELLED;
    } else {
        over = WdfDmaTransactionDmaCompleted(transaction, &status);     // #dma-completed
    }
    if (!over) {
        return;     // EvtProgramDma has started the next transfer, and the transaction is not ours to touch
    }

    transferred = WdfDmaTransactionGetBytesTransferred(transaction);
    WdfDmaTransactionRelease(transaction);
    EduRequestFinish(DeviceContext, status, NT_SUCCESS(status) ? transferred : 0);
}

VOID
EduDmaFail(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ NTSTATUS Status
    )
/*++

Routine Description:

    Ends the transaction after a transfer that did not happen or did not finish.

--*/
{
    WDFDMATRANSACTION transaction = DeviceContext->DmaTransaction;
    NTSTATUS ignored;

    // Always TRUE: "final" ends the transaction whatever is left of it. This unmaps the buffer.
    (VOID)WdfDmaTransactionDmaCompletedFinal(transaction, 0, &ignored);
    WdfDmaTransactionRelease(transaction);
    EduRequestFinish(DeviceContext, Status, 0);
}
