/* SPDX-License-Identifier: MIT */
/* The framework under another driver model (NDIS miniports). Not emulated: a call stops in the debugger. Include it after wdf.h, as in the WDK. */
#ifndef _WDFMINIPORT_H_
#define _WDFMINIPORT_H_

#include <wdfobject.h>

WDF_EXTERN_C_START

NTSTATUS WdfDeviceMiniportCreate(WDFDRIVER Driver, PWDF_OBJECT_ATTRIBUTES Attributes, PDEVICE_OBJECT DeviceObject, PDEVICE_OBJECT AttachedDeviceObject, PDEVICE_OBJECT Pdo, WDFDEVICE *Device);
VOID WdfDriverMiniportUnload(WDFDRIVER Driver);

WDF_EXTERN_C_END

#endif
