// SPDX-License-Identifier: MIT
import { scenario } from "kmdf-dma-debug/sdk";

export default scenario(async (system) => {
  await system.sleep({ ms: 1 });
});
