// SPDX-License-Identifier: MIT
/** Instrumented C: same results, hooks at the right lines, budget, polls, records. */

import assert from "node:assert/strict";
import { buildModule, plainInstance, TestGuest } from "../../test/fixtures/instrumented-guest.ts";
import { callRecord, callRecordBytes, exportedGlobals } from "../protocol/index.ts";

const source = `
typedef int (*operation)(int, int);
struct pair { int first; long long second; char tail[12]; };
extern int host(int value);

int add(int a, int b) { return a + b; }
int mul(int a, int b) { return a * b; }
operation operations[2] = { add, mul };

int fact(int n)
{
    if (n <= 1)
        return 1; /* base case */
    return n * fact(n - 1);
}

long long by_value(struct pair p, int k)
{
    struct pair copy = p;
    copy.first += k;
    return copy.first + copy.second + p.tail[3]; /* by value */
}

long long call_by_value(int k)
{
    struct pair p = { 5, 1ll << 40, { 0, 1, 2, 3 } };
    return by_value(p, k);
}

int sequence(int n)
{
    int sum = 0;                 /* seq 1 */
    for (int i = 0; i < n; i++)  /* seq 2 */
        sum += i;                /* seq 3 */
    while (sum > 100) {          /* seq 4 */
        sum -= 100;              /* seq 5 */
    }
    if (sum == 3)                /* seq 6 */
        sum = 30;                /* seq 7 */
    else
        sum = sum + 1;           /* seq 8 */
    return sum;                  /* seq 9 */
}

int exits(int kind)
{
    int i;
    for (i = 0; i < 10; i++) {
        if (kind == 0 && i == 3)
            return 100 + i;
        if (kind == 1 && i == 4)
            goto out;
        switch (kind + i) {
        case 7: return 7;
        case 20: break;
        case 21: continue;
        case 22: goto out;
        default: break;
        }
        do {
            if (kind == 3)
                return fact(5);
        } while (0);
    }
    return i;
out:
    return -i;
}

int sum_of(int count, ...)
{
    __builtin_va_list list;
    int sum = 0;
    __builtin_va_start(list, count);
    while (count-- > 0)
        sum += __builtin_va_arg(list, int);
    __builtin_va_end(list);
    return sum;
}
int call_sum(void) { return sum_of(4, 1, 20, 300, 4000); }

int indirect(int which, int a, int b) { return operations[which](a, b); }
int call_host(int v)
{
    int r = host(v); /* host call */
    return r + 1;
}
int variable_length(int n)
{
    int a[n];
    for (int i = 0; i < n; i++)
        a[i] = i * i;
    return a[n - 1];
}
int overaligned(int n)
{
    __attribute__((aligned(64))) int a[16];
    for (int i = 0; i < 16; i++)
        a[i] = n + i;
    return a[15] + (int)((unsigned long)a & 63);
}
int depth_probe(int n)
{
    if (n == 0)
        return host(0);
    return depth_probe(n - 1) + 1;
}
void endless(void)
{
    for (;;);
}
void endless_line(volatile int *p) { *p = 1; for (;;) *p = 2; }
void endless_while(volatile int *flag)
{
    while (1) { if (*flag) { } }
}
void empty(void) { }
`;

const lineOf = (marker: string, text = source): number => {
  const at = text.indexOf(`/* ${marker} */`);
  assert.ok(at >= 0, marker);
  return text.slice(0, at).split("\n").length;
};

const calls: readonly (readonly [name: string, ...args: number[]])[] = [
  ["fact", 10],
  ["call_by_value", 7],
  ["sequence", 3],
  ["sequence", 50],
  ["call_sum"],
  ["indirect", 0, 6, 7],
  ["indirect", 1, 6, 7],
  ["variable_length", 9],
  ["overaligned", 4],
  ["call_host", 5],
  ["depth_probe", 30],
  ["empty"],
  ...[0, 1, 2, 3, 5, 12, 13, 20, 21, 22].map((kind) => ["exits", kind] as const),
];

