// SPDX-License-Identifier: MIT
/** The Debug Adapter Protocol face of the debugger, and the launch configurations it takes. */
export { readLaunchConfigurationFile } from "./configuration/configuration-file.ts";
export type { ConfigurationFileOptions } from "./configuration/configuration-file.ts";
export { discoverConfiguration } from "./configuration/discover.ts";
export { didYouMean } from "./configuration/did-you-mean.ts";
export { configurationFileSchema, launchConfigurationSchema } from "./configuration/launch-schema.ts";
export { parseLaunchConfiguration } from "./configuration/parse.ts";
export type { ParseOptions } from "./configuration/parse.ts";
export { launchText, sdkTypesFile, typeScriptConfigurationText } from "./configuration/project-files.ts";
export type { AdapterHost, DriverBuild, DriverBuildOptions, DriverBuilder, SessionFactory } from "./adapter-host.ts";
export { KmdfDebugAdapter } from "./debug-adapter.ts";
export { createDriverBuilder } from "./driver-builder.ts";
export type { DriverBuilderParts } from "./driver-builder.ts";
export { driverCoverage, type CoveredDriver } from "./driver-coverage.ts";
export { outcomeText } from "./events.ts";
export { serveStreams, serveTcp } from "./serve.ts";
export type { TcpAdapters } from "./serve.ts";
