// SPDX-License-Identifier: MIT
/**
 * How much slower instrumented code runs: `node test/bench/instrumentation.ts`. Prints, for each workload, the time of the
 * uninstrumented and the instrumented module and their ratio; runs are interleaved and the least of several counts. Also prints
 * what the guest memory costs. Goal: at most twice the uninstrumented time.
 */

import { guestLayout } from "../../src/protocol/index.ts";
import { buildModule, plainInstance, TestGuest } from "../fixtures/instrumented-guest.ts";

const source = `
typedef unsigned int u32; typedef unsigned char u8; typedef unsigned long long u64;
struct element { u64 address; u32 length; u32 flags; };
static u8 data[8192]; static struct element list[64], ring[64]; static u32 words[16384];
u32 crc(u32 passes)
{
    u32 c = ~0u;
    u32 i;
    for (i = 0; i < 8192; i++)
        data[i] = (u8)(i * 7);
    while (passes-- > 0) {
        for (i = 0; i < 8192; i++) {
            c = c ^ data[i];
            for (int k = 0; k < 8; k++) {
                if (c & 1)
                    c = (c >> 1) ^ 0xEDB88320u;
                else
                    c = c >> 1;
            }
        }
    }
    return c;
}
u32 memory(u32 passes)
{
    u32 sum = 0;
    u32 *p;
    while (passes-- > 0) {
        for (p = words; p < words + 16384; p++)
            *p = *p * 3 + 1;
        for (p = words; p < words + 16384; p++)
            sum += *p;
    }
    return sum;
}
static void write_descriptor(struct element e, u32 index)
{
    struct element *slot = &ring[index & 63];
    slot->address = e.address;
    slot->length = e.length;
    slot->flags = e.flags | 0x80000000u;
}
u32 dma(u32 passes)
{
    u32 index = 0;
    u32 total = 0;
    u32 i;
    for (i = 0; i < 64; i++) {
        list[i].address = 0x100000000ull + i * 4096;
        list[i].length = 1500 + i;
    }
    while (passes-- > 0) {
        for (i = 0; i < 64; i++) {
            struct element e = list[i];
            while (e.length > 512) {
                e.length -= 512;
                e.address += 512;
                write_descriptor(e, index++);
            }
            total += e.length;
        }
    }
    return total;
}
u32 fib(u32 n)
{
    if (n < 2)
        return n;
    return fib(n - 1) + fib(n - 2);
}
`;

const workloads: readonly (readonly [name: string, argument: number])[] = [
  ["crc", 240],
  ["memory", 1000],
  ["dma", 16000],
  ["fib", 30],
];
const rounds = 15;

const wasm = await buildModule("bench.c", source);
const plain = plainInstance(wasm);
const rssBefore = process.memoryUsage.rss();
const before = performance.now();
const { wasmPages } = guestLayout(64);
const memory = new WebAssembly.Memory({ initial: wasmPages, maximum: wasmPages, shared: true });
const created = performance.now() - before;
console.log(
  `memory of ${(wasmPages * 64) / 1024} MiB: created in ${created.toFixed(2)} ms, RSS +${((process.memoryUsage.rss() - rssBefore) / 2 ** 20).toFixed(1)} MiB, ${memory.buffer.byteLength} bytes`,
);
const guest = new TestGuest(wasm);

function time(run: () => unknown): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const plainFunction = (name: string): ((argument: number) => number) => plain[name] as (argument: number) => number;
for (const [name, argument] of workloads) {
  let plainBest = Infinity;
  let guestBest = Infinity;
  guest.budget = 0x7fff_ffff;
  const expected = plainFunction(name)(argument) >>> 0;
  const actual = Number(guest.call(name, argument)) >>> 0;
  if (expected !== actual) throw new Error(`${name}: ${actual} instead of ${expected}`);
  const statements = 0x7fff_ffff - guest.budget;
  for (let round = 0; round < rounds; round++) {
    plainBest = Math.min(
      plainBest,
      time(() => plainFunction(name)(argument)),
    );
    guest.budget = 0x7fff_ffff;
    guestBest = Math.min(
      guestBest,
      time(() => guest.call(name, argument)),
    );
  }
  const rate = statements / guestBest / 1000;
  console.log(
    `${name.padEnd(8)} plain ${plainBest.toFixed(1)} ms, instrumented ${guestBest.toFixed(1)} ms, ratio ${(guestBest / plainBest).toFixed(2)}, ${rate.toFixed(0)} M statements/s`,
  );
}
console.log(`code size ${wasm.length} -> ${guest.module.wasm.length}`);
