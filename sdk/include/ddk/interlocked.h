/* SPDX-License-Identifier: MIT */
/*
 * Interlocked operations and barriers. One WebAssembly thread executes all driver code and preempts only between statements, so each operation
 * is one compiler builtin: inlined into the calling statement, without debug information of its own, it cannot be interrupted halfway.
 */
#ifndef _DDK_INTERLOCKED_H_
#define _DDK_INTERLOCKED_H_

#include <ntdef.h>

#define DDK_INTRINSIC static __inline __attribute__((__always_inline__, __nodebug__, __unused__))

#define DDK_INTERLOCKED(T, Suffix) \
    DDK_INTRINSIC T InterlockedIncrement##Suffix(T volatile *Addend) { return __sync_add_and_fetch(Addend, 1); } \
    DDK_INTRINSIC T InterlockedDecrement##Suffix(T volatile *Addend) { return __sync_sub_and_fetch(Addend, 1); } \
    DDK_INTRINSIC T InterlockedExchange##Suffix(T volatile *Target, T Value) { return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST); } \
    DDK_INTRINSIC T InterlockedExchangeAdd##Suffix(T volatile *Addend, T Value) { return __sync_fetch_and_add(Addend, Value); } \
    DDK_INTRINSIC T InterlockedAdd##Suffix(T volatile *Addend, T Value) { return __sync_add_and_fetch(Addend, Value); } \
    DDK_INTRINSIC T InterlockedAnd##Suffix(T volatile *Destination, T Value) { return __sync_fetch_and_and(Destination, Value); } \
    DDK_INTRINSIC T InterlockedOr##Suffix(T volatile *Destination, T Value) { return __sync_fetch_and_or(Destination, Value); } \
    DDK_INTRINSIC T InterlockedXor##Suffix(T volatile *Destination, T Value) { return __sync_fetch_and_xor(Destination, Value); } \
    DDK_INTRINSIC T InterlockedCompareExchange##Suffix(T volatile *Destination, T Exchange, T Comperand) \
    { \
        return __sync_val_compare_and_swap(Destination, Comperand, Exchange); \
    }

DDK_INTERLOCKED(LONG, )
DDK_INTERLOCKED(LONG64, 64)
DDK_INTERLOCKED(SHORT, 16)
DDK_INTERLOCKED(CHAR, 8)

DDK_INTRINSIC PVOID InterlockedExchangePointer(PVOID volatile *Target, PVOID Value)
{
    return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}
DDK_INTRINSIC PVOID InterlockedCompareExchangePointer(PVOID volatile *Destination, PVOID Exchange, PVOID Comperand)
{
    return __sync_val_compare_and_swap(Destination, Comperand, Exchange);
}
DDK_INTRINSIC BOOLEAN InterlockedBitTestAndSet(LONG volatile *Base, LONG Bit)
{
    return (BOOLEAN)((__sync_fetch_and_or(Base + (Bit >> 5), 1L << (Bit & 31)) >> (Bit & 31)) & 1);
}
DDK_INTRINSIC BOOLEAN InterlockedBitTestAndReset(LONG volatile *Base, LONG Bit)
{
    return (BOOLEAN)((__sync_fetch_and_and(Base + (Bit >> 5), ~(1L << (Bit & 31))) >> (Bit & 31)) & 1);
}

