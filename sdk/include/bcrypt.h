/* SPDX-License-Identifier: MIT */
/* Cryptography API: Next Generation, as far as kernel drivers use it. */
#ifndef __BCRYPT_H__
#define __BCRYPT_H__

#include <wdm.h>

EXTERN_C_START

typedef PVOID BCRYPT_HANDLE;
typedef PVOID BCRYPT_ALG_HANDLE;
typedef PVOID BCRYPT_KEY_HANDLE;
typedef PVOID BCRYPT_HASH_HANDLE;

#define BCRYPT_SUCCESS(Status) (((NTSTATUS)(Status)) >= 0)
#define BCRYPT_RNG_ALGORITHM L"RNG"
#define BCRYPT_AES_ALGORITHM L"AES"
#define BCRYPT_SHA1_ALGORITHM L"SHA1"
#define BCRYPT_SHA256_ALGORITHM L"SHA256"
#define BCRYPT_OBJECT_LENGTH L"ObjectLength"
#define BCRYPT_HASH_LENGTH L"HashDigestLength"
#define BCRYPT_CHAINING_MODE L"ChainingMode"
#define BCRYPT_CHAIN_MODE_CBC L"ChainingModeCBC"
#define BCRYPT_CHAIN_MODE_ECB L"ChainingModeECB"
#define MS_PRIMITIVE_PROVIDER L"Microsoft Primitive Provider"
#define BCRYPT_RNG_USE_ENTROPY_IN_BUFFER 0x00000001
#define BCRYPT_USE_SYSTEM_PREFERRED_RNG 0x00000002
#define BCRYPT_PROV_DISPATCH 0x00000001
#define BCRYPT_BLOCK_PADDING 0x00000001

NTSTATUS BCryptOpenAlgorithmProvider(BCRYPT_ALG_HANDLE *Algorithm, LPCWSTR AlgorithmId, LPCWSTR Implementation, ULONG Flags);
NTSTATUS BCryptCloseAlgorithmProvider(BCRYPT_ALG_HANDLE Algorithm, ULONG Flags);
NTSTATUS BCryptGetProperty(BCRYPT_HANDLE Object, LPCWSTR Property, PUCHAR Output, ULONG OutputSize, ULONG *Result, ULONG Flags);
NTSTATUS BCryptSetProperty(BCRYPT_HANDLE Object, LPCWSTR Property, PUCHAR Input, ULONG InputSize, ULONG Flags);
NTSTATUS BCryptGenRandom(BCRYPT_ALG_HANDLE Algorithm, PUCHAR Buffer, ULONG BufferSize, ULONG Flags);
NTSTATUS BCryptCreateHash(BCRYPT_ALG_HANDLE Algorithm, BCRYPT_HASH_HANDLE *Hash, PUCHAR HashObject, ULONG HashObjectSize, PUCHAR Secret, ULONG SecretSize, ULONG Flags);
NTSTATUS BCryptHashData(BCRYPT_HASH_HANDLE Hash, PUCHAR Input, ULONG InputSize, ULONG Flags);
NTSTATUS BCryptFinishHash(BCRYPT_HASH_HANDLE Hash, PUCHAR Output, ULONG OutputSize, ULONG Flags);
NTSTATUS BCryptDestroyHash(BCRYPT_HASH_HANDLE Hash);
NTSTATUS BCryptGenerateSymmetricKey(BCRYPT_ALG_HANDLE Algorithm, BCRYPT_KEY_HANDLE *Key, PUCHAR KeyObject, ULONG KeyObjectSize, PUCHAR Secret, ULONG SecretSize, ULONG Flags);
NTSTATUS BCryptEncrypt(BCRYPT_KEY_HANDLE Key, PUCHAR Input, ULONG InputSize, PVOID PaddingInfo, PUCHAR Iv, ULONG IvSize, PUCHAR Output, ULONG OutputSize, ULONG *Result, ULONG Flags);
NTSTATUS BCryptDecrypt(BCRYPT_KEY_HANDLE Key, PUCHAR Input, ULONG InputSize, PVOID PaddingInfo, PUCHAR Iv, ULONG IvSize, PUCHAR Output, ULONG OutputSize, ULONG *Result, ULONG Flags);
NTSTATUS BCryptDestroyKey(BCRYPT_KEY_HANDLE Key);

EXTERN_C_END

#endif
