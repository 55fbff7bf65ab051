/* SPDX-License-Identifier: MIT
 * TraceLogging for C and C++: self-describing events. Each field becomes a few arguments of one call, which the emulated kernel decodes. */
#ifndef _TRACELOGGINGPROVIDER_
#define _TRACELOGGINGPROVIDER_

#include <evntrace.h>

#ifdef __cplusplus
extern "C" {
#endif

struct _tlgProvider_t {
    const char *Name;
    GUID Id;
    volatile ULONG IsRegistered;
};
typedef const struct _tlgProvider_t *TraceLoggingHProvider;

typedef VOID(NTAPI *TLG_PENABLECALLBACK)(LPCGUID SourceId, ULONG ControlCode, UCHAR Level, ULONGLONG MatchAnyKeyword, ULONGLONG MatchAllKeyword,
                                         PVOID FilterData, PVOID CallbackContext);

NTSTATUS DdkTraceLoggingRegister(TraceLoggingHProvider Provider);
VOID DdkTraceLoggingUnregister(TraceLoggingHProvider Provider);
int DdkTraceLoggingIsEnabled(TraceLoggingHProvider Provider, UCHAR Level);
/* Name, then for each field: type, name, and what the type takes (src/nt/trace-logging.ts), then DDK_TLG_END. */
VOID DdkTraceLoggingWrite(TraceLoggingHProvider Provider, const char *Name, const GUID *Activity, const GUID *RelatedActivity, ...);

#ifdef __cplusplus
}
#endif

/* Types of fields. The low byte says what they are, the next whether there is one of them (0), a number of them (1), or text that ends with 0 (2). */
#define DDK_TLG_END 0
#define DDK_TLG_INT8 1
#define DDK_TLG_UINT8 2
#define DDK_TLG_INT16 3
#define DDK_TLG_UINT16 4
#define DDK_TLG_INT32 5
#define DDK_TLG_UINT32 6
#define DDK_TLG_INT64 7
#define DDK_TLG_UINT64 8
#define DDK_TLG_HEX8 9
#define DDK_TLG_HEX16 10
#define DDK_TLG_HEX32 11
#define DDK_TLG_HEX64 12
#define DDK_TLG_FLOAT 13
#define DDK_TLG_DOUBLE 14
#define DDK_TLG_BOOL 15
#define DDK_TLG_POINTER 16
#define DDK_TLG_GUID 17
#define DDK_TLG_FILETIME 18
#define DDK_TLG_SYSTEMTIME 19
#define DDK_TLG_NTSTATUS 20
#define DDK_TLG_HRESULT 21
#define DDK_TLG_CHAR 22
#define DDK_TLG_WCHAR 23
#define DDK_TLG_STRING 24
#define DDK_TLG_WIDESTRING 25
#define DDK_TLG_ANSI_STRING 26
#define DDK_TLG_UNICODE_STRING 27
#define DDK_TLG_BINARY 28
#define DDK_TLG_STRUCT 29
#define DDK_TLG_PORT 30
#define DDK_TLG_IPV4 31
#define DDK_TLG_IPV6 32
#define DDK_TLG_COUNTED 33
#define DDK_TLG_COUNTED_WIDE 34
/* Descriptions of the event. */
#define DDK_TLG_LEVEL 64
#define DDK_TLG_KEYWORD 65
#define DDK_TLG_OPCODE 66
#define DDK_TLG_OTHER 67
#define DDK_TLG_ARRAY 0x100

/* The second of its arguments: the name given, or the text of the value. */
#define DDK_TLG_NAME(...) DDK_TLG_NAME2(__VA_ARGS__, 0, 0, 0)
#define DDK_TLG_NAME2(Text, Count, ...) DDK_TLG_NAME3(Text, Count, __VA_ARGS__)
#define DDK_TLG_NAME3(Text, Name, ...) ((Name) ? (const char *)(Name) : (Text))

