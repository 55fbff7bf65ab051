// SPDX-License-Identifier: MIT
// The device of this sample: QEMU's edu device, which is built in. Start from it to try other hardware, for example
//     export default { ...builtIn("edu"), interrupts: { line: true } };
import { builtIn } from "kmdf-dma-debug/sdk";

export default builtIn("edu");
