// SPDX-License-Identifier: MIT
/**
 * Scatter/gather transactions (kmdf fxdmatransactionscattergather.cpp): every transfer builds its own list and holds map registers only until
 * it completes. DmaCompleted* inside EvtProgramDma nests: the next EvtProgramDma runs on the same stack.
 */
import { hex } from "../base/index.ts";
import { dispatchLevel } from "../machine/index.ts";
import type { ScatterGatherRequest } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { advanceInChain, mapRegisterNeed } from "./dma-map-registers.ts";
import { ListBlock } from "./dma-scatter-gather-list.ts";
import type { WdfDmaTransaction } from "./dma-transaction.ts";
import type { TransferStager } from "./dma-transfer-stager.ts";
import { isSuccess, status } from "./status.ts";

/** Levels of EvtProgramDma on one stack that the 24 KiB of a kernel stack hold, at about 0.5 KiB of framework, HAL and driver frames each. */
const deepestNesting = 48;

export class ScatterGatherStager implements TransferStager {
  readonly #transaction: WdfDmaTransaction;
  /** Preallocated list; undefined with WDF_DMA_ENABLER_CONFIG_NO_SGLIST_PREALLOCATION. */
  #block: ListBlock | undefined;
  /** List that the HAL has to get back; 0 = none. */
  #list = 0;
  /** Requests made before the last release are void. */
  #generation = 0;
  /** Calls of EvtProgramDma of this transaction on the stack. */
  #nesting = 0;
  readonly reservedMapRegisters = 0;

  constructor(transaction: WdfDmaTransaction) {
    this.#transaction = transaction;
  }

  /** Allocates the list of an enabler that preallocates. False when there is no memory. */
  preallocate(bytes: number): boolean {
    if (bytes === 0) return true;
    const { framework, enabler } = this.#transaction;
    this.#block = ListBlock.allocate(
      framework,
      bytes,
      `SCATTER_GATHER_LIST of ${framework.name(this.#transaction)}, which is valid from EvtProgramDma to DmaCompleted only`,
    );
    if (this.#block === undefined) return false;
    enabler.reference();
    return true;
  }

  /** The fragmentation check: every transfer as it would be cut now must fit the element limit, counted in pages. */
  prepare(): number {
    const transaction = this.#transaction;
    if (transaction.requiresSingleTransfer) return this.#fitSingleTransfer();
    const { nt } = transaction.framework;
    const { progress, maximumFragmentLength, enabler } = transaction;
    let place = transaction.start;
    for (let done = 0; done < progress.total; ) {
      const length = Math.min(progress.total - done, maximumFragmentLength);
      const need = mapRegisterNeed(nt.mdl, place.mdl, place.offset, length, transaction.adapterInfo?.mapRegisters ?? 0);
      if (!isSuccess(need.status)) {
        transaction.framework.breakpoint({
          rule: "len-exceeds-chain",
          message: `${transaction.framework.apiName()}: the MDL chain of ${transaction.framework.name(transaction)} is shorter than the ${progress.total} bytes of the transaction`,
          explanation: "STATUS_BUFFER_TOO_SMALL is returned. Length must not exceed the bytes of the chain after the start offset.",
          objectId: transaction.id,
        });
        return need.status;
      }
      if (need.required > enabler.maximumScatterGatherElements) return status.wdfTooFragmented;
      done += length;
      place = advanceInChain(nt.mdl, place.mdl, place.offset, length);
    }
    this.#reportSubpageExcess();
    return status.success;
  }

