// SPDX-License-Identifier: MIT
// One write request for each transaction, eight in flight.
import { pattern, scenario } from "kmdf-dma-debug/sdk";

const lanes = 8;
const requestsOfALane = 2_500;

export default scenario(async (system) => {
  const file = await system.open();
  const bytes = pattern(64);
  const lane = async (): Promise<void> => {
    for (let i = 0; i < requestsOfALane; i++) system.expect(await file.write(bytes), "a write").succeeds();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
});
