// SPDX-License-Identifier: MIT
/** The driver as built: everything about it that does not change while it runs. */

import { guestLayout } from "../protocol/index.ts";
import type { GuestLayout, InstrumentedModule, LaunchConfiguration } from "../protocol/index.ts";
import type { DebugInfo } from "../symbols/index.ts";
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
}

export interface ProgramParts {
  readonly module: InstrumentedModule;
  readonly debugInfo: DebugInfo;
  readonly configuration: LaunchConfiguration;
}

export function createProgram({ module, debugInfo, configuration }: ProgramParts, host?: PathHost): Program {
  return {
    module,
    debugInfo,
    configuration,
    layout: guestLayout(configuration.machine.memoryMiB),
    sources: new SourceIndex(module.files, host),
    lines: new LineIndex(module, debugInfo),
  };
}
