// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { messageHeader } from "./message-text.ts";

const lines = (...text: string[]) => messageHeader(text.join("\r\n"));

describe("messageHeader", () => {
  it("makes a macro for each message, with the names of severities and facilities that the file gives", () => {
    const { text, problems } = lines(
      ";#pragma once",
      "MessageIdTypedef=NTSTATUS",
      "SeverityNames=(Fine=0x1:SEVERITY_FINE",
      "  )",
      "FacilityNames=(Dma=0x123:FACILITY_DMA System=0)",
      "MessageId=0x1F Facility=Dma Severity=Error SymbolicName=DMA_STUCK",
      "Language=English",
      "The engine does not answer \\",
      ".",
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(text.split("\n"), [
      "#pragma once",
      "#define SEVERITY_FINE 0x1",
      "#define FACILITY_DMA 0x123",
      "// The engine does not answer",
      "#define DMA_STUCK ((NTSTATUS)0xC123001FL)",
      "",
    ]);
  });

  it("counts on from the last message of the facility, and keeps severity and facility", () => {
    const message = (head: string) => [head, "Language=English", "Text", "."];
    const { text } = lines(
      ...message("MessageId=7 Severity=Warning Facility=System SymbolicName=FIRST"),
      ...message("MessageId= SymbolicName=SECOND"),
      ...message("MessageId=+5 SymbolicName=THIRD"),
      ...message("SymbolicName = FOURTH"),
      ...message("Facility=Application SymbolicName=OTHER"),
    );
    const macros = text.split("\n").filter((line) => line.startsWith("#define"));
    assert.deepEqual(macros, [
      "#define FIRST 0x80FF0007L",
      "#define SECOND 0x80FF0008L",
      "#define THIRD 0x80FF000DL",
      "#define FOURTH 0x80FF000EL",
      "#define OTHER 0x8FFF0001L",
    ]);
  });

  it("has one macro for a message in several languages", () => {
    const { text } = lines("MessageId=1 SymbolicName=ONE", "Language=English", "One", ".", "Language=German", "Eins", ".");
    assert.equal(text.match(/#define/g)?.length, 1);
  });

  it("says which lines it does not understand", () => {
    const { problems } = lines("MessageId=first", "what is this", "Facility=Nowhere", "Colour=red");
    assert.deepEqual(problems, [
      { line: 1, message: "'first' is no number of a message" },
      { line: 2, message: "'what is this' is neither a statement 'Name=value' nor the text of a message" },
      { line: 3, message: "no facility is called 'Nowhere'" },
      { line: 4, message: "a message text file has no statement 'colour'" },
    ]);
  });
});
