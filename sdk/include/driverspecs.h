/* SPDX-License-Identifier: MIT */
/* Driver annotations: IRQL, resources and callback roles. All of them expand to nothing. */
#ifndef DRIVERSPECS_H
#define DRIVERSPECS_H

#include <sal.h>

/* Without arguments. */
#define _IRQL_is_cancel_
#define _IRQL_requires_same_
#define _IRQL_restores_
#define _IRQL_saves_
#define _Kernel_entry_
#define _Kernel_entry_always_
#define _Kernel_float_restored_
#define _Kernel_float_saved_
#define _Kernel_float_used_
#define __drv_aliasesMem
#define __drv_constant
#define __drv_floatRestored
#define __drv_floatSaved
#define __drv_floatUsed
#define __drv_inTry
#define __drv_isObjectPointer
#define __drv_nonConstant
#define __drv_notInTry
#define __drv_notPointer
#define __drv_restoresIRQL
#define __drv_sameIRQL
#define __drv_savesIRQL
#define __drv_useCancelIRQL
#define __internal_kernel_driver
#define __kernel_code
#define __kernel_driver
#define __user_code
#define __user_driver

/* With one argument. */
#define _Dispatch_type_(x)
#define _Function_class_(x)
#define _IRQL_always_function_max_(x)
#define _IRQL_always_function_min_(x)
#define _IRQL_limited_to_(x)
#define _IRQL_raises_(x)
#define _IRQL_requires_(x)
#define _IRQL_requires_max_(x)
#define _IRQL_requires_min_(x)
#define _Kernel_acquires_resource_(x)
#define _Kernel_clear_do_init_(x)
#define _Kernel_releases_resource_(x)
#define _Kernel_requires_resource_held_(x)
#define _Kernel_requires_resource_not_held_(x)
#define __drv_acquiresExclusiveResource(x)
#define __drv_acquiresResource(x)
#define __drv_allocatesMem(x)
#define __drv_callbackType(x)
#define __drv_clearDoInit(x)
#define __drv_completionType(x)
#define __drv_deref(x)
#define __drv_dispatchType(x)
#define __drv_formatString(x)
#define __drv_freesMem(x)
#define __drv_fun(x)
#define __drv_functionClass(x)
#define __drv_in(x)
#define __drv_in_deref(x)
#define __drv_inout(x)
#define __drv_maxFunctionIRQL(x)
#define __drv_maxIRQL(x)
#define __drv_minFunctionIRQL(x)
#define __drv_minIRQL(x)
#define __drv_mustHold(x)
#define __drv_neverHold(x)
#define __drv_out(x)
#define __drv_out_deref(x)
#define __drv_raisesIRQL(x)
#define __drv_releasesExclusiveResource(x)
#define __drv_releasesResource(x)
#define __drv_reportDeprecated(x)
#define __drv_reportError(x)
#define __drv_requiresIRQL(x)
#define __drv_ret(x)
#define __drv_returnReason(x)
#define __drv_setsIRQL(x)
#define __drv_strictTypeMatch(x)

/* With two or more arguments. */
#define _IRQL_restores_global_(...)
#define _IRQL_saves_global_(...)
#define __drv_acquiresResourceGlobal(...)
#define __drv_arg(...)
#define __drv_at(...)
#define __drv_innerAcquiresGlobal(...)
#define __drv_innerReleasesGlobal(...)
#define __drv_mustHoldGlobal(...)
#define __drv_neverHoldGlobal(...)
#define __drv_preferredFunction(...)
#define __drv_releasesResourceGlobal(...)
#define __drv_restoresIRQLGlobal(...)
#define __drv_savesIRQLGlobal(...)
#define __drv_strictType(...)
#define __drv_when(...)
#define __drv_valueIs(...)
#define __drv_neverHoldCriticalRegion
#define __drv_mustHoldCriticalRegion
#define __drv_acquiresCriticalRegion
#define __drv_releasesCriticalRegion
#define __drv_acquiresCancelSpinLock
#define __drv_releasesCancelSpinLock
#define __drv_mustHoldCancelSpinLock
#define __drv_neverHoldCancelSpinLock
#define __drv_acquiresPriorityRegion
#define __drv_releasesPriorityRegion
#define __drv_Mode_impl(x)

#endif
