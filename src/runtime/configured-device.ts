// SPDX-License-Identifier: MIT
/** A device definition with what its options change (`configure` of the public API), checked like the definition itself. */
import { ExitStatus, UserError } from "../base/index.ts";
import type { DeviceDefinition } from "../protocol/index.ts";
import { checkDevice } from "./device-check.ts";

/** Returns `definition` as `options` make it. Throws UserError, also for whatever `configure` throws. */
export function configuredDevice(definition: DeviceDefinition, options: Readonly<Record<string, unknown>>, file: string): DeviceDefinition {
  if (definition.configure === undefined) return definition;
  try {
    const changes = definition.configure({ ...options });
    return checkDevice(Object.create(definition, Object.getOwnPropertyDescriptors(changes)), file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const message = `configure of the device model failed: ${error instanceof Error ? error.message : String(error)}`;
    throw new UserError({ code: "device-model", message, location: { file }, hint: "see docs/device-models.md", exitStatus: ExitStatus.badConfiguration });
  }
}
