// SPDX-License-Identifier: MIT
/** What `kmdf-dma` runs first: loads the command line when Node is new enough for it. Imports nothing, so that every Node gets this far. */

/** As `engines` of package.json. */
const oldestMajor = 22;

if (Number.parseInt(process.versions.node, 10) < oldestMajor) {
  process.stderr.write(
    `kmdf-dma needs Node ${oldestMajor} or later, and this is ${process.version} (in a checkout, npx kmdf-dma uses the Node that comes with it)\n`,
  );
  // ExitStatus.badConfiguration
  process.exitCode = 4;
} else {
  await import("./main.ts");
}

export {};
