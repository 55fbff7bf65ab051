/* SPDX-License-Identifier: MIT */
/*
 * Runtime object linked with every driver: the C runtime routines that ntoskrnl exports to drivers
 * (except formatted input and output, which the emulated kernel serves) and the few symbols that a
 * C++ driver needs. Compiled without debug information, so that stepping passes over it; its memory
 * accesses are watched all the same, and the copies below become memory.copy and memory.fill, which
 * the debugger checks as a whole. A driver that defines one of these names itself gets its own.
 */

typedef __SIZE_TYPE__ size_t;
typedef __WCHAR_TYPE__ wchar_t;
typedef unsigned short wint_t;
typedef int errno_t;
typedef int compare_t(const void *, const void *);

#define EINVAL 22
#define ERANGE 34
#define STRUNCATE 80
#define TRUNCATE ((size_t)-1)
#define LONG_MAX 0x7FFFFFFFL
#define LONG_MIN (-LONG_MAX - 1L)
#define ULONG_MAX 0xFFFFFFFFUL

/* ---- memory ---- */

void *memcpy(void *dst, const void *src, size_t count)
{
    return __builtin_memcpy(dst, src, count);
}

void *memmove(void *dst, const void *src, size_t count)
{
    return __builtin_memmove(dst, src, count);
}

void *memset(void *dst, int value, size_t count)
{
    return __builtin_memset(dst, value, count);
}

int memcmp(const void *a, const void *b, size_t count)
{
    const unsigned char *p = a, *q = b;
    for (; count != 0; count--, p++, q++)
        if (*p != *q)
            return *p < *q ? -1 : 1;
    return 0;
}

void *memchr(const void *buffer, int value, size_t count)
{
    const unsigned char *p = buffer;
    for (; count != 0; count--, p++)
        if (*p == (unsigned char)value)
            return (void *)p;
    return 0;
}

errno_t memcpy_s(void *dst, size_t size, const void *src, size_t count)
{
    if (count == 0)
        return 0;
    if (!dst)
        return EINVAL;
    if (!src || size < count) {
        memset(dst, 0, size);
        return src ? ERANGE : EINVAL;
    }
    memcpy(dst, src, count);
    return 0;
}

errno_t memmove_s(void *dst, size_t size, const void *src, size_t count)
{
    if (count == 0)
        return 0;
    if (!dst || !src)
        return EINVAL;
    if (size < count)
        return ERANGE;
    memmove(dst, src, count);
    return 0;
}

#include "rt-string.h"
#include "rt-number.h"
#include "rt-sort.h"

/* ---- data that ntoskrnl exports ---- */

/* Opaque to drivers, which only pass the pointer on; the name tells the emulated kernel which it is. */
struct object_type {
    const wchar_t *name;
};

#define OBJECT_TYPE(NAME, TEXT)                                  \
    static struct object_type NAME##_object = { TEXT };          \
    static struct object_type *NAME##_pointer = &NAME##_object;  \
    struct object_type **NAME = &NAME##_pointer;

OBJECT_TYPE(ExEventObjectType, L"Event")
OBJECT_TYPE(ExSemaphoreObjectType, L"Semaphore")
OBJECT_TYPE(IoFileObjectType, L"File")
OBJECT_TYPE(PsProcessType, L"Process")
OBJECT_TYPE(PsThreadType, L"Thread")

/* ---- C++ ---- */

/* Drivers are never unloaded by the C++ runtime: destructors of statics do not run, as under /kernel. */
int __cxa_atexit(void (*destructor)(void *), void *object, void *module)
{
    (void)destructor, (void)object, (void)module;
    return 0;
}

void __cxa_pure_virtual(void)
{
    __builtin_trap();
}
