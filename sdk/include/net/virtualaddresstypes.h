/* SPDX-License-Identifier: MIT */
/* The address of a fragment for the processor. */
#ifndef _NET_VIRTUALADDRESSTYPES_H_
#define _NET_VIRTUALADDRESSTYPES_H_

#include <ntdef.h>

#define NET_FRAGMENT_EXTENSION_VIRTUAL_ADDRESS_NAME L"ms_fragment_virtualaddress"
#define NET_FRAGMENT_EXTENSION_VIRTUAL_ADDRESS_VERSION_1 1U
#define NET_FRAGMENT_EXTENSION_VIRTUAL_ADDRESS_VERSION_1_SIZE sizeof(NET_FRAGMENT_VIRTUAL_ADDRESS)

typedef struct _NET_FRAGMENT_VIRTUAL_ADDRESS {
    PVOID VirtualAddress;
} NET_FRAGMENT_VIRTUAL_ADDRESS;

#endif
