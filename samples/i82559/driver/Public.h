// SPDX-License-Identifier: MIT
/*++

    What user programs know of the driver. ReadFile gives one received frame, WriteFile sends one.

--*/

#pragma once

// {5B5D8E0A-6C3A-4B57-9C57-0C5E2E2B8259}
DEFINE_GUID(GUID_DEVINTERFACE_NIC, 0x5b5d8e0a, 0x6c3a, 0x4b57, 0x9c, 0x57, 0x0c, 0x5e, 0x2e, 0x2b, 0x82, 0x59);

// Output: NIC_INFORMATION.
#define IOCTL_NIC_INFORMATION CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_READ_ACCESS)

typedef struct _NIC_INFORMATION {
    UCHAR   Station[6];
    UCHAR   HasLink;
    UCHAR   Is100Mbps;
    ULONG   FramesSent;
    ULONG   FramesReceived;
} NIC_INFORMATION, *PNIC_INFORMATION;
