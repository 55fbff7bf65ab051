// SPDX-License-Identifier: MIT
/*++

Module Name:

    Public.h

Abstract:

    What applications share with the driver: the device interface and the control codes.

--*/

#ifndef EDU_PUBLIC_H
#define EDU_PUBLIC_H

// {6B2F0C4E-9D41-4C3A-8B7E-5A1D3F60E7C2}
DEFINE_GUID(GUID_DEVINTERFACE_EDU,
            0x6b2f0c4e, 0x9d41, 0x4c3a, 0x8b, 0x7e, 0x5a, 0x1d, 0x3f, 0x60, 0xe7, 0xc2);

// In: ULONG n. Out: ULONG n! (modulo 2^32). The device computes it and interrupts.
#define IOCTL_EDU_FACTORIAL CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

// In: ULONG value. Out: ULONG, the value as the liveness register gives it back: inverted.
#define IOCTL_EDU_LIVENESS CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)

#endif