#define DDK_TLG_SCALAR(Type, Cast, Value, ...) Type, DDK_TLG_NAME(__VA_ARGS__), (Cast)(Value)
#define DDK_TLG_ARRAY_OF(Type, Values, Count, ...) (Type) | DDK_TLG_ARRAY, DDK_TLG_NAME(__VA_ARGS__), (const void *)(Values), (ULONG)(Count)

#define TRACELOGGING_DECLARE_PROVIDER(HandleVariable) EXTERN_C const TraceLoggingHProvider HandleVariable
#define TRACELOGGING_DEFINE_PROVIDER(HandleVariable, ProviderName, ProviderId, ...)                                                                 \
    static struct _tlgProvider_t HandleVariable##_Provider = {ProviderName, DDK_TLG_GUID_OF ProviderId, 0};                                         \
    EXTERN_C const TraceLoggingHProvider HandleVariable;                                                                                            \
    const TraceLoggingHProvider HandleVariable = &HandleVariable##_Provider
#define TRACELOGGING_DEFINE_PROVIDER_STORAGE(StorageVariable, ProviderName, ProviderId, ...)                                                        \
    static struct _tlgProvider_t StorageVariable = {ProviderName, DDK_TLG_GUID_OF ProviderId, 0}
#define DDK_TLG_GUID_OF(a, b, c, d, e, f, g, h, i, j, k) {a, b, c, {d, e, f, g, h, i, j, k}}
#define TraceLoggingOptionGroup(...)

#define TraceLoggingRegister(Provider) DdkTraceLoggingRegister(Provider)
#define TraceLoggingRegisterEx(Provider, EnableCallback, Context) ((void)(EnableCallback), (void)(Context), DdkTraceLoggingRegister(Provider))
#define TraceLoggingUnregister(Provider) DdkTraceLoggingUnregister(Provider)
#define TraceLoggingProviderEnabled(Provider, EventLevel, EventKeyword) ((void)(EventKeyword), DdkTraceLoggingIsEnabled(Provider, (UCHAR)(EventLevel)))
#define TraceLoggingProviderId(Provider) ((Provider)->Id)

