// SPDX-License-Identifier: MIT
/** All fields of a transaction for the object tree. */
import { hex } from "../base/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { WdfDmaTransaction } from "./dma-transaction.ts";
import { transactionStateNumber } from "./dma-transaction-states.ts";

const yesNo = (value: boolean): string => (value ? "yes" : "no");

export function transactionFields(transaction: WdfDmaTransaction): FieldView[] {
  const { enabler, progress, request, start, position, adapterInfo, current } = transaction;
  const fields: FieldView[] = [
    { name: "Transaction state", value: `${transaction.stateName} (${transactionStateNumber[transaction.stateName]})` },
    { name: "Enabler", value: transaction.framework.name(enabler), objectId: enabler.id },
    { name: "Direction", value: transaction.writeToDevice ? "WriteToDevice" : "ReadFromDevice" },
    { name: "Length", value: `${progress.total} bytes` },
    { name: "Transferred", value: `${progress.transferred} bytes` },
    { name: "Current transfer", value: `${progress.current} bytes` },
    { name: "Remaining", value: `${progress.remaining} bytes` },
    { name: "Longest transfer", value: `${transaction.maximumFragmentLength} bytes` },
    { name: "Start MDL", value: hex(start.mdl, 8), ...(start.mdl === 0 ? {} : { memoryReference: hex(start.mdl, 8) }) },
    { name: "Start offset", value: String(start.offset) },
    { name: "Current MDL", value: hex(position.mdl, 8), ...(position.mdl === 0 ? {} : { memoryReference: hex(position.mdl, 8) }) },
    { name: "Current offset", value: String(position.offset) },
    { name: "EvtProgramDma", value: hex(transaction.programDma) },
    { name: "Context", value: hex(transaction.context, 8), ...(transaction.context === 0 ? {} : { memoryReference: hex(transaction.context, 8) }) },
    { name: "Map registers of the adapter", value: adapterInfo === undefined ? "no adapter" : String(adapterInfo.mapRegisters) },
    { name: "Requires single transfer", value: yesNo(transaction.requiresSingleTransfer) },
    { name: "Immediate execution", value: yesNo(transaction.immediateExecution) },
    { name: "DMA version 3", value: yesNo(enabler.usesDmaV3) },
  ];
  if (request !== undefined) {
    fields.push(
      { name: "Request", value: transaction.framework.name(request), objectId: request.id },
      { name: "Request referenced", value: yesNo(transaction.holdsRequest) },
    );
  }
  if (transaction.transferContextAddress !== 0) {
    const address = hex(transaction.transferContextAddress, 8);
    fields.push({ name: "Transfer context", value: address, memoryReference: address });
  }
  if (current !== undefined) {
    fields.push({ name: "SgList", value: `${hex(current.list, 8)}, ${current.elements.length} elements`, memoryReference: hex(current.list, 8) });
    for (const [i, { address, length }] of current.elements.entries()) fields.push({ name: `Elements[${i}]`, value: `${hex(address)}, ${length} bytes` });
  }
  return fields;
}
