/* SPDX-License-Identifier: MIT */
/* Spin locks and wait locks. Include wdf.h, not this file. */
#ifndef _WDFSYNC_H_
#define _WDFSYNC_H_

#include <wdfobject.h>

WDF_EXTERN_C_START

NTSTATUS WdfSpinLockCreate(PWDF_OBJECT_ATTRIBUTES SpinLockAttributes, WDFSPINLOCK *SpinLock);
VOID WdfSpinLockAcquire(WDFSPINLOCK SpinLock);
VOID WdfSpinLockRelease(WDFSPINLOCK SpinLock);
NTSTATUS WdfWaitLockCreate(PWDF_OBJECT_ATTRIBUTES LockAttributes, WDFWAITLOCK *Lock);
NTSTATUS WdfWaitLockAcquire(WDFWAITLOCK Lock, PLONGLONG Timeout);
VOID WdfWaitLockRelease(WDFWAITLOCK Lock);

WDF_EXTERN_C_END

#endif
