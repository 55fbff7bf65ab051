// SPDX-License-Identifier: MIT
/** Command "Write Register": asks for a value and writes it to the device, with all side effects of a write. */
import * as vscode from "vscode";
import { hex } from "../base/index.ts";
import { greatest, parseNumber, valueToWrite } from "./register-input.ts";
import { bitsOf } from "./register-tree.ts";
import type { SessionWatch } from "./session-watch.ts";
import type { EditableRegister, TreeNode } from "./tree-node.ts";

export async function writeRegister(watch: SessionWatch, { register }: TreeNode): Promise<void> {
  if (register === undefined || watch.session === undefined) return;
  const { name, bar, offset, size, bits } = register;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t("Write {0}", name),
    prompt: vscode.l10n.t("The device acts on the write as on one of the driver. Decimal, 0x hexadecimal or 0b binary"),
    value: currentValue(register),
    validateInput: (input) => problem(register, input),
  });
  const input = text === undefined ? undefined : parseNumber(text);
  if (input === undefined) return;
  try {
    await watch.session?.customRequest("kmdf/writeRegister", { bar, offset, size, value: Number(valueToWrite(register, input)) });
  } catch (error) {
    await vscode.window.showErrorMessage(
      vscode.l10n.t(
        "{0} was not written: {1}",
        bits === undefined ? name : `${name} [${bits[0]}:${bits[1]}]`,
        error instanceof Error ? error.message : String(error),
      ),
    );
  }
}

function currentValue({ value, bits, access }: EditableRegister): string {
  if (value === undefined || access === "wo") return "";
  return bits === undefined ? value : hex(bitsOf(BigInt(value), bits));
}

function problem(register: EditableRegister, input: string): string | undefined {
  const value = parseNumber(input);
  if (value === undefined) return vscode.l10n.t("Enter a whole number such as 42, 0x2A or 0b101010");
  const limit = greatest(register);
  if (value > limit) return vscode.l10n.t("{0} does not fit: the greatest value is {1}", input, hex(limit));
  // The protocol carries numbers, which are exact only so far.
  if (valueToWrite(register, value) > BigInt(Number.MAX_SAFE_INTEGER))
    return vscode.l10n.t("Values above {0} cannot be written from here", hex(Number.MAX_SAFE_INTEGER));
  return undefined;
}
