/* SPDX-License-Identifier: MIT */
/* What a generated .tmh file is made of: the call behind every WPP trace macro, and what drivers ask about the state of tracing. Not a header of the WDK. */
#ifndef _DDK_WPP_H_
#define _DDK_WPP_H_

#include <evntrace.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One trace message. Level and Flags are the source text of what the call gives for them. Prefix, Message and Suffix are format strings that
 * take their arguments one after the other; MessageUnit is the size of a character of Message. Types describes the custom types. Kinds holds
 * two bits an argument, from the lowest: 0 none, 1 a slot of four bytes, 2 an integer of eight bytes, 3 a double. Flow says where the message goes: bit 0
 * to the trace session, bit 1 to the recorder, and there to Log, 0 for the default one.
 */
VOID DdkWppTrace(const char *Function, const char *File, ULONG Line, const char *Level, const char *Flags, const char *Types, const char *Prefix,
                 const VOID *Message, ULONG MessageUnit, const char *Suffix, ULONG Flow, const VOID *Log, ULONGLONG Kinds, ...);
/* Control: sizeof is that of _DDK_WPP_CONTROL. */
VOID DdkWppInit(VOID *Control, const VOID *DriverObject, const VOID *RegistryPath);
/* Whether messages with this flag are let out at all. */
int DdkWppIsEnabled(const char *Flags);
VOID DdkWppCleanup(const VOID *DriverObject);

#ifdef __cplusplus
}
extern "C++" template <class T> char (&DdkWppSize(T))[sizeof(T)];
#define DDK_WPP_SIZE(Argument) sizeof(DdkWppSize(Argument))
#else
/* The operator makes a value of arrays and bit-fields. */
#define DDK_WPP_SIZE(Argument) sizeof(1 ? (Argument) : (Argument))
#endif

/* Classes of __builtin_classify_type: 8 is floating point, greater ones are structures and unions, which are passed by address. */
#define DDK_WPP_KIND(Argument)                                                                                                                      \
    ((ULONGLONG)(__builtin_classify_type(Argument) == 8 ? 3 : __builtin_classify_type(Argument) < 8 && DDK_WPP_SIZE(Argument) == 8 ? 2 : 1))

/* Kinds of all arguments after the first, which only keeps the list from being empty. */
#define DDK_WPP_KINDS(...)                                                                                                                          \
    DDK_WPP_PICK(__VA_ARGS__, DDK_WPP_K32, DDK_WPP_K31, DDK_WPP_K30, DDK_WPP_K29, DDK_WPP_K28, DDK_WPP_K27, DDK_WPP_K26, DDK_WPP_K25, DDK_WPP_K24,   \
                 DDK_WPP_K23, DDK_WPP_K22, DDK_WPP_K21, DDK_WPP_K20, DDK_WPP_K19, DDK_WPP_K18, DDK_WPP_K17, DDK_WPP_K16, DDK_WPP_K15, DDK_WPP_K14,   \
                 DDK_WPP_K13, DDK_WPP_K12, DDK_WPP_K11, DDK_WPP_K10, DDK_WPP_K9, DDK_WPP_K8, DDK_WPP_K7, DDK_WPP_K6, DDK_WPP_K5, DDK_WPP_K4,         \
                 DDK_WPP_K3, DDK_WPP_K2, DDK_WPP_K1, DDK_WPP_K0, DDK_WPP_K0)                                                                        \
    (__VA_ARGS__)
#define DDK_WPP_PICK(d, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26,   \
                     a27, a28, a29, a30, a31, a32, Name, ...)                                                                                       \
    Name
