// SPDX-License-Identifier: MIT
/** Instrumented C++: virtual functions, constructors, templates, lambdas. */

import assert from "node:assert/strict";
import { buildModule, plainInstance, TestGuest } from "../../test/fixtures/instrumented-guest.ts";

describe("instrumented C++", () => {
  const cpp = `
namespace driver {
class Ring {
  public:
    Ring(int limit) : limit_(limit), next_(0) {}
    virtual ~Ring() {}
    virtual int Advance(int by) { next_ = (next_ + by) % limit_; return next_; }
    int limit_, next_;
};
class Double : public Ring {
  public:
    Double() : Ring(10) {}
    int Advance(int by) override { return Ring::Advance(by * 2); }
};
template <typename T> T Largest(T a, T b) { return a > b ? a : b; }
}
void operator delete(void *, unsigned long) noexcept {}
static driver::Double shared;
extern "C" int run(int n)
{
    driver::Double local;
    driver::Ring &ring = n > 5 ? static_cast<driver::Ring &>(local) : shared;
    int sum = 0;
    auto add = [&](int v) { sum += v; };
    for (int i = 0; i < n; i++)
        add(driver::Largest(ring.Advance(i), 3));
    return sum;
}
`;
  it("computes the same, and names member functions", async () => {
    const wasm = await buildModule("test.cpp", cpp);
    const env = { __cxa_atexit: () => 0 };
    const guest = new TestGuest(wasm, env);
    const plain = plainInstance(wasm, env);
    for (const instance of [plain, guest.exports]) (instance["__wasm_call_ctors"] as () => void)();
    for (const n of [3, 20]) assert.equal(guest.call("run", n), (plain["run"] as (n: number) => number)(n));
    const names = guest.module.functions.map(({ name }) => name);
    for (const name of ["run", "Advance", "Ring", "Double", "Largest<int>", "operator()"]) assert.ok(names.includes(name), name);
    assert.equal(guest.callStackPointer, guest.layout.callStackTop);
    assert.equal(guest.slowAccesses, 0);
  });
});