#define TraceLoggingWrite(Provider, EventName, ...) DdkTraceLoggingWrite(Provider, EventName, 0, 0, ##__VA_ARGS__, DDK_TLG_END)
#define TraceLoggingWriteActivity(Provider, EventName, ActivityId, RelatedActivityId, ...)                                                          \
    DdkTraceLoggingWrite(Provider, EventName, ActivityId, RelatedActivityId, ##__VA_ARGS__, DDK_TLG_END)

#define TraceLoggingLevel(Value) DDK_TLG_LEVEL, (const char *)0, (ULONG)(Value)
#define TraceLoggingKeyword(Value) DDK_TLG_KEYWORD, (const char *)0, (ULONGLONG)(Value)
#define TraceLoggingOpcode(Value) DDK_TLG_OPCODE, (const char *)0, (ULONG)(Value)
#define TraceLoggingChannel(Value) DDK_TLG_OTHER, (const char *)0, (ULONG)(Value)
#define TraceLoggingEventTag(Value) DDK_TLG_OTHER, (const char *)0, (ULONG)(Value)
#define TraceLoggingDescription(Text) DDK_TLG_OTHER, (const char *)0, 0u
#define TraceLoggingCustomAttribute(Key, Value) DDK_TLG_OTHER, (const char *)0, 0u

/* Fields: the value, then optionally its name, a description and tags. */
#define TraceLoggingInt8(Value, ...) DDK_TLG_SCALAR(DDK_TLG_INT8, signed char, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingUInt8(Value, ...) DDK_TLG_SCALAR(DDK_TLG_UINT8, UCHAR, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingInt16(Value, ...) DDK_TLG_SCALAR(DDK_TLG_INT16, short, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingUInt16(Value, ...) DDK_TLG_SCALAR(DDK_TLG_UINT16, USHORT, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingInt32(Value, ...) DDK_TLG_SCALAR(DDK_TLG_INT32, int, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingUInt32(Value, ...) DDK_TLG_SCALAR(DDK_TLG_UINT32, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingInt64(Value, ...) DDK_TLG_SCALAR(DDK_TLG_INT64, LONGLONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingUInt64(Value, ...) DDK_TLG_SCALAR(DDK_TLG_UINT64, ULONGLONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingHexInt8(Value, ...) DDK_TLG_SCALAR(DDK_TLG_HEX8, UCHAR, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingHexUInt8(Value, ...) DDK_TLG_SCALAR(DDK_TLG_HEX8, UCHAR, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingHexInt16(Value, ...) DDK_TLG_SCALAR(DDK_TLG_HEX16, USHORT, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingHexUInt16(Value, ...) DDK_TLG_SCALAR(DDK_TLG_HEX16, USHORT, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingHexInt32(Value, ...) DDK_TLG_SCALAR(DDK_TLG_HEX32, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingHexUInt32(Value, ...) DDK_TLG_SCALAR(DDK_TLG_HEX32, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingHexInt64(Value, ...) DDK_TLG_SCALAR(DDK_TLG_HEX64, ULONGLONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingHexUInt64(Value, ...) DDK_TLG_SCALAR(DDK_TLG_HEX64, ULONGLONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingLong(Value, ...) DDK_TLG_SCALAR(DDK_TLG_INT32, LONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingULong(Value, ...) DDK_TLG_SCALAR(DDK_TLG_UINT32, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingHexLong(Value, ...) DDK_TLG_SCALAR(DDK_TLG_HEX32, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingHexULong(Value, ...) DDK_TLG_SCALAR(DDK_TLG_HEX32, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingIntPtr(Value, ...) DDK_TLG_SCALAR(DDK_TLG_INT32, LONG_PTR, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingUIntPtr(Value, ...) DDK_TLG_SCALAR(DDK_TLG_UINT32, ULONG_PTR, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingSizeT(Value, ...) DDK_TLG_SCALAR(DDK_TLG_UINT32, SIZE_T, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingFloat32(Value, ...) DDK_TLG_SCALAR(DDK_TLG_FLOAT, double, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingFloat64(Value, ...) DDK_TLG_SCALAR(DDK_TLG_DOUBLE, double, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingBoolean(Value, ...) DDK_TLG_SCALAR(DDK_TLG_BOOL, UCHAR, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingBool(Value, ...) DDK_TLG_SCALAR(DDK_TLG_BOOL, int, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingChar(Value, ...) DDK_TLG_SCALAR(DDK_TLG_CHAR, UCHAR, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingWChar(Value, ...) DDK_TLG_SCALAR(DDK_TLG_WCHAR, USHORT, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingPointer(Value, ...) DDK_TLG_SCALAR(DDK_TLG_POINTER, const void *, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingCodePointer(Value, ...) DDK_TLG_SCALAR(DDK_TLG_POINTER, const void *, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingPid(Value, ...) DDK_TLG_SCALAR(DDK_TLG_UINT32, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingTid(Value, ...) DDK_TLG_SCALAR(DDK_TLG_UINT32, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingPort(Value, ...) DDK_TLG_SCALAR(DDK_TLG_PORT, USHORT, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingIPv4Address(Value, ...) DDK_TLG_SCALAR(DDK_TLG_IPV4, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingIPv6Address(Pointer, ...) DDK_TLG_SCALAR(DDK_TLG_IPV6, const void *, Pointer, #Pointer, ##__VA_ARGS__)
#define TraceLoggingWinError(Value, ...) DDK_TLG_SCALAR(DDK_TLG_UINT32, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingNTStatus(Value, ...) DDK_TLG_SCALAR(DDK_TLG_NTSTATUS, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingHResult(Value, ...) DDK_TLG_SCALAR(DDK_TLG_HRESULT, ULONG, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingGuid(Value, ...) DDK_TLG_GUID, DDK_TLG_NAME(#Value, ##__VA_ARGS__), (const void *)&(Value)
#define TraceLoggingFileTime(Value, ...) DDK_TLG_FILETIME, DDK_TLG_NAME(#Value, ##__VA_ARGS__), (const void *)&(Value)
#define TraceLoggingFileTimeUtc(Value, ...) DDK_TLG_FILETIME, DDK_TLG_NAME(#Value, ##__VA_ARGS__), (const void *)&(Value)
#define TraceLoggingSystemTime(Value, ...) DDK_TLG_SYSTEMTIME, DDK_TLG_NAME(#Value, ##__VA_ARGS__), (const void *)&(Value)
#define TraceLoggingSystemTimeUtc(Value, ...) DDK_TLG_SYSTEMTIME, DDK_TLG_NAME(#Value, ##__VA_ARGS__), (const void *)&(Value)
#define TraceLoggingString(Value, ...) DDK_TLG_SCALAR(DDK_TLG_STRING, const void *, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingUtf8String(Value, ...) DDK_TLG_SCALAR(DDK_TLG_STRING, const void *, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingWideString(Value, ...) DDK_TLG_SCALAR(DDK_TLG_WIDESTRING, const void *, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingAnsiString(Value, ...) DDK_TLG_SCALAR(DDK_TLG_ANSI_STRING, const void *, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingUnicodeString(Value, ...) DDK_TLG_SCALAR(DDK_TLG_UNICODE_STRING, const void *, Value, #Value, ##__VA_ARGS__)
#define TraceLoggingCountedString(Value, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_COUNTED, Value, Count, #Value, ##__VA_ARGS__)
#define TraceLoggingCountedUtf8String(Value, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_COUNTED, Value, Count, #Value, ##__VA_ARGS__)
#define TraceLoggingCountedWideString(Value, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_COUNTED_WIDE, Value, Count, #Value, ##__VA_ARGS__)
#define TraceLoggingBinary(Value, Bytes, ...) DDK_TLG_ARRAY_OF(DDK_TLG_BINARY, Value, Bytes, #Value, ##__VA_ARGS__)
#define TraceLoggingStruct(FieldCount, ...) DDK_TLG_STRUCT, DDK_TLG_NAME("struct", ##__VA_ARGS__), (ULONG)(FieldCount)

#define TraceLoggingInt8Array(Values, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_INT8, Values, Count, #Values, ##__VA_ARGS__)
#define TraceLoggingUInt8Array(Values, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_UINT8, Values, Count, #Values, ##__VA_ARGS__)
#define TraceLoggingInt16Array(Values, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_INT16, Values, Count, #Values, ##__VA_ARGS__)
#define TraceLoggingUInt16Array(Values, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_UINT16, Values, Count, #Values, ##__VA_ARGS__)
#define TraceLoggingInt32Array(Values, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_INT32, Values, Count, #Values, ##__VA_ARGS__)
#define TraceLoggingUInt32Array(Values, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_UINT32, Values, Count, #Values, ##__VA_ARGS__)
#define TraceLoggingInt64Array(Values, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_INT64, Values, Count, #Values, ##__VA_ARGS__)
#define TraceLoggingUInt64Array(Values, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_UINT64, Values, Count, #Values, ##__VA_ARGS__)
#define TraceLoggingHexUInt8Array(Values, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_HEX8, Values, Count, #Values, ##__VA_ARGS__)
#define TraceLoggingHexUInt32Array(Values, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_HEX32, Values, Count, #Values, ##__VA_ARGS__)
#define TraceLoggingHexUInt64Array(Values, Count, ...) DDK_TLG_ARRAY_OF(DDK_TLG_HEX64, Values, Count, #Values, ##__VA_ARGS__)
#define TraceLoggingInt32FixedArray(Values, Count, ...) TraceLoggingInt32Array(Values, Count, ##__VA_ARGS__)
#define TraceLoggingUInt32FixedArray(Values, Count, ...) TraceLoggingUInt32Array(Values, Count, ##__VA_ARGS__)
#define TraceLoggingUInt8FixedArray(Values, Count, ...) TraceLoggingUInt8Array(Values, Count, ##__VA_ARGS__)
#define TraceLoggingUInt64FixedArray(Values, Count, ...) TraceLoggingUInt64Array(Values, Count, ##__VA_ARGS__)

/* The type of the value decides. */
#define TraceLoggingValue(Value, ...) DDK_TLG_TYPE_OF(Value), DDK_TLG_NAME(#Value, ##__VA_ARGS__), DDK_TLG_PASS(Value)
#ifdef __cplusplus
extern "C++" {
template <class T> struct DdkTlgType {
    static const int value = DDK_TLG_INT32;
};
template <class T> struct DdkTlgType<T *> {
    static const int value = DDK_TLG_POINTER;
};
#define DDK_TLG_CPP(Type, Code)                                                                                                                     \
    template <> struct DdkTlgType<Type> {                                                                                                           \
        static const int value = Code;                                                                                                              \
    };
DDK_TLG_CPP(bool, DDK_TLG_BOOL)
DDK_TLG_CPP(char, DDK_TLG_CHAR)
DDK_TLG_CPP(signed char, DDK_TLG_INT8)
DDK_TLG_CPP(unsigned char, DDK_TLG_UINT8)
DDK_TLG_CPP(short, DDK_TLG_INT16)
DDK_TLG_CPP(unsigned short, DDK_TLG_UINT16)
DDK_TLG_CPP(wchar_t, DDK_TLG_WCHAR)
DDK_TLG_CPP(unsigned int, DDK_TLG_UINT32)
DDK_TLG_CPP(unsigned long, DDK_TLG_UINT32)
DDK_TLG_CPP(long long, DDK_TLG_INT64)
DDK_TLG_CPP(unsigned long long, DDK_TLG_UINT64)
DDK_TLG_CPP(float, DDK_TLG_DOUBLE)
DDK_TLG_CPP(double, DDK_TLG_DOUBLE)
DDK_TLG_CPP(char *, DDK_TLG_STRING)
DDK_TLG_CPP(const char *, DDK_TLG_STRING)
DDK_TLG_CPP(wchar_t *, DDK_TLG_WIDESTRING)
DDK_TLG_CPP(const wchar_t *, DDK_TLG_WIDESTRING)
DDK_TLG_CPP(GUID, DDK_TLG_GUID)
#undef DDK_TLG_CPP
template <class T> DdkTlgType<T> DdkTlgTypeOf(T);
}
#define DDK_TLG_TYPE_OF(Value) decltype(DdkTlgTypeOf(Value))::value
#define DDK_TLG_PASS(Value) Value
#else
#define DDK_TLG_TYPE_OF(Value)                                                                                                                      \
    _Generic((Value), _Bool: DDK_TLG_BOOL, char: DDK_TLG_CHAR, signed char: DDK_TLG_INT8, unsigned char: DDK_TLG_UINT8, short: DDK_TLG_INT16,       \
             unsigned short: DDK_TLG_UINT16, unsigned int: DDK_TLG_UINT32, unsigned long: DDK_TLG_UINT32, long long: DDK_TLG_INT64,                 \
             unsigned long long: DDK_TLG_UINT64, float: DDK_TLG_DOUBLE, double: DDK_TLG_DOUBLE, char *: DDK_TLG_STRING,                             \
             const char *: DDK_TLG_STRING, unsigned short *: DDK_TLG_WIDESTRING, const unsigned short *: DDK_TLG_WIDESTRING, GUID: DDK_TLG_GUID,    \
             int: DDK_TLG_INT32, long: DDK_TLG_INT32, default: DDK_TLG_POINTER)
#define DDK_TLG_PASS(Value) Value
#endif

#endif
