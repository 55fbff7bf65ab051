/* SPDX-License-Identifier: MIT */
/* Checksum offload of a packet, by layer. */
#ifndef _NET_CHECKSUMTYPES_H_
#define _NET_CHECKSUMTYPES_H_

#include <ntdef.h>

#define NET_PACKET_EXTENSION_CHECKSUM_NAME L"ms_packetchecksum"
#define NET_PACKET_EXTENSION_CHECKSUM_VERSION_1 1U
#define NET_PACKET_EXTENSION_CHECKSUM_VERSION_1_SIZE sizeof(NET_PACKET_CHECKSUM)

typedef enum _NET_PACKET_TX_CHECKSUM_ACTION { NetPacketTxChecksumActionPassthrough = 0, NetPacketTxChecksumActionRequired = 2 } NET_PACKET_TX_CHECKSUM_ACTION;
typedef enum _NET_PACKET_RX_CHECKSUM_EVALUATION {
    NetPacketRxChecksumEvaluationNotChecked = 0,
    NetPacketRxChecksumEvaluationValid = 1,
    NetPacketRxChecksumEvaluationInvalid = 2
} NET_PACKET_RX_CHECKSUM_EVALUATION;

typedef struct _NET_PACKET_CHECKSUM {
    UINT8 Layer2 : 2;
    UINT8 Layer3 : 2;
    UINT8 Layer4 : 2;
    UINT8 Reserved : 2;
} NET_PACKET_CHECKSUM;

#endif
