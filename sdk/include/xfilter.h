/* SPDX-License-Identifier: MIT */
/* Ethernet addresses, as drivers of network adapters test, compare and copy them. */
#ifndef _X_FILTER_DEFS_
#define _X_FILTER_DEFS_

#include <ntdef.h>
#include <string.h>

#define ETH_LENGTH_OF_ADDRESS 6

/* The lowest bit of the first byte is that of group addresses; the broadcast address has all bits set. */
#define ETH_IS_MULTICAST(Address) ((BOOLEAN)(((const UCHAR *)(Address))[0] & 1))
#define ETH_IS_BROADCAST(Address) (memcmp((Address), "\xFF\xFF\xFF\xFF\xFF\xFF", ETH_LENGTH_OF_ADDRESS) == 0)
#define ETH_COPY_NETWORK_ADDRESS(Destination, Source) ((void)memcpy((Destination), (Source), ETH_LENGTH_OF_ADDRESS))
/* 0 when both are equal. */
#define ETH_COMPARE_NETWORK_ADDRESSES_EQ(Left, Right, Result) ((void)(*(Result) = memcmp((Left), (Right), ETH_LENGTH_OF_ADDRESS) != 0))

#endif
