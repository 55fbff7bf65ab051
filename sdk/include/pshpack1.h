/* SPDX-License-Identifier: MIT */
/* Structure packing to 1; ends with poppack.h. Deliberately without an include guard. */
#pragma pack(push, 1)
