// SPDX-License-Identifier: MIT
/** Functions that the headers in sdk/include declare; written by scripts/list-declared-functions.ts. */

export const declaredFunctionNames: readonly string[] = ["DbgPrint", "WdfDriverCreate"];
