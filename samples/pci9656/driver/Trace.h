// SPDX-License-Identifier: MIT
/*++

Module Name:

    Trace.h

Abstract:

    WPP software tracing.

--*/

#pragma once

#include <evntrace.h>

#define WPP_CHECK_FOR_NULL_STRING

// {6E4D2A10-7C35-4F3A-9B1E-52C7A0D8E6F4}
#define WPP_CONTROL_GUIDS \
    WPP_DEFINE_CONTROL_GUID(Sram9656, (6E4D2A10, 7C35, 4F3A, 9B1E, 52C7A0D8E6F4), \
        WPP_DEFINE_BIT(TRACE_DRIVER) \
        WPP_DEFINE_BIT(TRACE_POWER) \
        WPP_DEFINE_BIT(TRACE_DMA) \
        WPP_DEFINE_BIT(TRACE_IO))

#define WPP_LEVEL_FLAGS_LOGGER(lvl, flags) WPP_LEVEL_LOGGER(flags)
#define WPP_LEVEL_FLAGS_ENABLED(lvl, flags) (WPP_LEVEL_ENABLED(flags) && WPP_CONTROL(WPP_BIT_ ## flags).Level >= lvl)

//
// begin_wpp config
//
// FUNC TraceError{LEVEL=TRACE_LEVEL_ERROR}(FLAGS, MSG, ...);
// FUNC TraceInfo{LEVEL=TRACE_LEVEL_INFORMATION}(FLAGS, MSG, ...);
//
// end_wpp
//
