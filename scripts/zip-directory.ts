// SPDX-License-Identifier: MIT
/** Reads what a ZIP archive (such as a VSIX) contains from its central directory (APPNOTE.TXT sections 4.3.12 and 4.3.16). */

export interface ZipEntry {
  readonly name: string;
  /** Bytes after unpacking. */
  readonly size: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
/** Sizes without the fields of variable length. */
const endSize = 22;
const entrySize = 46;

/** All entries in the order of the directory. Throws when `archive` is no ZIP archive. Zip64 is not supported. */
export function readZipDirectory(archive: Buffer): ZipEntry[] {
  let end = archive.length - endSize;
  // A comment may follow the end record.
  while (end >= 0 && archive.readUInt32LE(end) !== endSignature) end--;
  if (end < 0) throw new Error("this is not a ZIP archive: it has no end record");
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (archive.readUInt32LE(at) !== entrySignature) throw new Error(`entry ${i} of the ZIP archive's directory is damaged`);
    const nameLength = archive.readUInt16LE(at + 28);
    entries.push({ name: archive.toString("utf8", at + entrySize, at + entrySize + nameLength), size: archive.readUInt32LE(at + 24) });
    at += entrySize + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}
