/* SPDX-License-Identifier: MIT */
/* The Windows driver model: everything a WDM driver sees of the kernel. */
#ifndef _WDMDDK_
#define _WDMDDK_

#ifndef NTDDI_WIN7
#define NTDDI_WIN2K 0x05000000
#define NTDDI_WINXP 0x05010000
#define NTDDI_WS03 0x05020000
#define NTDDI_VISTA 0x06000000
#define NTDDI_WIN6 0x06000000
#define NTDDI_LONGHORN NTDDI_VISTA
#define NTDDI_WIN7 0x06010000
#define NTDDI_WIN8 0x06020000
#define NTDDI_WINBLUE 0x06030000
#define NTDDI_WINTHRESHOLD 0x0A000000
#define NTDDI_WIN10 0x0A000000
#define NTDDI_WIN10_TH2 0x0A000001
#define NTDDI_WIN10_RS1 0x0A000002
#define NTDDI_WIN10_RS2 0x0A000003
#define NTDDI_WIN10_RS3 0x0A000004
#define NTDDI_WIN10_RS4 0x0A000005
#define NTDDI_WIN10_RS5 0x0A000006
#define NTDDI_WIN10_19H1 0x0A000007
#define NTDDI_WIN10_VB 0x0A000008
#define NTDDI_WIN10_MN 0x0A000009
#define NTDDI_WIN10_FE 0x0A00000A
#define NTDDI_WIN10_CO 0x0A00000B
#define NTDDI_WIN10_NI 0x0A00000C
#endif
#ifndef NTDDI_VERSION
#define NTDDI_VERSION NTDDI_WIN10_NI
#endif
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif
#ifndef WINVER
#define WINVER _WIN32_WINNT
#endif
#define _WIN32_WINNT_WIN7 0x0601
#define _WIN32_WINNT_WIN8 0x0602
#define _WIN32_WINNT_WINBLUE 0x0603
#define _WIN32_WINNT_WIN10 0x0A00

#include <ntdef.h>
#include <ntstatus.h>
#include <ddk/rtl.h>
#include <ddk/exception.h>
#include <ddk/interlocked.h>
#include <ddk/ke.h>
#include <ddk/ex.h>
#include <ddk/mm.h>
#include <ddk/po.h>
#include <ddk/cm.h>
#include <ddk/io.h>
#include <ddk/pci.h>
#include <ddk/dma.h>
#include <ddk/hal.h>
#include <ddk/pcie.h>
#include <ddk/file.h>
#include <ddk/callback.h>
#include <ddk/wmi.h>
#include <ddk/pofx.h>
#include <bugcodes.h>

/* Sources bracket "#pragma alloc_text" with this. */
#ifndef ALLOC_PRAGMA
#define ALLOC_PRAGMA 1
#endif

#endif
