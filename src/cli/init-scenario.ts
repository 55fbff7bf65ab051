// SPDX-License-Identifier: MIT
/** Text of the scenario that `kmdf-dma init` writes: opens the device and uses what the driver handles. */
import type { DriverSurvey } from "./init-survey.ts";

/** Bytes of the read and the write. */
const length = 4096;

/** Text of scenario.ts for the driver called `name`. */
export function scenarioText(name: string, survey: DriverSurvey): string {
  const body = survey.hasInterface
    ? openedSteps(survey)
    : [
        "  // The driver registers no device interface, so there is nothing to open: it is loaded, started and removed.",
        '  system.log("The driver has started");',
      ];
  const usesPattern = body.some((line) => /^ *[^/ ].*\bpattern\(/.test(line));
  return `// What a program does with the device of ${name}. What there is: docs/scenarios.md of kmdf-dma-debug.
import { ${usesPattern ? "pattern, " : ""}scenario } from "kmdf-dma-debug/sdk";

export default scenario(async (system) => {
${body.join("\n")}
});
`;
}

function openedSteps({ handlesRead, handlesWrite, usesDma, builtIn, controlCodes }: DriverSurvey): string[] {
  const lines = ["  const file = await system.open();"];
  // A device that does nothing never ends a transfer.
  const waitsForDevice = usesDma && builtIn === undefined && (handlesRead || handlesWrite);
  if (waitsForDevice) lines.push("", "  // Once device.ts moves the data and interrupts, a transfer ends:");
  const step = (text: string): string => (waitsForDevice ? `  // ${text}` : `  ${text}`);
  if (handlesWrite) lines.push("", step(`const written = await file.write(pattern(${length}));`), step('system.expect(written, "the write").succeeds();'));
  if (handlesRead) lines.push("", step(`const read = await file.read(${length});`), step('system.expect(read, "the read").succeeds();'));
  if (controlCodes.length > 0) {
    lines.push("", "  // Control codes of the driver, with input bytes and room for output:");
    for (const { name, value } of controlCodes) lines.push(`  // await file.ioctl(0x${value.toString(16).toUpperCase()}, new Uint8Array(4), 4); // ${name}`);
  }
  return [...lines, "", "  await file.close();"];
}
