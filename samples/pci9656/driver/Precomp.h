// SPDX-License-Identifier: MIT
/*++

Module Name:

    Precomp.h

Abstract:

    What every source of the driver includes first.

--*/

#pragma once

#include <ntddk.h>
#include <wdf.h>

// From here on DEFINE_GUID defines; the linker keeps one of each.
#include <initguid.h>
#include <wdmguid.h>

#include "Public.h"
#include "Registers.h"
#include "Sram.h"
#include "Trace.h"
