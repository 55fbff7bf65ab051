/* SPDX-License-Identifier: MIT */
/* PCI device property keys and the values of interrupt support. */
#ifndef _PCIPROP_H_
#define _PCIPROP_H_

#include <devpropdef.h>

#define DevProp_PciDevice_InterruptType_LineBased 1
#define DevProp_PciDevice_InterruptType_Msi 2
#define DevProp_PciDevice_InterruptType_MsiX 4
DEFINE_DEVPROPKEY(DEVPKEY_PciDevice_DeviceType, 0x3ab22e31, 0x8264, 0x4b4e, 0x9a, 0xf5, 0xa8, 0xd2, 0xd8, 0xe3, 0x3e, 0x62, 1);
DEFINE_DEVPROPKEY(DEVPKEY_PciDevice_InterruptSupport, 0x3ab22e31, 0x8264, 0x4b4e, 0x9a, 0xf5, 0xa8, 0xd2, 0xd8, 0xe3, 0x3e, 0x62, 14);
DEFINE_DEVPROPKEY(DEVPKEY_PciDevice_InterruptMessageMaximum, 0x3ab22e31, 0x8264, 0x4b4e, 0x9a, 0xf5, 0xa8, 0xd2, 0xd8, 0xe3, 0x3e, 0x62, 15);

#endif
