// SPDX-License-Identifier: MIT
/** NTSTATUS values the framework returns (ntstatus.h and wdfstatus.h), unsigned. */
import { hex } from "../base/index.ts";
import { ntStatus, ntStatusName } from "../protocol/index.ts";

export const status = {
  success: ntStatus.STATUS_SUCCESS,
  pending: ntStatus.STATUS_PENDING,
  timeout: ntStatus.STATUS_TIMEOUT,
  deviceBusy: ntStatus.STATUS_DEVICE_BUSY,
  noMoreEntries: ntStatus.STATUS_NO_MORE_ENTRIES,
  bufferOverflow: ntStatus.STATUS_BUFFER_OVERFLOW,
  unsuccessful: ntStatus.STATUS_UNSUCCESSFUL,
  infoLengthMismatch: ntStatus.STATUS_INFO_LENGTH_MISMATCH,
  invalidParameter: ntStatus.STATUS_INVALID_PARAMETER,
  invalidParameter4: ntStatus.STATUS_INVALID_PARAMETER_4,
  noSuchDevice: ntStatus.STATUS_NO_SUCH_DEVICE,
  invalidDeviceRequest: ntStatus.STATUS_INVALID_DEVICE_REQUEST,
  moreProcessingRequired: ntStatus.STATUS_MORE_PROCESSING_REQUIRED,
  accessViolation: ntStatus.STATUS_ACCESS_VIOLATION,
  invalidUserBuffer: ntStatus.STATUS_INVALID_USER_BUFFER,
  powerStateInvalid: ntStatus.STATUS_POWER_STATE_INVALID,
  accessDenied: ntStatus.STATUS_ACCESS_DENIED,
  bufferTooSmall: ntStatus.STATUS_BUFFER_TOO_SMALL,
  objectTypeMismatch: ntStatus.STATUS_OBJECT_TYPE_MISMATCH,
  objectNameNotFound: ntStatus.STATUS_OBJECT_NAME_NOT_FOUND,
  objectNameExists: ntStatus.STATUS_OBJECT_NAME_EXISTS,
  objectNameCollision: ntStatus.STATUS_OBJECT_NAME_COLLISION,
  deletePending: ntStatus.STATUS_DELETE_PENDING,
  integerOverflow: ntStatus.STATUS_INTEGER_OVERFLOW,
  insufficientResources: ntStatus.STATUS_INSUFFICIENT_RESOURCES,
  devicePowerFailure: ntStatus.STATUS_DEVICE_POWER_FAILURE,
  ioTimeout: ntStatus.STATUS_IO_TIMEOUT,
  notSupported: ntStatus.STATUS_NOT_SUPPORTED,
  internalError: ntStatus.STATUS_INTERNAL_ERROR,
  invalidBufferSize: ntStatus.STATUS_INVALID_BUFFER_SIZE,
  cancelled: ntStatus.STATUS_CANCELLED,
  cannotDelete: ntStatus.STATUS_CANNOT_DELETE,
  invalidDeviceState: ntStatus.STATUS_INVALID_DEVICE_STATE,
  notFound: ntStatus.STATUS_NOT_FOUND,
  wdfQueued: ntStatus.STATUS_WDF_QUEUED,
  wdfPosted: ntStatus.STATUS_WDF_POSTED,
  wdfNoPackage: ntStatus.STATUS_WDF_NO_PACKAGE,
  wdfInternalError: ntStatus.STATUS_WDF_INTERNAL_ERROR,
  wdfPaused: ntStatus.STATUS_WDF_PAUSED,
  wdfBusy: ntStatus.STATUS_WDF_BUSY,
  wdfIoTimeoutNotSent: ntStatus.STATUS_WDF_IO_TIMEOUT_NOT_SENT,
  wdfDeviceRemovedNotSent: ntStatus.STATUS_WDF_DEVICE_REMOVED_NOT_SENT,
  wdfRequestAlreadyPending: ntStatus.STATUS_WDF_REQUEST_ALREADY_PENDING,
  wdfRequestInvalidState: ntStatus.STATUS_WDF_REQUEST_INVALID_STATE,
  wdfObjectAttributesInvalid: ntStatus.STATUS_WDF_OBJECT_ATTRIBUTES_INVALID,
  wdfTooFragmented: ntStatus.STATUS_WDF_TOO_FRAGMENTED,
  wdfNoCallback: ntStatus.STATUS_WDF_NO_CALLBACK,
  wdfIncompatibleExecutionLevel: ntStatus.STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL,
  wdfParentAlreadyAssigned: ntStatus.STATUS_WDF_PARENT_ALREADY_ASSIGNED,
  wdfParentIsSelf: ntStatus.STATUS_WDF_PARENT_IS_SELF,
  wdfParentAssignmentNotAllowed: ntStatus.STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED,
  wdfSynchronizationScopeInvalid: ntStatus.STATUS_WDF_SYNCHRONIZATION_SCOPE_INVALID,
  wdfExecutionLevelInvalid: ntStatus.STATUS_WDF_EXECUTION_LEVEL_INVALID,
  wdfParentNotSpecified: ntStatus.STATUS_WDF_PARENT_NOT_SPECIFIED,
  wdfTooManyTransfers: ntStatus.STATUS_WDF_TOO_MANY_TRANSFERS,
  wdfNotEnoughMapRegisters: ntStatus.STATUS_WDF_NOT_ENOUGH_MAP_REGISTERS,
} as const;

/** NT_SUCCESS: severity success or informational. */
export const isSuccess = (value: number): boolean => value >>> 31 === 0;

/** `STATUS_…` name for messages; hexadecimal when unknown. */
export const statusText = (value: number): string => ntStatusName(value) ?? hex(value >>> 0, 8);
