/* SPDX-License-Identifier: MIT
 * Structured exception handling: values of filters, and the functions that filters, handlers and termination blocks may call. The build gives the
 * keywords their meaning (docs/seh.md). */
#ifndef _INC_EXCPT
#define _INC_EXCPT

typedef enum _EXCEPTION_DISPOSITION {
    ExceptionContinueExecution,
    ExceptionContinueSearch,
    ExceptionNestedException,
    ExceptionCollidedUnwind
} EXCEPTION_DISPOSITION;

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

#define GetExceptionCode _exception_code
#define exception_code _exception_code
#define GetExceptionInformation _exception_info
#define exception_info _exception_info
#define AbnormalTermination _abnormal_termination
#define abnormal_termination _abnormal_termination

#endif
