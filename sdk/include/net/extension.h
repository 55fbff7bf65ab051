/* SPDX-License-Identifier: MIT */
/* Extensions of the packets and fragments in the rings of NetAdapterCx. The framework that fills them is not emulated. */
#ifndef _NET_EXTENSION_H_
#define _NET_EXTENSION_H_

#include <wdm.h>

EXTERN_C_START

typedef enum _NET_EXTENSION_TYPE { NetExtensionTypePacket = 1, NetExtensionTypeFragment, NetExtensionTypeBuffer } NET_EXTENSION_TYPE;

/* Where an extension of each element lies: start of the first, and distance of the next. */
typedef struct _NET_EXTENSION {
    BOOLEAN Enabled;
    UCHAR *OSReserved0;
    SIZE_T OSReserved1;
} NET_EXTENSION;

FORCEINLINE PVOID NetExtensionGetData(NET_EXTENSION const *Extension, UINT32 Index)
{
    return Extension->OSReserved0 + Index * Extension->OSReserved1;
}

EXTERN_C_END

#endif