for (const flags of [["-O0", "-gdwarf-4"], ["-O0", "-gdwarf-5"], ["-O1"]]) {
  describe(`instrumented C with ${flags.join(" ")}`, () => {
    let wasm: Uint8Array;
    let guest: TestGuest;
    const env = { host: (value: number | bigint) => Number(value) * 2 };
    before(async () => {
      wasm = await buildModule("test.c", source, flags);
    });
    beforeEach(() => {
      guest = new TestGuest(wasm, env);
    });

    it("computes what the module computed before, and leaves the call stack balanced", () => {
      const plain = plainInstance(wasm, env);
      for (const [name, ...args] of calls) {
        const expected = (plain[name] as (...args: number[]) => unknown)(...args);
        assert.equal(guest.call(name, ...args), expected, `${name}(${args.join()})`);
        assert.equal(guest.callStackPointer, guest.layout.callStackTop, name);
      }
      assert.equal(guest.slowAccesses, 0);
    });

    it("computes the same with every statement armed", () => {
      const plain = plainInstance(wasm, env);
      guest.armAll(true);
      for (const [name, ...args] of calls) {
        assert.equal(guest.call(name, ...args), (plain[name] as (...args: number[]) => unknown)(...args), name);
      }
    });

    it("can interrupt every endless loop", () => {
      const stop = new Error("stop");
      guest.onHook = () => {
        throw stop;
      };
      for (const name of ["endless", "endless_line", "endless_while"]) {
        guest.budget = 1000;
        assert.throws(() => guest.call(name, 0x10000), stop, name);
        assert.equal(guest.budget, 0);
      }
    });

    it("orders statements by offset and maps instructions back", () => {
      const { statements, instrumentedOffset, originalOffset, functions } = guest.module;
      for (let i = 1; i < statements.count; i++) assert.ok((statements.offset[i - 1] ?? 0) <= (statements.offset[i] ?? 0));
      for (let i = 1; i < instrumentedOffset.length; i++) assert.ok((instrumentedOffset[i - 1] ?? 0) < (instrumentedOffset[i] ?? 0));
      assert.equal(instrumentedOffset.length, originalOffset.length);
      for (let i = 0; i < statements.count; i++) {
        const owner = functions[statements.functionIndex[i] ?? -1];
        const first = statements.line[i] === 0 ? owner?.low : owner?.prologueEnd;
        assert.ok(owner && (statements.offset[i] ?? 0) >= (first ?? 0) && (statements.offset[i] ?? 0) < owner.high);
      }
    });
  });
}

describe("statement hooks", () => {
  let guest: TestGuest;
  const env = { host: (value: number | bigint) => onHost(Number(value)) };
  let onHost = (value: number): number => value;
  let wasm: Uint8Array;
  before(async () => {
    wasm = await buildModule("test.c", source);
  });
  beforeEach(() => {
    onHost = (value) => value;
    guest = new TestGuest(wasm, env);
  });

  it("fire at each statement in the order of execution", () => {
    const at = (n: number): number => lineOf(`seq ${n}`);
    const expected = [1, 2, 3, 2, 3, 2, 3, 2, 4, 6, 7, 9].map(at);
    assert.deepEqual(
      guest.lines(() => guest.call("sequence", 3)),
      expected,
    );
  });

  it("pass the frame base, through which locals are found", () => {
    const frameBases = new Set<number>();
    guest.onHook = (_, frameBase) => void frameBases.add(frameBase);
    guest.armAll(true);
    guest.call("fact", 4);
    assert.equal(frameBases.size, 4);
    const stackPointer = guest.global(exportedGlobals.stackPointer);
    for (const frameBase of frameBases) assert.ok(frameBase < stackPointer);
  });

  it("count every statement against the budget, and fire when it is used up", () => {
    const lines = guest.lines(() => guest.call("sequence", 10));
    guest.budget = 1_000_000;
    guest.call("sequence", 10);
    assert.equal(1_000_000 - guest.budget, lines.length);
    const seen: number[] = [];
    guest.onHook = (id) => {
      assert.equal(guest.budget, 0);
      seen.push(guest.module.statements.line[id] ?? -1);
      guest.budget = 5;
    };
    guest.budget = 5;
    guest.call("sequence", 10);
    assert.deepEqual(
      seen,
      lines.filter((_, i) => i % 5 === 4),
    );
  });

  it("show the true budget to called functions and let them change it", () => {
    onHost = () => {
      guest.budget -= 10;
      return 0;
    };
    guest.budget = 1000;
    const statements = guest.lines(() => guest.call("call_host", 1)).length;
    assert.equal(guest.budget, 1000 - statements - 10);
  });

  it("run host code re-entrantly", () => {
    let isNested = false;
    const results: unknown[] = [];
    guest.onHook = () => {
      if (isNested) return;
      isNested = true;
      results.push(guest.call("fact", 5));
      isNested = false;
    };
    guest.armAll(true);
    assert.equal(guest.call("sequence", 3), 30);
    assert.ok(results.length > 10 && results.every((result) => result === 120));
    assert.equal(guest.callStackPointer, guest.layout.callStackTop);
  });

  it("do not fire while nothing is armed", () => {
    guest.onHook = () => assert.fail("hook called");
    guest.call("sequence", 50);
  });

  it("give lines without statement to no hook, and polls line 0", () => {
    const { statements, functions } = guest.module;
    const polls = [...statements.line].flatMap((line, id) => (line === 0 ? [functions[statements.functionIndex[id] ?? 0]?.name] : []));
    assert.deepEqual(polls, ["endless_line"]);
  });
});

