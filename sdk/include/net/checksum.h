/* SPDX-License-Identifier: MIT */
/* Checksum offload of packets in a ring. */
#ifndef _NET_CHECKSUM_H_
#define _NET_CHECKSUM_H_

#include <net/checksumtypes.h>
#include <net/extension.h>

FORCEINLINE NET_PACKET_CHECKSUM *NetExtensionGetPacketChecksum(NET_EXTENSION const *Extension, UINT32 Index)
{
    return (NET_PACKET_CHECKSUM *)NetExtensionGetData(Extension, Index);
}

#endif
