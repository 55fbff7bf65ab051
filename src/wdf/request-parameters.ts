// SPDX-License-Identifier: MIT
/** WdfRequestGetParameters: the stack location's parameters as WDF_REQUEST_PARAMETERS. */
import type { WdfFramework } from "./framework.ts";
import type { WdfRequest } from "./request.ts";
import { WDF_REQUEST_PARAMETERS_IOCTL, WDF_REQUEST_PARAMETERS_READ_WRITE, requestParametersSize, requestTypeOf } from "./request-structs.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";

/** Fills the structure at `address`; STATUS_INFO_LENGTH_MISMATCH when its Size is smaller than the structure. */
export function writeParameters(framework: WdfFramework, request: WdfRequest, address: number): number {
  const { memory } = framework.machine;
  const { irp } = request;
  const view = new StructView(memory, WDF_REQUEST_PARAMETERS_READ_WRITE, address);
  if (view.get("Size") < requestParametersSize) {
    framework.breakpoint({
      rule: "KMDF-STRUCTURE-SIZE",
      message: `${framework.apiName()}: WDF_REQUEST_PARAMETERS.Size is ${view.get("Size")}, expected ${requestParametersSize}`,
      explanation: "Initialize the structure with WDF_REQUEST_PARAMETERS_INIT before each call.",
      objectId: request.id,
    });
    return status.infoLengthMismatch;
  }
  memory.fill(view.address, requestParametersSize, 0);
  view.set("Size", requestParametersSize);
  view.set("Type", requestTypeOf(irp));
  if (irp.major === "read" || irp.major === "write") {
    view.set("Length", irp.length);
    view.set("Key", irp.key);
    view.set64("DeviceOffset", irp.offset);
  } else if (irp.major === "deviceControl" || irp.major === "internalDeviceControl") {
    const control = new StructView(memory, WDF_REQUEST_PARAMETERS_IOCTL, address);
    control.set("OutputBufferLength", irp.outputLength);
    control.set("InputBufferLength", irp.inputLength);
    control.set("IoControlCode", irp.ioctlCode);
    control.set("Type3InputBuffer", irp.type3InputBuffer);
  }
  return status.success;
}
