/* SPDX-License-Identifier: MIT */
/* Kernel drivers share one small C runtime, declared in ddk/crt.h. */
#include <ddk/crt.h>
