// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserError } from "../../base/index.ts";
import { discoverConfiguration } from "./discover.ts";

describe("discoverConfiguration", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "kmdf-discover-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (name: string, content: string | Buffer): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  };

  it("takes sources by folder, the device named by an INF, and the scenario", () => {
    file("driver/a.c", "");
    file("driver/b.cpp", "");
    file("driver/x.inx", "%D% = I, PCI\\VEN_1234&DEV_11E8\r\n");
    file("scenario.ts", "");
    assert.deepEqual(discoverConfiguration(folder), {
      type: "kmdf-dma",
      request: "launch",
      name: path.basename(folder),
      sources: ["driver/*.c", "driver/*.cpp"],
      device: "edu",
      scenario: "scenario.ts",
    });
  });

  it("reads INF files in UTF-16", () => {
    file("a.c", "");
    file("x.inf", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("%D% = I, pci\\ven_1dda&dev_5d01\r\n", "utf16le")]));
    const found = discoverConfiguration(folder);
    assert.ok(!(found instanceof UserError));
    assert.equal(found["device"], "sg-duplex");
  });

  it("prefers a device-model module of the folder", () => {
    file("a.c", "");
    file("device.js", "");
    file("x.inf", "PCI\\VEN_1234&DEV_11E8");
    const found = discoverConfiguration(folder);
    assert.ok(!(found instanceof UserError));
    assert.equal(found["device"], "device.js");
  });

  const project = (...configurations: string[]): string =>
    `<Project><ItemGroup>${configurations.map((name) => `<ProjectConfiguration Include="${name}" />`).join("")}</ItemGroup><PropertyGroup><ConfigurationType>Driver</ConfigurationType></PropertyGroup></Project>`;

  it("prefers the project that builds a driver, and a configuration for debugging", () => {
    file("sys/a.c", "");
    file("device.js", "");
    file("test/app.vcxproj", "<Project><PropertyGroup><ConfigurationType>Application</ConfigurationType></PropertyGroup></Project>");
    file("sys/drv.vcxproj", project("Release|x64", "Debug|x64"));
    assert.deepEqual(discoverConfiguration(folder), {
      type: "kmdf-dma",
      request: "launch",
      name: path.basename(folder),
      project: "sys/drv.vcxproj",
      device: "device.js",
    });
    file("sys/drv.vcxproj", project("Release|Win32", "Win7 Debug|Win32"));
    const other = discoverConfiguration(folder);
    assert.ok(!(other instanceof UserError));
    assert.deepEqual([other["configuration"], other["platform"]], ["Win7 Debug", "Win32"]);
  });

  it("does not choose between several driver projects", () => {
    file("a.c", "");
    file("device.js", "");
    file("a.vcxproj", project());
    file("sub/b.vcxproj", project());
    const found = discoverConfiguration(folder);
    assert.ok(found instanceof UserError);
    assert.match(found.message, /several driver projects: a\.vcxproj, sub\/b\.vcxproj/);
  });

  it("says what is missing", () => {
    const none = discoverConfiguration(folder);
    assert.ok(none instanceof UserError);
    assert.match(none.message, /has no C or C\+\+ file/);
    file("a.c", "");
    file("x.inf", "PCI\\VEN_FFFF&DEV_0001");
    const unknown = discoverConfiguration(folder);
    assert.ok(unknown instanceof UserError);
    assert.match(unknown.message, /no device is known for it/);
  });
});
