/* SPDX-License-Identifier: MIT */
/* File objects. Include wdf.h, not this file. */
#ifndef _WDFFILEOBJECT_H_
#define _WDFFILEOBJECT_H_

#include <wdfobject.h>

WDF_EXTERN_C_START

typedef enum _WDF_FILEOBJECT_CLASS { WdfFileObjectInvalid = 0, WdfFileObjectNotRequired = 1, WdfFileObjectWdfCanUseFsContext = 2, WdfFileObjectWdfCanUseFsContext2 = 3, WdfFileObjectWdfCannotUseFsContexts = 4, WdfFileObjectCanBeOptional = 0x80000000 } WDF_FILEOBJECT_CLASS, *PWDF_FILEOBJECT_CLASS;
PUNICODE_STRING WdfFileObjectGetFileName(WDFFILEOBJECT FileObject);
ULONG WdfFileObjectGetFlags(WDFFILEOBJECT FileObject);
WDFDEVICE WdfFileObjectGetDevice(WDFFILEOBJECT FileObject);
PFILE_OBJECT WdfFileObjectWdmGetFileObject(WDFFILEOBJECT FileObject);
ULONG WdfFileObjectGetInitiatorProcessId(WDFFILEOBJECT FileObject);

WDF_EXTERN_C_END

#endif
