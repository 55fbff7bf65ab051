// SPDX-License-Identifier: MIT
// The object model: section 1 of the specification.
#include "conformance.h"

typedef struct _SMALL_CONTEXT {
    ULONG Value;
    ULONG Reserved[3];
} SMALL_CONTEXT, *PSMALL_CONTEXT;
typedef struct _OTHER_CONTEXT {
    ULONG Value;
} OTHER_CONTEXT, *POTHER_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(SMALL_CONTEXT, GetSmall)
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(OTHER_CONTEXT, GetOther)

static CHAR Order[64];
static ULONG OrderLength;

static
VOID
Note(
    _In_ WDFOBJECT Object,
    _In_ CHAR Kind
    )
{
    Order[OrderLength++] = Kind;
    Order[OrderLength++] = (CHAR)('0' + GetSmall(Object)->Value);
    Order[OrderLength] = '\0';
}

static VOID EvtCleanup(_In_ WDFOBJECT Object) { Note(Object, 'c'); }
static VOID EvtDestroy(_In_ WDFOBJECT Object) { Note(Object, 'd'); }
static VOID EvtOtherCleanup(_In_ WDFOBJECT Object) { Note(Object, 'o'); }

static
WDFOBJECT
Make(
    _In_opt_ WDFOBJECT Parent,
    _In_ ULONG Value
    )
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFOBJECT object = NULL;

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, SMALL_CONTEXT);
    attributes.ParentObject = Parent;
    attributes.EvtCleanupCallback = EvtCleanup;
    attributes.EvtDestroyCallback = EvtDestroy;
    (VOID)WdfObjectCreate(&attributes, &object);
    GetSmall(object)->Value = Value;
    return object;
}

static
BOOLEAN
Is(
    _In_ PCSTR Expected
    )
{
    BOOLEAN same = strcmp(Order, Expected) == 0;

    if (!same) {
        DbgPrint("order: %s\n", Order);
    }
    OrderLength = 0;
    Order[0] = '\0';
    return same;
}

static
VOID
Lifetime(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFOBJECT parent;
    WDFOBJECT first;
    POTHER_CONTEXT other;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    OrderLength = 0;
    // Children before the parent, in order of creation; destroy after cleanup.
    parent = Make(Context->Device, 1);
    first = Make(parent, 2);
    (VOID)Make(parent, 3);
    (VOID)Make(first, 4);
    WdfObjectDelete(parent);
    CHECK("1.4", Is("c4c2c3c1d4d2d3d1"));
    // A reference keeps the object, its context too; destroy comes with the last one.
    parent = Make(Context->Device, 1);
    WdfObjectReference(parent);
    WdfObjectDelete(parent);
    CHECK("1.4", Is("c1"));
    CHECK("1.3", GetSmall(parent)->Value == 1);
    WdfObjectDereference(parent);
    CHECK("1.4", Is("d1"));
    // More contexts, each with its callbacks; zero-filled.
    parent = Make(Context->Device, 5);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, OTHER_CONTEXT);
    attributes.EvtCleanupCallback = EvtOtherCleanup;
    CHECK("1.3", GetOther(parent) == NULL);
    CHECK("1.3", WdfObjectAllocateContext(parent, &attributes, (PVOID *)&other) == STATUS_SUCCESS && other->Value == 0 && GetOther(parent) == other);
    CHECK("1.3", WdfObjectContextGetObject(other) == parent);
    CHECK("1.3", WdfObjectAllocateContext(parent, &attributes, (PVOID *)&other) == STATUS_OBJECT_NAME_EXISTS);
    WdfObjectDelete(parent);
    CHECK("1.3", Is("c5o5d5"));
}

