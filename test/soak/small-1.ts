// SPDX-License-Identifier: MIT
import { soak } from "./soak.ts";

export default soak(500, 11);