#define InterlockedIncrementAcquire InterlockedIncrement
#define InterlockedIncrementRelease InterlockedIncrement
#define InterlockedIncrementNoFence InterlockedIncrement
#define InterlockedDecrementAcquire InterlockedDecrement
#define InterlockedDecrementRelease InterlockedDecrement
#define InterlockedDecrementNoFence InterlockedDecrement
#define InterlockedExchangeAcquire InterlockedExchange
#define InterlockedExchangeNoFence InterlockedExchange
#define InterlockedExchangeAddNoFence InterlockedExchangeAdd
#define InterlockedCompareExchangeAcquire InterlockedCompareExchange
#define InterlockedCompareExchangeRelease InterlockedCompareExchange
#define InterlockedCompareExchangeNoFence InterlockedCompareExchange
#define InterlockedOrAcquire InterlockedOr
#define InterlockedOrRelease InterlockedOr
#define InterlockedOrNoFence InterlockedOr
#define InterlockedAndAcquire InterlockedAnd
#define InterlockedAndRelease InterlockedAnd
#define InterlockedAndNoFence InterlockedAnd
#define InterlockedExchangePointerNoFence InterlockedExchangePointer
#define InterlockedExchangePointerAcquire InterlockedExchangePointer
#define InterlockedCompareExchangePointerNoFence InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerAcquire InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerRelease InterlockedCompareExchangePointer
#define InterlockedIncrementSizeT(a) ((SIZE_T)InterlockedIncrement((LONG volatile *)(a)))
#define InterlockedDecrementSizeT(a) ((SIZE_T)InterlockedDecrement((LONG volatile *)(a)))
#define InterlockedExchangeAddSizeT(a, b) ((SIZE_T)InterlockedExchangeAdd((LONG volatile *)(a), (LONG)(b)))

/* With one processor a barrier only has to stop the compiler. */
DDK_INTRINSIC void DdkBarrier(void) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }
#define KeMemoryBarrier() DdkBarrier()
#define KeMemoryBarrierWithoutFence() DdkBarrier()
#define MemoryBarrier() DdkBarrier()
#define YieldProcessor() DdkYieldProcessor()
#define _ReadWriteBarrier() DdkBarrier()
#define _ReadBarrier() DdkBarrier()
#define _WriteBarrier() DdkBarrier()
#define _mm_mfence() DdkBarrier()
#define _mm_sfence() DdkBarrier()
#define _mm_lfence() DdkBarrier()
#define _mm_pause() DdkYieldProcessor()

EXTERN_C_START
/* Lets virtual time pass inside a spin loop, so that devices and the other processors advance. */
VOID DdkYieldProcessor(VOID);
EXTERN_C_END

#define DDK_VOLATILE_ACCESS(T, Name) \
    DDK_INTRINSIC T Read##Name##Acquire(T const volatile *Source) { return *Source; } \
    DDK_INTRINSIC T Read##Name##NoFence(T const volatile *Source) { return *Source; } \
    DDK_INTRINSIC T Read##Name##Raw(T const volatile *Source) { return *Source; } \
    DDK_INTRINSIC void Write##Name##Release(T volatile *Destination, T Value) { *Destination = Value; } \
    DDK_INTRINSIC void Write##Name##NoFence(T volatile *Destination, T Value) { *Destination = Value; } \
    DDK_INTRINSIC void Write##Name##Raw(T volatile *Destination, T Value) { *Destination = Value; }

DDK_VOLATILE_ACCESS(LONG, )
DDK_VOLATILE_ACCESS(LONG64, 64)
DDK_VOLATILE_ACCESS(ULONG, ULong)
DDK_VOLATILE_ACCESS(ULONG64, ULong64)
DDK_VOLATILE_ACCESS(USHORT, UShort)
DDK_VOLATILE_ACCESS(UCHAR, UChar)
DDK_VOLATILE_ACCESS(BOOLEAN, Boolean)
DDK_VOLATILE_ACCESS(PVOID, Pointer)

DDK_INTRINSIC BOOLEAN _BitScanForward(ULONG *Index, ULONG Mask)
{
    return Mask == 0 ? FALSE : (BOOLEAN)(*Index = (ULONG)__builtin_ctz(Mask), TRUE);
}
DDK_INTRINSIC BOOLEAN _BitScanReverse(ULONG *Index, ULONG Mask)
{
    return Mask == 0 ? FALSE : (BOOLEAN)(*Index = 31u - (ULONG)__builtin_clz(Mask), TRUE);
}
#define BitScanForward _BitScanForward
#define BitScanReverse _BitScanReverse

#endif