static
VOID
Attributes(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_OBJECT_CONTEXT_TYPE_INFO info;
    WDFDMATRANSACTION transaction;
    WDFREQUEST request = NULL;
    WDFSPINLOCK lock;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
#define REFUSED(row, status) CHECK(row, WdfDmaTransactionCreate(Context->Enabler, &attributes, &transaction) == (status))
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    CHECK("1.2", attributes.ExecutionLevel == WdfExecutionLevelInheritFromParent && attributes.SynchronizationScope == WdfSynchronizationScopeInheritFromParent);
    attributes.Size++;
    REFUSED("1.2", STATUS_INFO_LENGTH_MISMATCH);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, SMALL_CONTEXT);
    info = *attributes.ContextTypeInfo;
    attributes.ContextTypeInfo = &info;
    info.Size++;
    REFUSED("1.2", STATUS_INFO_LENGTH_MISMATCH);
    info.Size--;
    info.ContextName = NULL;
    REFUSED("1.2", STATUS_WDF_OBJECT_ATTRIBUTES_INVALID);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, SMALL_CONTEXT);
    attributes.ContextSizeOverride = 1;
    REFUSED("1.2", STATUS_WDF_OBJECT_ATTRIBUTES_INVALID);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ContextSizeOverride = 100;
    REFUSED("1.2", STATUS_WDF_OBJECT_ATTRIBUTES_INVALID);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Context->Device;
    REFUSED("1.2,1.1.3", STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ExecutionLevel = (WDF_EXECUTION_LEVEL)0;
    REFUSED("1.2", STATUS_WDF_OBJECT_ATTRIBUTES_INVALID);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.SynchronizationScope = (WDF_SYNCHRONIZATION_SCOPE)5;
    REFUSED("1.2", STATUS_WDF_OBJECT_ATTRIBUTES_INVALID);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.SynchronizationScope = WdfSynchronizationScopeDevice;
    REFUSED("1.2", STATUS_WDF_SYNCHRONIZATION_SCOPE_INVALID);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ExecutionLevel = WdfExecutionLevelPassive;
    REFUSED("1.2", STATUS_WDF_EXECUTION_LEVEL_INVALID);

    // What a client creates with a parent, and without.
    CHECK("1.1.8", WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, NULL, &request) == STATUS_SUCCESS);
    WdfObjectDelete(request);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Context->Device;
    CHECK("1.1.9", WdfSpinLockCreate(&attributes, &lock) == STATUS_SUCCESS);
    WdfObjectDelete(lock);
    {
        WDF_TIMER_CONFIG config;
        WDFTIMER timer;

        WDF_TIMER_CONFIG_INIT(&config, NULL);
        config.EvtTimerFunc = (PFN_WDF_TIMER)EvtCleanup;
        CHECK("1.1.9", WdfTimerCreate(&config, WDF_NO_OBJECT_ATTRIBUTES, &timer) == STATUS_WDF_PARENT_NOT_SPECIFIED);
    }
}

// What WdfObjectDelete refuses.
static
VOID
Undeletable(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    VIOLATION("1.5,9.3.18", "obj-delete-not-allowed");
    WdfObjectDelete(Context->Device);
    VIOLATION("1.5,9.3.18,12.3.10", "obj-delete-not-allowed");
    WdfObjectDelete(Context->Interrupts[0]);
    VIOLATION("1.5,9.3.18,12.3.10", "obj-delete-not-allowed");
    WdfObjectDelete(Context->IoQueue);
    VIOLATION("1.5,9.3.18", "obj-delete-not-allowed");
    WdfObjectDelete(Driver);
    CHECK("1.5", WdfInterruptGetDevice(Context->Interrupts[0]) == Context->Device && WdfIoQueueGetDevice(Context->IoQueue) == Context->Device);
}

static
VOID
LastReference(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFOBJECT object = Make(Context->Device, 1);

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    ExpectBugCheck("9.1.7", 7, (ULONG_PTR)object, ANY);
    WdfObjectDereference(object);
    DbgPrint("FAIL 9.1.7 %u: the machine goes on\n", __LINE__);
}

const TEST ObjectTests[] = {
    { "lifetime", Lifetime },
    { "attributes", Attributes },
    { "undeletable", Undeletable },
    { "last-reference", LastReference },
    { NULL, NULL },
};