  /** The framework tolerates a chain that is short by less than the rest of a page; the device would run over its end. */
  #reportSubpageExcess(): void {
    const { framework, progress, start } = this.#transaction;
    const available = framework.nt.mdl.chainByteCount(start.mdl) - start.offset;
    if (available >= progress.total) return;
    framework.violation({
      rule: "len-exceeds-mdl-subpage",
      message: `${framework.name(this.#transaction)} is initialized with ${progress.total} bytes, and its MDL chain has ${available} from the start offset`,
      explanation:
        "The framework checks the length only to the end of the last page, so the device would read or write memory behind the buffer. Length must not exceed the bytes of the chain.",
      objectId: this.#transaction.id,
    });
  }

  #fitSingleTransfer(): number {
    const { framework, adapterInfo, start, progress, writeToDevice } = this.#transaction;
    if (this.#block === undefined || adapterInfo === undefined) return status.success;
    const info = adapterInfo.adapter.getDmaTransferInfo(start.mdl, start.offset, progress.total, writeToDevice);
    if (info.scatterGatherListSize <= this.#block.bytes) return status.success;
    const larger = ListBlock.allocate(
      framework,
      info.scatterGatherListSize,
      `SCATTER_GATHER_LIST of ${framework.name(this.#transaction)}, which is valid from EvtProgramDma to DmaCompleted only`,
    );
    if (larger === undefined) return status.insufficientResources;
    this.#block.free();
    this.#block = larger;
    return status.success;
  }

  start(): number {
    return this.stageNext();
  }

  stageNext(): number {
    const transaction = this.#transaction;
    const { progress, framework, adapterInfo } = transaction;
    if (adapterInfo === undefined) return status.internalError;
    transaction.position = advanceInChain(framework.nt.mdl, transaction.position.mdl, transaction.position.offset, progress.current);
    let length = Math.min(progress.remaining, transaction.maximumFragmentLength);
    if (!transaction.requiresSingleTransfer) {
      const { mdl, offset } = transaction.position;
      const need = mapRegisterNeed(framework.nt.mdl, mdl, offset, length, adapterInfo.mapRegisters);
      if (!isSuccess(need.status)) return need.status;
      if (need.required > transaction.enabler.maximumScatterGatherElements) return status.wdfTooFragmented;
      length = need.possible;
    }
    progress.begin(length);
    const result = this.#build(length);
    if (!isSuccess(result)) {
      progress.abandon();
      this.#block?.close();
    }
    return result;
  }

  #build(length: number): number {
    const transaction = this.#transaction;
    const { framework, adapterInfo, position, writeToDevice, enabler } = transaction;
    const generation = this.#generation;
    const { cpu } = framework.machine;
    const block = this.#block;
    block?.open();
    // Clients before KMDF 1.15 cannot ask for immediate execution on the preallocated path.
    const immediate = transaction.immediateExecution && (block === undefined || framework.isVersionAtLeast(15));
    const request: ScatterGatherRequest = {
      mdl: position.mdl,
      offset: position.offset,
      length,
      writeToDevice,
      ...(block === undefined ? {} : { buffer: { address: block.address, length: block.bytes } }),
      run: (list) => this.#onList(list, generation),
      ...(enabler.usesDmaV3 && transaction.transferContext !== undefined
        ? { context: transaction.transferContext, flags: { synchronousCallback: immediate } }
        : {}),
      label: `${writeToDevice ? "write" : "read"} transfer of ${length} bytes of ${framework.name(transaction)}`,
      objectId: transaction.id,
      cause: transaction.span,
    };
    const irql = cpu.raise(dispatchLevel);
    const result = adapterInfo?.adapter.buildScatterGatherList(request) ?? status.internalError;
    cpu.lower(irql);
    return result;
  }

  /** The list-control routine, at DISPATCH_LEVEL, inside `#build` or later on the thread that freed map registers. */
  #onList(list: number, generation: number): void {
    const transaction = this.#transaction;
    if (generation !== this.#generation) {
      transaction.reportLateGrant();
      transaction.enabler.adapterFor(transaction.writeToDevice)?.adapter.putScatterGatherList(list, transaction.writeToDevice);
      return;
    }
    this.#list = list;
    if (this.#nesting >= deepestNesting) this.#reportRecursion();
    this.#nesting++;
    transaction.callProgramDma(list);
    this.#nesting--;
  }

  #reportRecursion(): never {
    const { framework } = this.#transaction;
    return framework.machine.stop.bugCheck({
      rule: "completion-inline-recursion",
      message: `EvtProgramDma of ${framework.name(this.#transaction)} is nested ${this.#nesting} levels deep: the kernel stack is exhausted`,
      explanation:
        "A scatter/gather transaction whose transfers are completed inside EvtProgramDma stages the next one on the same stack. Complete transfers from a DPC, or make fewer of them.",
      bugCheck: { code: 0x7f, name: "UNEXPECTED_KERNEL_MODE_TRAP", parameters: [8, 0, 0, 0] },
      objectId: this.#transaction.id,
    });
  }

  finishTransfer(): number {
    this.#put();
    return status.success;
  }

  #put(): void {
    const { framework, adapterInfo, writeToDevice } = this.#transaction;
    if (this.#list === 0) return;
    const list = this.#list;
    this.#list = 0;
    const { cpu } = framework.machine;
    const irql = cpu.raise(dispatchLevel);
    adapterInfo?.adapter.putScatterGatherList(list, writeToDevice);
    this.#block?.close();
    cpu.lower(irql);
  }

  release(): void {
    this.#generation++;
    this.#put();
    this.#transaction.adapterInfo = undefined;
  }

  dispose(): void {
    if (this.#block === undefined) return;
    this.#block.free();
    this.#block = undefined;
    this.#transaction.enabler.dereference();
  }

  fields(): FieldView[] {
    if (this.#block === undefined) return [{ name: "List memory", value: "from the HAL" }];
    return [{ name: "List memory", value: `${hex(this.#block.address, 8)}, ${this.#block.bytes} bytes, preallocated` }];
  }
}
