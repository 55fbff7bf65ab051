// SPDX-License-Identifier: MIT
/**
 * WDFDMATRANSACTION: one buffer movement of any length, cut into transfers (kmdf fxdmatransactionbase.cpp). This file is the object with its
 * state, counters and request reference; the ways through it are in dma-transaction-initialize.ts (Initialize…), dma-transaction-complete.ts
 * (DmaCompleted…) and dma-transaction-reserve.ts; how transfers are mapped is the stager's.
 */
import { assert, hex } from "../base/index.ts";
import { DmaTransferContext, type MappedElement } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { ObjectAttributes } from "./attributes.ts";
import type { AdapterInfo } from "./dma-adapter-info.ts";
import type { WdfDmaEnabler } from "./dma-enabler.ts";
import { readList } from "./dma-scatter-gather-list.ts";
import { dmaDirection, transferContextBytes } from "./dma-structs.ts";
import { CompletionWatch } from "./dma-completion-watch.ts";
import type { TransactionLog, TransactionRecord } from "./dma-transaction-log.ts";
import { type StateRule, stateRule } from "./dma-transaction-rules.ts";
import { type TransactionEvent, type TransactionState, nextTransactionState, transactionStateNumber } from "./dma-transaction-states.ts";
import { TransferProgress } from "./dma-transfer-progress.ts";
import type { TransferStager } from "./dma-transfer-stager.ts";
import { transactionFields } from "./dma-transaction-view.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import type { WdfRequest } from "./request.ts";
import { isSuccess } from "./status.ts";

/** A byte of an MDL chain. */
export interface ChainPosition {
  readonly mdl: number;
  readonly offset: number;
}

/** A transfer that the driver was told about. */
export interface CurrentTransfer {
  /** SCATTER_GATHER_LIST in driver memory. */
  readonly list: number;
  readonly elements: readonly MappedElement[];
  /** In the transaction, bytes. */
  readonly offset: number;
  readonly length: number;
  /** Trace span. */
  readonly span: number;
}

export class WdfDmaTransaction extends WdfObject {
  readonly enabler: WdfDmaEnabler;
  readonly progress = new TransferProgress();
  readonly watch: CompletionWatch;
  /** Adapter of the direction; unset before Initialize and when the resources are gone. */
  adapterInfo: AdapterInfo | undefined;
  /** Upper bound of a transfer, bytes (MaxFrag). */
  maximumFragmentLength = 0;
  writeToDevice = false;
  requiresSingleTransfer: boolean;
  immediateExecution = false;
  start: ChainPosition = { mdl: 0, offset: 0 };
  /** Start of the transfer in progress; packet profiles keep the MDL and move the offset. */
  position: ChainPosition = { mdl: 0, offset: 0 };
  programDma = 0;
  /** Context of Execute. */
  context = 0;
  request: WdfRequest | undefined;
  /** Version 3: identifies the transaction to the HAL; a new one at each Initialize. */
  transferContext: DmaTransferContext | undefined;
  /** Version 3: 128 bytes of driver memory for WdfDmaTransactionWdmGetTransferContext. */
  transferContextAddress = 0;
  /** Why the transaction is where it is, for messages. */
  readonly history = { startFailed: false, initializeFailed: false, cancelRefused: false };
  current: CurrentTransfer | undefined;
  /** What Release reset, for drivers that ask for it too late. */
  lastRelease: { readonly bytes: number; readonly request: WdfRequest | undefined } = { bytes: 0, request: undefined };
  readonly #log: TransactionLog;
  #stager: TransferStager | undefined;
  #state: TransactionState = "Created";
  #holdsRequest = false;
  #record: TransactionRecord | undefined;
  #span = 0;

  constructor(framework: WdfFramework, enabler: WdfDmaEnabler, attributes: ObjectAttributes, log: TransactionLog) {
    super(framework, "WDFDMATRANSACTION", enabler, attributes);
    this.enabler = enabler;
    this.requiresSingleTransfer = enabler.requiresSingleTransfer;
    this.watch = new CompletionWatch(this);
    this.#log = log;
  }

