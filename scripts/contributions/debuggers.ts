// SPDX-License-Identifier: MIT
/** The debug type: its launch attributes come from the table that checks configurations. */
import { launchConfigurationSchema } from "../../src/adapter/index.ts";

const driver = { type: "kmdf-dma", request: "launch", name: "${1:My driver}", sources: ["${2:driver/*.c}"], device: "${3:device.ts}" };

export const debuggers = [
  {
    type: "kmdf-dma",
    label: "KMDF DMA driver",
    languages: ["c", "cpp"],
    configurationAttributes: { launch: launchConfigurationSchema() },
    initialConfigurations: [],
    configurationSnippets: [
      {
        label: "KMDF DMA: driver with a scenario",
        description: "Build the driver's sources, run a scenario against the emulated device",
        body: { ...driver, scenario: "${4:scenario.ts}" },
      },
      {
        label: "KMDF DMA: driver without a scenario",
        description: "Load and start the driver; requests are sent while it is debugged",
        body: driver,
      },
      {
        label: "KMDF DMA: driver of a Visual Studio project",
        description: "Take sources, defines and include paths from a .vcxproj",
        body: {
          type: "kmdf-dma",
          request: "launch",
          name: "${1:My driver}",
          project: "${2:driver.vcxproj}",
          device: "${3:device.ts}",
          scenario: "${4:scenario.ts}",
        },
      },
    ],
  },
];