describe("shadow call stack", () => {
  let guest: TestGuest;
  let wasm: Uint8Array;
  let onHost = (): number => 0;
  before(async () => {
    wasm = await buildModule("test.c", source);
  });
  beforeEach(() => {
    guest = new TestGuest(wasm, { host: () => onHost() });
  });

  /** Records from the innermost: function name, line of the call site, frame base, address of the record. */
  function walk(): { name: string; callSite: number; frameBase: number; record: number }[] {
    const frames = [];
    let record = guest.callStackPointer;
    while (record < guest.layout.callStackTop) {
      const target = guest.module.functions[guest.view.getUint32(record + callRecord.functionIndex, true)];
      assert.ok(target);
      frames.push({
        name: target.name,
        record,
        callSite: guest.view.getUint32(record + callRecord.callSite, true),
        frameBase: guest.view.getUint32(record + callRecord.frameBase, true),
      });
      record += target.recordBytes;
    }
    return frames;
  }

  const lineAt = (offset: number): number => {
    const { statements } = guest.module;
    let line = 0;
    for (let i = 0; i < statements.count && (statements.offset[i] ?? 0) <= offset; i++) line = statements.line[i] ?? 0;
    return line;
  };

  it("holds one record for each active function, with frame base and call site", () => {
    let frames: ReturnType<typeof walk> = [];
    onHost = () => {
      frames = walk();
      return 0;
    };
    guest.call("depth_probe", 40);
    assert.equal(frames.length, 41);
    assert.ok(frames.every(({ name }) => name === "depth_probe"));
    assert.equal(new Set(frames.map(({ frameBase }) => frameBase)).size, 41);
    const { low, high } = guest.module.functions.find(({ name }) => name === "depth_probe") ?? { low: 0, high: 0 };
    assert.ok(frames.every(({ callSite }) => callSite > low && callSite < high));
    guest.call("call_host", 1);
    assert.equal(lineAt(frames[0]?.callSite ?? 0), lineOf("host call"));
  });

  it("saves by-value structure parameters, which have no place in the frame", () => {
    const target = guest.module.functions.find(({ name }) => name === "by_value");
    assert.deepEqual(target?.spilledLocals, [0]);
    assert.equal(target?.recordBytes, callRecordBytes + 8);
    const seen: number[] = [];
    guest.onHook = (id) => {
      if (guest.module.statements.line[id] !== lineOf("by value")) return;
      const address = guest.view.getUint32(guest.callStackPointer + callRecord.spills, true);
      seen.push(guest.view.getInt32(address, true), guest.view.getInt8(address + 16 + 3));
    };
    guest.armAll(true);
    guest.call("call_by_value", 9);
    assert.deepEqual(seen, [5, 3]);
  });

  it("is unwound by the host after an exception, and works again", () => {
    onHost = () => {
      throw new Error("unwind");
    };
    assert.throws(() => guest.call("depth_probe", 3), /unwind/);
    assert.equal(walk().length, 4);
    guest.globalOf(exportedGlobals.callStackPointer).value = guest.layout.callStackTop;
    onHost = () => 0;
    assert.equal(guest.call("depth_probe", 3), 3);
  });
});