  /** Second step of the creation: the class for the profile and the memory of version 3. False when there is no memory. */
  construct(stager: TransferStager): boolean {
    this.#stager = stager;
    if (!this.enabler.usesDmaV3) return true;
    const { nt, poolTag } = this.framework;
    this.transferContextAddress = nt.pool.allocate(transferContextBytes, poolTag, `DMA_TRANSFER_CONTEXT of ${this.framework.name(this)}`, { zero: true });
    return this.transferContextAddress !== 0;
  }

  get stager(): TransferStager {
    assert(this.#stager !== undefined, "a transaction has a class");
    return this.#stager;
  }
  get stateName(): TransactionState {
    return this.#state;
  }
  get isInTransfer(): boolean {
    return this.#state === "Transfer";
  }
  /** The request cannot be completed: Execute has taken references on it. */
  get holdsRequest(): boolean {
    return this.#holdsRequest;
  }
  /** Trace span of the execution; 0 = none. */
  get span(): number {
    return this.#span;
  }

  /** Whether `event` is allowed now. */
  allows(event: TransactionEvent): boolean {
    // The check of Release came with KMDF 1.11; that of the deletion is older than what is emulated.
    const verifier = this.framework.options.verifier && (event !== "release" || this.framework.isVersionAtLeast(11));
    return nextTransactionState(this.#state, event, verifier) !== undefined;
  }

  /** Bug check 8 unless `event` is allowed now. */
  require(event: TransactionEvent): void {
    if (!this.allows(event)) this.badState(event);
  }

  /** Bug check 8 with the rule of `event`. */
  badState(event: TransactionEvent, rule = this.#ruleFor(event)): never {
    return this.framework.bugCheck(8, this.handle, transactionStateNumber[this.#state], {
      rule: rule.rule,
      message: `${this.framework.apiName()} was called for ${this.framework.name(this)} in state ${this.#state} (${transactionStateNumber[this.#state]})`,
      explanation: rule.explanation,
      objectId: this.id,
    });
  }

  #ruleFor(event: TransactionEvent): StateRule {
    return stateRule(event, this.#state, { ...this.history, endedByThisDpc: this.watch.isEndedByThisDpc });
  }

  /** Break with the rule of `event`, which the caller then ignores or not. */
  breakBadState(event: TransactionEvent): void {
    const { rule, explanation } = this.#ruleFor(event);
    this.framework.breakpoint({
      rule,
      message: `${this.framework.apiName()} was called for ${this.framework.name(this)} in state ${this.#state}`,
      explanation,
      objectId: this.id,
    });
  }

  /** Bug check when the framework would use the NULL adapter pointer of a transaction without resources. */
  requireAdapter(rule: string, explanation: string): AdapterInfo {
    if (this.adapterInfo !== undefined) return this.adapterInfo;
    return this.framework.machine.stop.bugCheck({
      rule,
      message: `${this.framework.apiName()} was called for ${this.framework.name(this)} in state ${this.#state}, which has no adapter: the framework reads through a NULL pointer`,
      explanation,
      bugCheck: { code: 0xd1, name: "DRIVER_IRQL_NOT_LESS_OR_EQUAL", parameters: [0, this.framework.machine.cpu.irql, 0, 0] },
      objectId: this.id,
    });
  }

  /** Goes on to the state of `event`. */
  enter(event: TransactionEvent): void {
    const next = nextTransactionState(this.#state, event, false);
    assert(next !== undefined, `${event} in state ${this.#state} was checked before`);
    const from = this.#state;
    this.#state = next;
    this.framework.machine.trace.instant(
      "transactionState",
      this.id,
      this.#span,
      transactionStateNumber[from],
      transactionStateNumber[next],
      this.request?.id ?? 0,
    );
  }

  /** Chooses the adapter, and gives version 3 a fresh transfer context. */
  chooseAdapter(writeToDevice: boolean): void {
    this.lastRelease = { bytes: 0, request: undefined };
    this.writeToDevice = writeToDevice;
    this.adapterInfo = this.enabler.adapterFor(writeToDevice);
    if (this.enabler.usesDmaV3) this.transferContext = new DmaTransferContext(this.framework.name(this));
  }

  /** WdfDmaTransactionExecute. Returns an NTSTATUS; the object may be gone when it returns. */
  execute(context: number): number {
    this.require("execute");
    if (!this.enabler.isEnabled) this.#reportDisabled();
    const { trace } = this.framework.machine;
    const { request } = this;
    if (request !== undefined) this.#requireLiveRequest(request);
    this.#span = trace.begin("transaction", this.id, request?.irp.span ?? 0, this.progress.total, this.writeToDevice ? 1 : 0, request?.id ?? 0);
    this.#record = this.#log.begin(this.writeToDevice);
    if (request !== undefined) {
      this.framework.nt.io.reference(request.irp);
      request.reference();
      this.#holdsRequest = true;
    }
    this.enter("execute");
    this.context = context;
    const result = this.stager.start();
    if (isSuccess(result)) return result;
    this.enter("startFailed");
    this.history.startFailed = true;
    this.context = 0;
    this.dropRequestReference();
    this.finishTrace(result);
    return result;
  }

  /** Initialize keeps a request's pointer without a reference. */
  #requireLiveRequest(request: WdfRequest): void {
    if (!request.irp.isCompleted) return;
    this.framework.machine.stop.bugCheck({
      rule: "obj-use-after-delete",
      message: `${this.framework.apiName()} was called for ${this.framework.name(this)}, whose request ${hex(request.handle, 8)} was completed after Initialize: the framework references freed memory`,
      explanation:
        "Between WdfDmaTransactionInitializeUsingRequest and Execute nothing keeps the request. Release the transaction when the request is completed early.",
      bugCheck: { code: 0xd1, name: "DRIVER_IRQL_NOT_LESS_OR_EQUAL", parameters: [request.irp.address, this.framework.machine.cpu.irql, 0, 0] },
      objectId: this.id,
    });
  }

  #reportDisabled(): void {
    this.framework.violation({
      rule: "pwr-execute-while-disabled",
      message: `${this.framework.apiName()} was called for ${this.framework.name(this)} while DMA is disabled (device power state ${this.enabler.device.powerState})`,
      explanation:
        "DMA is possible from EvtDmaEnablerEnable to EvtDmaEnablerDisable, that is, in D0. Execute transactions from handlers of power-managed queues.",
      objectId: this.id,
    });
  }

  /** Tells the driver about a mapped transfer: EvtProgramDma. */
  callProgramDma(list: number): void {
    const { machine } = this.framework;
    const elements = readList(machine.memory, list);
    const { progress } = this;
    assert(elements.reduce((sum, { length }) => sum + length, 0) === progress.current, "the elements are as long as the transfer");
    const span = machine.trace.begin("transfer", this.id, this.#span, progress.transferred, progress.current, elements.length);
    const transfer: CurrentTransfer = { list, elements, offset: progress.transferred, length: progress.current, span };
    this.current = transfer;
    this.#record?.addTransfer(progress.current, elements);
    this.watch.transferStarted(elements);
    const direction = this.writeToDevice ? dmaDirection.writeToDevice : dmaDirection.readFromDevice;
    const result = this.framework.callback("EvtProgramDma", this.programDma, [this.handle, this.enabler.device.handle, this.context, direction, list], {
      objectId: this.id,
      cause: span,
    });
    if ((result & 0xff) === 0 && this.current === transfer && this.isInTransfer) {
      this.framework.violation({
        rule: "program-false-no-final",
        message: `EvtProgramDma returned FALSE for ${this.framework.name(this)} and left it in state Transfer`,
        explanation:
          "The framework ignores the result of EvtProgramDma: the transaction stays in state Transfer, and its request stays pinned, until the driver calls WdfDmaTransactionDmaCompletedFinal. Call it before returning FALSE.",
        objectId: this.id,
      });
    }
  }

  /** The HAL granted map registers to a request of an execution that is over; only Cancel takes such a request back. */
  reportLateGrant(): void {
    this.framework.violation({
      rule: "race-cancel-execute",
      message: `${this.framework.name(this)} gets the map registers it waited for in state ${this.#state}: it was ended while the request was queued`,
      explanation:
        "Windows would call EvtProgramDma for a transaction that is over. Take the request back with WdfDmaTransactionCancel (DMA version 3), or wait for EvtProgramDma before ending the transaction.",
      objectId: this.id,
    });
  }

  /** The transfer's mapping has ended. */
  endTransfer(): void {
    if (this.current === undefined) return;
    const { offset, length, elements, span } = this.current;
    this.framework.machine.trace.end("transfer", span, offset, length, elements.length);
    this.current = undefined;
  }

  /** The transaction is over with `result`: resources and request are let go. */
  end(result: number): void {
    this.enter(isSuccess(result) ? "succeeded" : "failed");
    this.watch.ends();
    this.stager.release(false);
    this.dropRequestReference();
    this.progress.end();
    this.finishTrace(result);
  }

  /** Ends the spans and the record of the execution with an NTSTATUS. */
  finishTrace(result: number): void {
    this.endTransfer();
    this.#record?.finish(result, this.progress.transferred);
    this.#record = undefined;
    if (this.#span !== 0) this.framework.machine.trace.end("transaction", this.#span, this.progress.total, this.writeToDevice ? 1 : 0, this.request?.id ?? 0);
    this.#span = 0;
  }

  #abandonTrace(): void {
    this.#record?.abandon(this.progress.transferred);
    this.#record = undefined;
    this.finishTrace(0);
  }

  /** WdfDmaTransactionRelease. */
  release(): void {
    if (this.#state === "Released") return;
    this.require("release");
    this.enter("release");
    this.lastRelease = { bytes: this.progress.transferred, request: this.request };
    this.stager.release(false);
    this.reset();
  }

  /** Counters and references back to their first values, as Release, FreeResources and a failed Initialize do. */
  reset(): void {
    this.#abandonTrace();
    this.dropRequestReference();
    this.request = undefined;
    this.progress.reset();
    this.maximumFragmentLength = 0;
    this.start = { mdl: 0, offset: 0 };
    this.position = this.start;
    this.requiresSingleTransfer = this.enabler.requiresSingleTransfer;
    this.immediateExecution = false;
    this.programDma = 0;
    this.context = 0;
    this.history.startFailed = false;
    this.history.cancelRefused = false;
  }

  /** The references that Execute took; the request itself stays readable until Release. */
  dropRequestReference(): void {
    const { request } = this;
    if (request === undefined || !this.#holdsRequest) return;
    this.#holdsRequest = false;
    this.framework.nt.io.dereference(request.irp);
    request.dereference();
  }

  protected override dispose(): void {
    this.require("delete");
    this.enter("delete");
    this.stager.release(true);
    this.#abandonTrace();
    this.dropRequestReference();
    this.request = undefined;
    this.stager.dispose();
  }

  protected override destroyed(): void {
    if (this.transferContextAddress !== 0) this.framework.nt.pool.free(this.transferContextAddress, this.framework.poolTag);
  }

  override label(): string {
    const { progress, request } = this;
    const kind = this.request === undefined && progress.total === 0 ? "transaction" : this.writeToDevice ? "write transaction" : "read transaction";
    const bytes = progress.total === 0 ? "" : `, ${progress.transferred} of ${progress.total} bytes`;
    return `${kind}, ${this.#state}${bytes}${request === undefined ? "" : ` for WDFREQUEST ${hex(request.handle, 8)}`}`;
  }

  override fields(): FieldView[] {
    return [...transactionFields(this), ...(this.#stager?.fields() ?? [])];
  }
}