#define DDK_WPP_K0(d) 0ULL
#define DDK_WPP_K1(d, a) DDK_WPP_KIND(a)
#define DDK_WPP_K2(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K1(d, __VA_ARGS__) << 2)
#define DDK_WPP_K3(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K2(d, __VA_ARGS__) << 2)
#define DDK_WPP_K4(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K3(d, __VA_ARGS__) << 2)
#define DDK_WPP_K5(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K4(d, __VA_ARGS__) << 2)
#define DDK_WPP_K6(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K5(d, __VA_ARGS__) << 2)
#define DDK_WPP_K7(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K6(d, __VA_ARGS__) << 2)
#define DDK_WPP_K8(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K7(d, __VA_ARGS__) << 2)
#define DDK_WPP_K9(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K8(d, __VA_ARGS__) << 2)
#define DDK_WPP_K10(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K9(d, __VA_ARGS__) << 2)
#define DDK_WPP_K11(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K10(d, __VA_ARGS__) << 2)
#define DDK_WPP_K12(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K11(d, __VA_ARGS__) << 2)
#define DDK_WPP_K13(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K12(d, __VA_ARGS__) << 2)
#define DDK_WPP_K14(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K13(d, __VA_ARGS__) << 2)
#define DDK_WPP_K15(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K14(d, __VA_ARGS__) << 2)
#define DDK_WPP_K16(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K15(d, __VA_ARGS__) << 2)
#define DDK_WPP_K17(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K16(d, __VA_ARGS__) << 2)
#define DDK_WPP_K18(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K17(d, __VA_ARGS__) << 2)
#define DDK_WPP_K19(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K18(d, __VA_ARGS__) << 2)
#define DDK_WPP_K20(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K19(d, __VA_ARGS__) << 2)
#define DDK_WPP_K21(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K20(d, __VA_ARGS__) << 2)
#define DDK_WPP_K22(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K21(d, __VA_ARGS__) << 2)
#define DDK_WPP_K23(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K22(d, __VA_ARGS__) << 2)
#define DDK_WPP_K24(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K23(d, __VA_ARGS__) << 2)
#define DDK_WPP_K25(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K24(d, __VA_ARGS__) << 2)
#define DDK_WPP_K26(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K25(d, __VA_ARGS__) << 2)
#define DDK_WPP_K27(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K26(d, __VA_ARGS__) << 2)
#define DDK_WPP_K28(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K27(d, __VA_ARGS__) << 2)
#define DDK_WPP_K29(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K28(d, __VA_ARGS__) << 2)
#define DDK_WPP_K30(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K29(d, __VA_ARGS__) << 2)
#define DDK_WPP_K31(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K30(d, __VA_ARGS__) << 2)
#define DDK_WPP_K32(d, a, ...) (DDK_WPP_KIND(a) | DDK_WPP_K31(d, __VA_ARGS__) << 2)

/* (LEVEL, FLAGS, MSG, ...) as one macro argument becomes several. */
#define DDK_WPP_UNWRAP(...) __VA_ARGS__
#define DDK_WPP_APPLY(Macro, ...) Macro(__VA_ARGS__)

#define DDK_WPP_TRACE(Flow, Log, Level, Flags, Prefix, Message, Suffix, ...)                                                                                   \
    DdkWppTrace(__func__, __FILE__, __LINE__, Level, Flags, DDK_WPP_TYPES, Prefix, Message, sizeof((Message)[0]), Suffix, Flow, Log,                \
                DDK_WPP_KINDS(0, ##__VA_ARGS__), ##__VA_ARGS__)

/* Without the recorder it keeps what the session gets. */
#ifdef ENABLE_WPP_RECORDER
#define DDK_WPP_RECORDER 1
#else
#define DDK_WPP_RECORDER 0
#endif

/* The session is always there. Its level is what the configuration of the run lets out, from WPP_INIT_TRACING on. */
struct _DDK_WPP_CONTROL {
    UCHAR Level;
    UCHAR AutoLogVerboseEnabled;
    UCHAR AutoLogAttachToMiniDump;
    PVOID AutoLogContext;
    ULONG Flags[32];
    ULONGLONG Logger;
};
#ifdef __cplusplus
extern "C" {
#endif
__attribute__((weak, nodebug)) struct _DDK_WPP_CONTROL DdkWppControl = {0xFF, 0, 0, 0, {0xFFFFFFFF}, 1};
#ifdef __cplusplus
}
#endif
#define WPP_CONTROL(Bit) DdkWppControl
#define WPP_LEVEL_ENABLED(Flags) DdkWppIsEnabled(#Flags)
#define WPP_FLAG_ENABLED(Flags) DdkWppIsEnabled(#Flags)
#define WPP_LEVEL_LOGGER(Flags)
#define WPP_FLAG_LOGGER(Flags)
#define WPP_GET_LOGGER 1

#define WPP_INIT_TRACING(DriverObject, RegistryPath) DdkWppInit(&DdkWppControl, DriverObject, RegistryPath)
#define WPP_CLEANUP(DriverObject) DdkWppCleanup(DriverObject)

#endif
