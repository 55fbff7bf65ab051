/* SPDX-License-Identifier: MIT */
/* Addresses of the fragments in a ring for the device. */
#ifndef _NET_LOGICALADDRESS_H_
#define _NET_LOGICALADDRESS_H_

#include <net/extension.h>
#include <net/logicaladdresstypes.h>

FORCEINLINE NET_FRAGMENT_LOGICAL_ADDRESS *NetExtensionGetFragmentLogicalAddress(NET_EXTENSION const *Extension, UINT32 Index)
{
    return (NET_FRAGMENT_LOGICAL_ADDRESS *)NetExtensionGetData(Extension, Index);
}

#endif
