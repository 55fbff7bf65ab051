// SPDX-License-Identifier: MIT
import { soak } from "./soak.ts";

export default soak(100_000, 7);
