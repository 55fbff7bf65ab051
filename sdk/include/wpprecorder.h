/* SPDX-License-Identifier: MIT
 * The in-flight recorder of WPP: logs in memory that keep the last trace messages whether or not a trace session listens. Include it, or let the project enable the recorder; the
 * messages themselves come from the trace functions of the generated .tmh file. */
#ifndef _WPPRECORDER_H_
#define _WPPRECORDER_H_

#include <evntrace.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RECORDER_LOG__ {
    int unused;
} *RECORDER_LOG;

#define RECORDER_LOG_IDENTIFIER_MAX_CHARS 16
#define RECORDER_LOG_DEFAULT_BUFFER_SIZE 1024
#define RECORDER_LOG_DEFAULT_ERR_PARTITION_SIZE 0

typedef enum _WPP_RECORDER_TRI_STATE {
    WppRecorderDefault = 0,
    WppRecorderFalse = 1,
    WppRecorderTrue = 2
} WPP_RECORDER_TRI_STATE;

typedef struct _RECORDER_CONFIGURE_PARAMS {
    ULONG Size;
    BOOLEAN CreateDefaultLog;
    WPP_RECORDER_TRI_STATE UseTimeStamp;
    WPP_RECORDER_TRI_STATE PreciseTimeStamp;
} RECORDER_CONFIGURE_PARAMS, *PRECORDER_CONFIGURE_PARAMS;

typedef struct _RECORDER_LOG_CREATE_PARAMS {
    ULONG Size;
    ULONG LogTag;
    ULONG TotalBufferSize;
    ULONG ErrorPartitionSize;
    ULONG_PTR LogIdentifierAppendValue;
    BOOLEAN LogIdentifierAppendValueSet;
    ULONG LogIdentifierSize;
    CHAR LogIdentifier[RECORDER_LOG_IDENTIFIER_MAX_CHARS];
    WPP_RECORDER_TRI_STATE UseTimeStamp;
    WPP_RECORDER_TRI_STATE PreciseTimeStamp;
} RECORDER_LOG_CREATE_PARAMS, *PRECORDER_LOG_CREATE_PARAMS;

VOID WppRecorderConfigure(PRECORDER_CONFIGURE_PARAMS ConfigureParams);
NTSTATUS WppRecorderLogCreate(PRECORDER_LOG_CREATE_PARAMS CreateParams, RECORDER_LOG *RecorderLog);
VOID WppRecorderLogDelete(RECORDER_LOG RecorderLog);
RECORDER_LOG WppRecorderLogGetDefault(VOID);
BOOLEAN WppRecorderIsDefaultLogAvailable(VOID);
VOID WppRecorderLogSetIdentifier(RECORDER_LOG RecorderLog, PCSTR LogIdentifier);
NTSTATUS WppRecorderDumpLiveDriverData(PVOID *OutBuffer, PULONG OutBufferLength, LPGUID Guid);
NTSTATUS WppRecorderLogDumpLiveData(RECORDER_LOG RecorderLog, PVOID *OutBuffer, PULONG OutBufferLength, LPGUID Guid);

static __inline VOID RECORDER_CONFIGURE_PARAMS_INIT(PRECORDER_CONFIGURE_PARAMS Params)
{
    Params->Size = sizeof(*Params);
    Params->CreateDefaultLog = 1;
    Params->UseTimeStamp = WppRecorderDefault;
    Params->PreciseTimeStamp = WppRecorderDefault;
}

static __inline VOID RECORDER_LOG_CREATE_PARAMS_INIT(PRECORDER_LOG_CREATE_PARAMS Params, PCSTR LogIdentifier)
{
    ULONG i = 0;
    Params->Size = sizeof(*Params);
    Params->LogTag = 0;
    Params->TotalBufferSize = RECORDER_LOG_DEFAULT_BUFFER_SIZE;
    Params->ErrorPartitionSize = RECORDER_LOG_DEFAULT_ERR_PARTITION_SIZE;
    Params->LogIdentifierAppendValue = 0;
    Params->LogIdentifierAppendValueSet = 0;
    Params->LogIdentifierSize = sizeof(Params->LogIdentifier);
    if (LogIdentifier)
        for (; LogIdentifier[i] && i + 1 < RECORDER_LOG_IDENTIFIER_MAX_CHARS; i++)
            Params->LogIdentifier[i] = LogIdentifier[i];
    Params->LogIdentifier[i] = 0;
    Params->UseTimeStamp = WppRecorderDefault;
    Params->PreciseTimeStamp = WppRecorderDefault;
}

static __inline VOID RECORDER_LOG_CREATE_PARAMS_INIT_APPEND_POINTER(PRECORDER_LOG_CREATE_PARAMS Params, PCSTR LogIdentifier, PVOID LogIdentifierAppendPointer)
{
    RECORDER_LOG_CREATE_PARAMS_INIT(Params, LogIdentifier);
    Params->LogIdentifierAppendValue = (ULONG_PTR)LogIdentifierAppendPointer;
    Params->LogIdentifierAppendValueSet = 1;
}

#ifdef __cplusplus
}
#endif

/* Which messages a log takes. Verbose ones only when the recorder is told so, which only a debugger does. */
#define WPP_RECORDER_LEVEL_FLAGS_ARGS(lvl, flags) WPP_CONTROL(WPP_BIT_##flags).AutoLogContext, lvl, WPP_BIT_##flags
#define WPP_RECORDER_LEVEL_FLAGS_FILTER(lvl, flags) (lvl < TRACE_LEVEL_VERBOSE || WPP_CONTROL(WPP_BIT_##flags).AutoLogVerboseEnabled)
#define WPP_RECORDER_IFRLOG_LEVEL_FLAGS_ARGS(ifr, lvl, flags) ifr, lvl, WPP_BIT_##flags
#define WPP_RECORDER_IFRLOG_LEVEL_FLAGS_FILTER(ifr, lvl, flags) (lvl < TRACE_LEVEL_VERBOSE || WPP_CONTROL(WPP_BIT_##flags).AutoLogVerboseEnabled)
#define WPP_RECORDER_LEVEL_FLAGS_IFRLOG_ARGS(lvl, flags, ifr) WPP_RECORDER_IFRLOG_LEVEL_FLAGS_ARGS(ifr, lvl, flags)
#define WPP_RECORDER_LEVEL_FLAGS_IFRLOG_FILTER(lvl, flags, ifr) WPP_RECORDER_IFRLOG_LEVEL_FLAGS_FILTER(ifr, lvl, flags)
#define WPP_RECORDER_LEVEL_IFRLOG_FLAGS_ARGS(lvl, ifr, flags) WPP_RECORDER_IFRLOG_LEVEL_FLAGS_ARGS(ifr, lvl, flags)
#define WPP_RECORDER_LEVEL_IFRLOG_FLAGS_FILTER(lvl, ifr, flags) WPP_RECORDER_IFRLOG_LEVEL_FLAGS_FILTER(ifr, lvl, flags)

#endif
