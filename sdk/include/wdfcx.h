/* SPDX-License-Identifier: MIT */
/* Class extensions of the framework. Not emulated: a call stops in the debugger. Include it after wdf.h, as in the WDK. */
#ifndef _WDFCX_H_
#define _WDFCX_H_

#include <wdf.h>

WDF_EXTERN_C_START

typedef struct WDFCXDEVICE_INIT *PWDFCXDEVICE_INIT;
typedef struct _WDFCX_PNPPOWER_EVENT_CALLBACKS *PWDFCX_PNPPOWER_EVENT_CALLBACKS;
typedef struct _WDFCX_POWER_POLICY_EVENT_CALLBACKS *PWDFCX_POWER_POLICY_EVENT_CALLBACKS;
typedef struct _WDFCX_FILEOBJECT_CONFIG *PWDFCX_FILEOBJECT_CONFIG;
typedef NTSTATUS EVT_WDFCX_DEVICE_WDM_IRP_PREPROCESS(WDFDEVICE Device, PIRP Irp, WDFCONTEXT DispatchContext);
typedef EVT_WDFCX_DEVICE_WDM_IRP_PREPROCESS *PFN_WDFCX_DEVICE_WDM_IRP_PREPROCESS;

PWDFCXDEVICE_INIT WdfCxDeviceInitAllocate(PWDFDEVICE_INIT DeviceInit);
NTSTATUS WdfCxDeviceInitAllocateContext(PWDFDEVICE_INIT DeviceInit, PWDF_OBJECT_ATTRIBUTES ContextAttributes, PVOID *Context);
PVOID WdfCxDeviceInitGetTypedContextWorker(PWDFDEVICE_INIT DeviceInit, PCWDF_OBJECT_CONTEXT_TYPE_INFO TypeInfo);
NTSTATUS WdfCxDeviceInitAssignWdmIrpPreprocessCallback(PWDFCXDEVICE_INIT CxDeviceInit, PFN_WDFCX_DEVICE_WDM_IRP_PREPROCESS EvtDeviceWdmIrpPreprocess, UCHAR MajorFunction, PUCHAR MinorFunctions, ULONG NumMinorFunctions);
VOID WdfCxDeviceInitSetIoInCallerContextCallback(PWDFCXDEVICE_INIT CxDeviceInit, PFN_WDF_IO_IN_CALLER_CONTEXT EvtIoInCallerContext);
VOID WdfCxDeviceInitSetRequestAttributes(PWDFCXDEVICE_INIT CxDeviceInit, PWDF_OBJECT_ATTRIBUTES RequestAttributes);
VOID WdfCxDeviceInitSetFileObjectConfig(PWDFCXDEVICE_INIT CxDeviceInit, PWDFCX_FILEOBJECT_CONFIG CxFileObjectConfig, PWDF_OBJECT_ATTRIBUTES FileObjectAttributes);
VOID WdfCxDeviceInitSetPnpPowerEventCallbacks(PWDFCXDEVICE_INIT CxDeviceInit, PWDFCX_PNPPOWER_EVENT_CALLBACKS CxPnpPowerCallbacks);
VOID WdfCxDeviceInitSetPowerPolicyEventCallbacks(PWDFCXDEVICE_INIT CxDeviceInit, PWDFCX_POWER_POLICY_EVENT_CALLBACKS CxPowerPolicyCallbacks);
VOID WdfCxVerifierKeBugCheck(WDFOBJECT Object, ULONG BugCheckCode, ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2, ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4);

WDF_EXTERN_C_END

#endif
