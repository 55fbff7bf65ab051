// SPDX-License-Identifier: MIT
/** The driver as built: everything about it that does not change while it runs. */

import { guestLayout } from "../protocol/index.ts";
import type { GuestLayout, InstrumentedModule, LaunchConfiguration } from "../protocol/index.ts";
import { listRecordsOf } from "../symbols/index.ts";
import type { DebugInfo, ListRecord } from "../symbols/index.ts";
import { LineIndex } from "./line-index.ts";
import { SourceIndex } from "./source-index.ts";
import type { PathHost } from "./source-index.ts";

export interface Program {
  readonly module: InstrumentedModule;
  readonly debugInfo: DebugInfo;
  readonly configuration: LaunchConfiguration;
  readonly layout: GuestLayout;
  readonly sources: SourceIndex;
  readonly lines: LineIndex;
  /** Structs of the driver that entries of lists may be members of; looked for once. */
  readonly listRecords: () => readonly ListRecord[];
}

export interface ProgramParts {
  readonly module: InstrumentedModule;
  readonly debugInfo: DebugInfo;
  readonly configuration: LaunchConfiguration;
}

export function createProgram({ module, debugInfo, configuration }: ProgramParts, host?: PathHost): Program {
  let listRecords: readonly ListRecord[] | undefined;
  return {
    listRecords: () => (listRecords ??= listRecordsOf(debugInfo)),
    module,
    debugInfo,
    configuration,
    layout: guestLayout(configuration.machine.memoryMiB),
    sources: new SourceIndex(module.files, host),
    lines: new LineIndex(module, debugInfo),
  };
}
