// SPDX-License-Identifier: MIT
/** The attribute table as JSON schema, for `contributes.debuggers` of the extension and for editors that check `--config` files. */

import { editorAttributes, launchAttributes } from "./attributes-table.ts";
import type { Attribute } from "./reader.ts";
import type { JsonSchema } from "./reader.ts";

/** Schema of one launch configuration, as package.json wants it under `configurationAttributes.launch`. */
export function launchConfigurationSchema(): JsonSchema {
  const attributes: readonly (readonly [string, Attribute<unknown>])[] = Object.entries(launchAttributes);
  const properties = attributes
    .filter(([name]) => name !== "type" && name !== "request" && name !== "name")
    .map(([name, { reader, description, default: preset }]) => {
      return [name, { ...reader.schema, markdownDescription: description, ...(preset === undefined ? {} : { default: preset }) }] as const;
    });
  const required = attributes.filter(([, { isRequired }]) => isRequired === true).map(([name]) => name);
  return { required, properties: Object.fromEntries(properties) };
}

/** Schema of a `--config` file: the same attributes at the top, nothing else but what editors add. */
export function configurationFileSchema(): JsonSchema {
  const { required, properties } = launchConfigurationSchema();
  const extra = Object.fromEntries([...editorAttributes].map((name) => [name, {}]));
  return {
    type: "object",
    required,
    properties: { ...extra, type: { const: "kmdf-dma" }, request: { const: "launch" }, name: { type: "string" }, ...Object(properties) },
    additionalProperties: false,
  };
}
