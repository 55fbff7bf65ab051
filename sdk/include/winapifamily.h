/* SPDX-License-Identifier: MIT */
/* Driver sources are never partitioned. */
#ifndef _INC_WINAPIFAMILY
#define _INC_WINAPIFAMILY


#define WINAPI_FAMILY_PARTITION(Partitions) 1
#define WINAPI_PARTITION_DESKTOP 1
#define WINAPI_PARTITION_SYSTEM 1

#endif
