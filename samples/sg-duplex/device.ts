// SPDX-License-Identifier: MIT
// The device of this sample: the SGDX device of DEVICE.md, which is built in. Start from it to try other hardware, for example
//     export default { ...builtIn("sg-duplex"), interrupts: { line: true } };
import { builtIn } from "kmdf-dma-debug/sdk";

export default builtIn("sg-duplex");
