/* SPDX-License-Identifier: MIT */
/* The C runtime routines that kernel drivers use. string.h, stdio.h, stdlib.h, wchar.h, ctype.h and wctype.h lead here. */
#ifndef _DDK_CRT_H_
#define _DDK_CRT_H_

#include <stddef.h>
#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef _ERRNO_T_DEFINED
#define _ERRNO_T_DEFINED
typedef int errno_t;
#endif
#ifndef _RSIZE_T_DEFINED
#define _RSIZE_T_DEFINED
typedef size_t rsize_t;
#endif
#ifndef _WCTYPE_T_DEFINED
#define _WCTYPE_T_DEFINED
typedef unsigned short wint_t;
typedef unsigned short wctype_t;
#endif
#define _TRUNCATE ((size_t)-1)
#ifndef WEOF
#define WEOF ((wint_t)0xFFFF)
#endif

void *memcpy(void *dst, const void *src, size_t count);
void *memmove(void *dst, const void *src, size_t count);
void *memset(void *dst, int value, size_t count);
int memcmp(const void *a, const void *b, size_t count);
void *memchr(const void *buffer, int value, size_t count);
errno_t memcpy_s(void *dst, rsize_t dstSize, const void *src, rsize_t count);
errno_t memmove_s(void *dst, rsize_t dstSize, const void *src, rsize_t count);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t count);
int _stricmp(const char *a, const char *b);
int _strnicmp(const char *a, const char *b, size_t count);
char *strcpy(char *dst, const char *src);
char *strncpy(char *dst, const char *src, size_t count);
char *strcat(char *dst, const char *src);
char *strncat(char *dst, const char *src, size_t count);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *find);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
char *_strupr(char *s);
char *_strlwr(char *s);
errno_t strcpy_s(char *dst, rsize_t dstSize, const char *src);
errno_t strncpy_s(char *dst, rsize_t dstSize, const char *src, rsize_t count);
errno_t strcat_s(char *dst, rsize_t dstSize, const char *src);
errno_t strncat_s(char *dst, rsize_t dstSize, const char *src, rsize_t count);

size_t wcslen(const wchar_t *s);
size_t wcsnlen(const wchar_t *s, size_t max);
int wcscmp(const wchar_t *a, const wchar_t *b);
int wcsncmp(const wchar_t *a, const wchar_t *b, size_t count);
int _wcsicmp(const wchar_t *a, const wchar_t *b);
int _wcsnicmp(const wchar_t *a, const wchar_t *b, size_t count);
wchar_t *wcscpy(wchar_t *dst, const wchar_t *src);
wchar_t *wcsncpy(wchar_t *dst, const wchar_t *src, size_t count);
wchar_t *wcscat(wchar_t *dst, const wchar_t *src);
wchar_t *wcsncat(wchar_t *dst, const wchar_t *src, size_t count);
wchar_t *wcschr(const wchar_t *s, wchar_t c);
wchar_t *wcsrchr(const wchar_t *s, wchar_t c);
wchar_t *wcsstr(const wchar_t *s, const wchar_t *find);
wchar_t *_wcsupr(wchar_t *s);
wchar_t *_wcslwr(wchar_t *s);
errno_t wcscpy_s(wchar_t *dst, rsize_t dstChars, const wchar_t *src);
errno_t wcsncpy_s(wchar_t *dst, rsize_t dstChars, const wchar_t *src, rsize_t count);
errno_t wcscat_s(wchar_t *dst, rsize_t dstChars, const wchar_t *src);
errno_t wcsncat_s(wchar_t *dst, rsize_t dstChars, const wchar_t *src, rsize_t count);

int sprintf(char *dst, const char *format, ...);
int vsprintf(char *dst, const char *format, va_list args);
int sprintf_s(char *dst, size_t dstSize, const char *format, ...);
int _snprintf(char *dst, size_t count, const char *format, ...);
int _snprintf_s(char *dst, size_t dstSize, size_t count, const char *format, ...);
int vsprintf_s(char *dst, size_t dstSize, const char *format, va_list args);
int _vsnprintf(char *dst, size_t count, const char *format, va_list args);
int _vsnprintf_s(char *dst, size_t dstSize, size_t count, const char *format, va_list args);
int sscanf_s(const char *s, const char *format, ...);
int swprintf_s(wchar_t *dst, size_t dstChars, const wchar_t *format, ...);
int _snwprintf(wchar_t *dst, size_t count, const wchar_t *format, ...);
int _snwprintf_s(wchar_t *dst, size_t dstChars, size_t count, const wchar_t *format, ...);
int vswprintf_s(wchar_t *dst, size_t dstChars, const wchar_t *format, va_list args);
int _vsnwprintf(wchar_t *dst, size_t count, const wchar_t *format, va_list args);
int _vsnwprintf_s(wchar_t *dst, size_t dstChars, size_t count, const wchar_t *format, va_list args);
int swscanf_s(const wchar_t *s, const wchar_t *format, ...);

int atoi(const char *s);
long atol(const char *s);
__int64 _atoi64(const char *s);
long strtol(const char *s, char **end, int radix);
unsigned long strtoul(const char *s, char **end, int radix);
int _wtoi(const wchar_t *s);
long wcstol(const wchar_t *s, wchar_t **end, int radix);
unsigned long wcstoul(const wchar_t *s, wchar_t **end, int radix);
char *_itoa(int value, char *dst, int radix);
errno_t _itoa_s(int value, char *dst, size_t dstSize, int radix);
errno_t _itow_s(int value, wchar_t *dst, size_t dstChars, int radix);
errno_t _ultoa_s(unsigned long value, char *dst, size_t dstSize, int radix);
int abs(int value);
long labs(long value);
int rand(void);
void srand(unsigned int seed);
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
void *bsearch(const void *key, const void *base, size_t count, size_t size, int (*compare)(const void *, const void *));

int isalpha(int c);
int isdigit(int c);
int isxdigit(int c);
int isalnum(int c);
int isspace(int c);
int isupper(int c);
int islower(int c);
int isprint(int c);
int ispunct(int c);
int iscntrl(int c);
int isgraph(int c);
int toupper(int c);
int tolower(int c);
int iswalpha(wint_t c);
int iswdigit(wint_t c);
int iswxdigit(wint_t c);
int iswalnum(wint_t c);
int iswspace(wint_t c);
wint_t towupper(wint_t c);
wint_t towlower(wint_t c);

#ifdef __cplusplus
}
#endif

#endif
