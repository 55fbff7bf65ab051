// SPDX-License-Identifier: MIT
/** Text of the device model that `kmdf-dma init` writes: a device whose registers are memory, to be given a life of its own. */
import type { DriverSurvey, GuessedBar } from "./init-survey.ts";

const hex = (value: number, digits = 1): string => `0x${value.toString(16).toUpperCase().padStart(digits, "0")}`;

/** Text of device.ts for the driver called `name`. */
export function deviceModelText(name: string, survey: DriverSurvey): string {
  return survey.builtIn === undefined ? skeleton(name, survey) : builtIn(survey.builtIn.id, survey.builtIn.name);
}

function builtIn(id: string, name: string): string {
  return `// The device of this driver: ${name}, which is built in. Start from it to try other hardware, for example
//     export default { ...builtIn("${id}"), interrupts: { line: true } };
import { builtIn } from "kmdf-dma-debug/sdk";

export default builtIn("${id}");
`;
}

function skeleton(name: string, { ids, bars, registers, usesInterrupts, messages }: DriverSurvey): string {
  const size = (bytes: number): string => hex(bytes, 4);
  return `// A model of the device that ${name} drives, guessed from the driver's sources: every register keeps what is written to it. Give it a life
// of its own in read and write. What there is: docs/device-models.md of kmdf-dma-debug.
import { type DeviceBus, type DeviceInstance, type RegisterDefinition, defineDevice } from "kmdf-dma-debug/sdk";

// The register view shows these. Check offset, size and access ("ro", "rw", "wo", "w1c", "rc") against the data sheet.
const registers: RegisterDefinition[] = [${registers.length === 0 ? "" : "\n"}${registers
    .map((r) => `  { bar: 0, offset: ${hex(r.offset, 2)}, size: ${r.size}, name: "${r.name}", access: "rw" }, // ${r.file}:${r.line}\n`)
    .join("")}];

function create(bus: DeviceBus): DeviceInstance {
  const bars = [${bars.map((bar) => `new Uint8Array(${size(bar.size)})`).join(", ")}];

  // Registers are little-endian.
  const read = (bar: number, offset: number, size: number): number | bigint => {
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bars[bar]?.[offset + i] ?? 0xff);
    return size === 8 ? value : Number(value);
  };

  return {
    read,
    // What views show: a read without side effects.
    peek: read,
    write(bar, offset, size, value) {
      for (let i = 0; i < size; i++) {
        const bytes = bars[bar];
        if (bytes !== undefined) bytes[offset + i] = Number((BigInt(value) >> BigInt(8 * i)) & 0xffn);
      }
      // A register that starts work, for example 2 microseconds of it with an interrupt at the end:
      //     if (bar === 0 && offset === ${hex(registers[0]?.offset ?? 0, 2)}) bus.after(2000, () => bus.interrupt.raise());
      // Bus-master DMA: bus.dma.read(address, length) and bus.dma.write(address, bytes), with logical addresses as bigint.
    },
    reset() {
      for (const bytes of bars) bytes.fill(0);
      bus.interrupt.lower();
    },
  };
}

export default defineDevice({
  name: ${JSON.stringify(name)},
  pci: {
${pciText(ids)}  },
  bars: [${bars.map(barText).join(", ")}],
  interrupts: { ${[...(usesInterrupts ? ["line: true"] : []), ...(messages > 0 ? [`messages: ${messages}`] : [])].join(", ")} },
  registers,
  create,
});
`;
}

function pciText(ids: DriverSurvey["ids"]): string {
  const origin = ids === undefined ? "    // No INF of the driver names a PCI device: put in the ids of yours.\n" : `    // From ${ids.file}.\n`;
  const subsystem =
    ids?.subsystemId === undefined ? "" : `    subsystemVendorId: ${hex(ids.subsystemVendorId ?? 0, 4)},\n    subsystemId: ${hex(ids.subsystemId, 4)},\n`;
  return `${origin}    vendorId: ${hex(ids?.vendorId ?? 0x1234, 4)},
    deviceId: ${hex(ids?.deviceId ?? 0x0001, 4)},
${subsystem}    // Base class, subclass and programming interface: FF is "does not fit in any defined class".
    classCode: 0xFF0000,
    revision: ${hex(ids?.revision ?? 1, 2)},
`;
}

const barText = ({ kind, size, name }: GuessedBar): string => `{ kind: "${kind}", size: ${hex(size, 4)}, name: "${name}" }`;
