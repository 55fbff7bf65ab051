/* SPDX-License-Identifier: MIT */
/* Addresses of the fragments in a ring for the processor. */
#ifndef _NET_VIRTUALADDRESS_H_
#define _NET_VIRTUALADDRESS_H_

#include <net/extension.h>
#include <net/virtualaddresstypes.h>

FORCEINLINE NET_FRAGMENT_VIRTUAL_ADDRESS *NetExtensionGetFragmentVirtualAddress(NET_EXTENSION const *Extension, UINT32 Index)
{
    return (NET_FRAGMENT_VIRTUAL_ADDRESS *)NetExtensionGetData(Extension, Index);
}

#endif
