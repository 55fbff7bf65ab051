/* SPDX-License-Identifier: MIT */
/* Ends what pshpack1.h … pshpack16.h began. Deliberately without an include guard. */
#pragma pack(pop)
