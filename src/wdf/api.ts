// SPDX-License-Identifier: MIT
/** The function table: one line for each family of functions. */
import type { ApiTable } from "../nt/index.ts";
import { childListApi } from "./child-list-api.ts";
import { cmResourceListApi } from "./cm-resource-list.ts";
import { collectionApi } from "./collection.ts";
import { controlDeviceApi } from "./control-device-api.ts";
import { deviceApi } from "./device-api.ts";
import { deviceInterfaceApi } from "./device-interface-api.ts";
import { deviceRelationsApi } from "./device-relations-api.ts";
import { deviceInitApi } from "./device-init-api.ts";
import { devicePowerApi } from "./device-power-api.ts";
import { devicePropertyApi } from "./device-property.ts";
import { dmaApi } from "./dma-api.ts";
import { dpcApi } from "./dpc.ts";
import { driverApi } from "./driver.ts";
import { fileObjectApi } from "./file-object.ts";
import type { WdfFramework } from "./framework.ts";
import { interruptApi } from "./interrupt-api.ts";
import { withIrqlLimits } from "./irql-limits.ts";
import { ioResourceListApi } from "./io-resource-list-api.ts";
import { ioTargetApi } from "./io-target-api.ts";
import { lookasideApi } from "./lookaside.ts";
import { memoryApi } from "./memory.ts";
import { objectApi } from "./object-api.ts";
import { pdoApi } from "./pdo-api.ts";
import { pdoInitApi } from "./pdo-init-api.ts";
import { queryInterfaceApi } from "./query-interface.ts";
import { queueApi } from "./queue-api.ts";
import { queueControlApi } from "./queue-control.ts";
import { registryKeyApi } from "./registry-key.ts";
import { registryValueApi } from "./registry-value.ts";
import { requestApi } from "./request-api.ts";
import { requestIdentityApi } from "./request-identity.ts";
import { requestParentApi } from "./request-parent.ts";
import { requestSendApi } from "./request-send-api.ts";
import { spinLockApi } from "./spin-lock.ts";
import { stateChangeApi } from "./state-change-api.ts";
import { stringApi } from "./string.ts";
import { timerApi } from "./timer.ts";
import { verifierApi } from "./verifier-api.ts";
import { waitLockApi } from "./wait-lock.ts";
import { wmiApi } from "./wmi.ts";
import { workItemApi } from "./work-item.ts";

/** All families in one table. */
export function collectApi(framework: WdfFramework): ApiTable {
  return withIrqlLimits(framework, {
    ...objectApi(framework),
    ...driverApi(framework),
    ...deviceInitApi(framework),
    ...deviceApi(framework),
    ...devicePowerApi(framework),
    ...stateChangeApi(framework),
    ...devicePropertyApi(framework),
    ...queryInterfaceApi(framework),
    ...cmResourceListApi(framework),
    ...ioResourceListApi(framework),
    ...childListApi(framework),
    ...pdoInitApi(framework),
    ...pdoApi(framework),
    ...controlDeviceApi(framework),
    ...interruptApi(framework),
    ...queueApi(framework),
    ...queueControlApi(framework),
    ...requestApi(framework),
    ...requestSendApi(framework),
    ...requestParentApi(framework),
    ...requestIdentityApi(framework),
    ...deviceInterfaceApi(framework),
    ...deviceRelationsApi(framework),
    ...verifierApi(framework),
    ...ioTargetApi(framework),
    ...fileObjectApi(framework),
    ...memoryApi(framework),
    ...lookasideApi(framework),
    ...spinLockApi(framework),
    ...waitLockApi(framework),
    ...timerApi(framework),
    ...dpcApi(framework),
    ...workItemApi(framework),
    ...collectionApi(framework),
    ...stringApi(framework),
    ...registryKeyApi(framework),
    ...registryValueApi(framework),
    ...wmiApi(framework),
    ...dmaApi(framework),
  });
}
