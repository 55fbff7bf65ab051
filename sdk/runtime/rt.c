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

/* ---- characters: the C locale ---- */

int isupper(int c) { return c >= 'A' && c <= 'Z'; }
int islower(int c) { return c >= 'a' && c <= 'z'; }
int isalpha(int c) { return isupper(c) || islower(c); }
int isdigit(int c) { return c >= '0' && c <= '9'; }
int isxdigit(int c) { return isdigit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); }
int isalnum(int c) { return isalpha(c) || isdigit(c); }
int isspace(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
int isprint(int c) { return c >= ' ' && c <= '~'; }
int isgraph(int c) { return c > ' ' && c <= '~'; }
int ispunct(int c) { return isgraph(c) && !isalnum(c); }
int iscntrl(int c) { return (c >= 0 && c < ' ') || c == 127; }
int toupper(int c) { return islower(c) ? c - 'a' + 'A' : c; }
int tolower(int c) { return isupper(c) ? c - 'A' + 'a' : c; }
int iswalpha(wint_t c) { return isalpha(c); }
int iswdigit(wint_t c) { return isdigit(c); }
int iswxdigit(wint_t c) { return isxdigit(c); }
int iswalnum(wint_t c) { return isalnum(c); }
int iswspace(wint_t c) { return isspace(c); }
wint_t towupper(wint_t c) { return (wint_t)toupper(c); }
wint_t towlower(wint_t c) { return (wint_t)tolower(c); }

/* ---- strings: the same text for char and wchar_t ---- */

/* wcsrchr takes a wchar_t, strrchr an int: the wide one is wrapped below. */
#define STRING_FUNCTIONS(T, U, LEN, NLEN, CMP, NCMP, ICMP, NICMP, CPY, NCPY, CAT, NCAT, RCHR, STR, \
                         UPR, LWR, CPY_S, NCPY_S, CAT_S, NCAT_S)                   \
    size_t LEN(const T *s)                                                         \
    {                                                                              \
        size_t n = 0;                                                              \
        while (s[n])                                                               \
            n++;                                                                   \
        return n;                                                                  \
    }                                                                              \
    size_t NLEN(const T *s, size_t max)                                            \
    {                                                                              \
        size_t n = 0;                                                              \
        while (n < max && s[n])                                                    \
            n++;                                                                   \
        return n;                                                                  \
    }                                                                              \
    int NCMP(const T *a, const T *b, size_t count)                                 \
    {                                                                              \
        for (; count != 0; count--, a++, b++) {                                    \
            if (*a != *b)                                                          \
                return (U)*a < (U)*b ? -1 : 1;                                     \
            if (!*a)                                                               \
                break;                                                             \
        }                                                                          \
        return 0;                                                                  \
    }                                                                              \
    int CMP(const T *a, const T *b)                                                \
    {                                                                              \
        return NCMP(a, b, TRUNCATE);                                               \
    }                                                                              \
    int NICMP(const T *a, const T *b, size_t count)                                \
    {                                                                              \
        for (; count != 0; count--, a++, b++) {                                    \
            int p = tolower((U)*a), q = tolower((U)*b);                            \
            if (p != q)                                                            \
                return p < q ? -1 : 1;                                             \
            if (!p)                                                                \
                break;                                                             \
        }                                                                          \
        return 0;                                                                  \
    }                                                                              \
    int ICMP(const T *a, const T *b)                                               \
    {                                                                              \
        return NICMP(a, b, TRUNCATE);                                              \
    }                                                                              \
    T *CPY(T *dst, const T *src)                                                   \
    {                                                                              \
        T *p = dst;                                                                \
        while ((*p++ = *src++) != 0)                                               \
            ;                                                                      \
        return dst;                                                                \
    }                                                                              \
    T *NCPY(T *dst, const T *src, size_t count)                                    \
    {                                                                              \
        T *p = dst;                                                                \
        for (; count != 0 && *src; count--)                                        \
            *p++ = *src++;                                                         \
        for (; count != 0; count--)                                                \
            *p++ = 0;                                                              \
        return dst;                                                                \
    }                                                                              \
    T *CAT(T *dst, const T *src)                                                   \
    {                                                                              \
        CPY(dst + LEN(dst), src);                                                  \
        return dst;                                                                \
    }                                                                              \
    T *NCAT(T *dst, const T *src, size_t count)                                    \
    {                                                                              \
        T *p = dst + LEN(dst);                                                     \
        for (; count != 0 && *src; count--)                                        \
            *p++ = *src++;                                                         \
        *p = 0;                                                                    \
        return dst;                                                                \
    }                                                                              \
    T *RCHR(const T *s, int c)                                                     \
    {                                                                              \
        const T *found = 0;                                                        \
        do {                                                                       \
            if (*s == (T)c)                                                        \
                found = s;                                                         \
        } while (*s++);                                                            \
        return (T *)found;                                                         \
    }                                                                              \
    T *STR(const T *s, const T *find)                                              \
    {                                                                              \
        size_t length = LEN(find);                                                 \
        for (;; s++) {                                                             \
            if (NCMP(s, find, length) == 0)                                        \
                return (T *)s;                                                     \
            if (!*s)                                                               \
                return 0;                                                          \
        }                                                                          \
    }                                                                              \
    T *UPR(T *s)                                                                   \
    {                                                                              \
        for (T *p = s; *p; p++)                                                    \
            *p = (T)toupper((U)*p);                                                \
        return s;                                                                  \
    }                                                                              \
    T *LWR(T *s)                                                                   \
    {                                                                              \
        for (T *p = s; *p; p++)                                                    \
            *p = (T)tolower((U)*p);                                                \
        return s;                                                                  \
    }                                                                              \
    /* Appends at `used` up to `count` characters; an error leaves an empty string. */ \
    static errno_t CAT##_bounded(T *dst, size_t size, size_t used, const T *src, size_t count) \
    {                                                                              \
        if (!dst || size == 0)                                                     \
            return EINVAL;                                                         \
        if (!src || used >= size) {                                                \
            *dst = 0;                                                              \
            return EINVAL;                                                         \
        }                                                                          \
        size_t room = size - used, length = NLEN(src, count < room ? count : room); \
        if (length < room) {                                                       \
            memcpy(dst + used, src, length * sizeof(T));                           \
            dst[used + length] = 0;                                                \
            return 0;                                                              \
        }                                                                          \
        if (count != TRUNCATE) {                                                   \
            *dst = 0;                                                              \
            return ERANGE;                                                         \
        }                                                                          \
        memcpy(dst + used, src, (room - 1) * sizeof(T));                           \
        dst[size - 1] = 0;                                                         \
        return STRUNCATE;                                                          \
    }                                                                              \
    errno_t CPY_S(T *dst, size_t size, const T *src)                               \
    {                                                                              \
        return CAT##_bounded(dst, size, 0, src, TRUNCATE - 1);                     \
    }                                                                              \
    errno_t NCPY_S(T *dst, size_t size, const T *src, size_t count)                \
    {                                                                              \
        return CAT##_bounded(dst, size, 0, src, count);                            \
    }                                                                              \
    errno_t CAT_S(T *dst, size_t size, const T *src)                               \
    {                                                                              \
        return CAT##_bounded(dst, size, dst ? NLEN(dst, size) : 0, src, TRUNCATE - 1); \
    }                                                                              \
    errno_t NCAT_S(T *dst, size_t size, const T *src, size_t count)                \
    {                                                                              \
        return CAT##_bounded(dst, size, dst ? NLEN(dst, size) : 0, src, count);    \
    }

STRING_FUNCTIONS(char, unsigned char, strlen, strnlen, strcmp, strncmp, _stricmp, _strnicmp, strcpy,
                 strncpy, strcat, strncat, strrchr, strstr, _strupr, _strlwr, strcpy_s,
                 strncpy_s, strcat_s, strncat_s)
STRING_FUNCTIONS(wchar_t, wchar_t, wcslen, wcsnlen, wcscmp, wcsncmp, _wcsicmp, _wcsnicmp, wcscpy,
                 wcsncpy, wcscat, wcsncat, wide_rchr, wcsstr, _wcsupr, _wcslwr, wcscpy_s,
                 wcsncpy_s, wcscat_s, wcsncat_s)

char *strchr(const char *s, int c)
{
    for (;; s++) {
        if (*s == (char)c)
            return (char *)s;
        if (!*s)
            return 0;
    }
}

wchar_t *wcschr(const wchar_t *s, wchar_t c)
{
    for (;; s++) {
        if (*s == c)
            return (wchar_t *)s;
        if (!*s)
            return 0;
    }
}

wchar_t *wcsrchr(const wchar_t *s, wchar_t c)
{
    return wide_rchr(s, c);
}

size_t strspn(const char *s, const char *accept)
{
    size_t n = 0;
    while (s[n] && strchr(accept, s[n]))
        n++;
    return n;
}

size_t strcspn(const char *s, const char *reject)
{
    size_t n = 0;
    while (s[n] && !strchr(reject, s[n]))
        n++;
    return n;
}

/* ---- numbers ---- */

static int digit_value(int c)
{
    if (isdigit(c))
        return c - '0';
    if (isalpha(c))
        return tolower(c) - 'a' + 10;
    return 99;
}

/* Reads sign, prefix and digits; saturates at 64 bits and says so. */
#define PARSE_FUNCTION(NAME, T, U)                                                        \
    static unsigned long long NAME(const T *s, T **end, int radix, int *negative, int *overflow) \
    {                                                                                     \
        const T *start = s;                                                               \
        unsigned long long value = 0;                                                     \
        int any = 0;                                                                      \
        *negative = *overflow = 0;                                                        \
        while (isspace((U)*s))                                                            \
            s++;                                                                          \
        if (*s == '-' || *s == '+')                                                       \
            *negative = *s++ == '-';                                                      \
        if ((radix == 0 || radix == 16) && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && \
            isxdigit((U)s[2])) {                                                          \
            s += 2;                                                                       \
            radix = 16;                                                                   \
        }                                                                                 \
        if (radix == 0)                                                                   \
            radix = *s == '0' ? 8 : 10;                                                   \
        for (; digit_value((U)*s) < radix; s++, any = 1) {                                \
            if (value > (~0ULL - (unsigned)digit_value((U)*s)) / (unsigned)radix)         \
                *overflow = 1;                                                            \
            value = value * (unsigned)radix + (unsigned)digit_value((U)*s);               \
        }                                                                                 \
        if (end)                                                                          \
            *end = (T *)(any ? s : start);                                                \
        return value;                                                                     \
    }

PARSE_FUNCTION(parse, char, unsigned char)
PARSE_FUNCTION(parse_wide, wchar_t, wchar_t)

static long as_long(unsigned long long value, int negative, int overflow)
{
    if (negative)
        return overflow || value > 0x80000000ULL ? LONG_MIN : (long)(0 - (unsigned long)value);
    return overflow || value > 0x7FFFFFFFULL ? LONG_MAX : (long)value;
}

static unsigned long as_ulong(unsigned long long value, int negative, int overflow)
{
    if (overflow || value > ULONG_MAX)
        return ULONG_MAX;
    return negative ? 0 - (unsigned long)value : (unsigned long)value;
}

long strtol(const char *s, char **end, int radix)
{
    int negative, overflow;
    unsigned long long value = parse(s, end, radix, &negative, &overflow);
    return as_long(value, negative, overflow);
}

unsigned long strtoul(const char *s, char **end, int radix)
{
    int negative, overflow;
    unsigned long long value = parse(s, end, radix, &negative, &overflow);
    return as_ulong(value, negative, overflow);
}

long wcstol(const wchar_t *s, wchar_t **end, int radix)
{
    int negative, overflow;
    unsigned long long value = parse_wide(s, end, radix, &negative, &overflow);
    return as_long(value, negative, overflow);
}

unsigned long wcstoul(const wchar_t *s, wchar_t **end, int radix)
{
    int negative, overflow;
    unsigned long long value = parse_wide(s, end, radix, &negative, &overflow);
    return as_ulong(value, negative, overflow);
}

long long _atoi64(const char *s)
{
    int negative, overflow;
    unsigned long long value = parse(s, 0, 10, &negative, &overflow);
    return (long long)(negative ? 0 - value : value);
}

int atoi(const char *s) { return (int)strtol(s, 0, 10); }
long atol(const char *s) { return strtol(s, 0, 10); }
int _wtoi(const wchar_t *s) { return (int)wcstol(s, 0, 10); }
int abs(int value) { return value < 0 ? -value : value; }
long labs(long value) { return value < 0 ? -value : value; }

/* Writes the digits of `value` backwards into `digits` and returns their number. */
static int format_digits(unsigned long value, int radix, char digits[34])
{
    int n = 0;
    do {
        int digit = (int)(value % (unsigned)radix);
        digits[n++] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        value /= (unsigned)radix;
    } while (value != 0);
    return n;
}

#define FORMAT_FUNCTION(NAME, T)                                                       \
    static errno_t NAME(unsigned long value, int negative, T *dst, size_t size, int radix) \
    {                                                                                  \
        char digits[34];                                                               \
        if (!dst || size == 0)                                                         \
            return EINVAL;                                                             \
        *dst = 0;                                                                      \
        if (radix < 2 || radix > 36)                                                   \
            return EINVAL;                                                             \
        int n = format_digits(negative ? 0 - value : value, radix, digits);            \
        if ((size_t)(n + negative) >= size)                                            \
            return ERANGE;                                                             \
        if (negative)                                                                  \
            *dst++ = '-';                                                              \
        while (n > 0)                                                                  \
            *dst++ = (T)digits[--n];                                                   \
        *dst = 0;                                                                      \
        return 0;                                                                      \
    }

FORMAT_FUNCTION(format_number, char)
FORMAT_FUNCTION(format_wide_number, wchar_t)

errno_t _itoa_s(int value, char *dst, size_t size, int radix)
{
    return format_number((unsigned long)value, radix == 10 && value < 0, dst, size, radix);
}

errno_t _itow_s(int value, wchar_t *dst, size_t size, int radix)
{
    return format_wide_number((unsigned long)value, radix == 10 && value < 0, dst, size, radix);
}

errno_t _ultoa_s(unsigned long value, char *dst, size_t size, int radix)
{
    return format_number(value, 0, dst, size, radix);
}

char *_itoa(int value, char *dst, int radix)
{
    _itoa_s(value, dst, 34, radix);
    return dst;
}

/* The generator of Microsoft's runtime library, so that a driver sees the numbers it sees there. */
static unsigned long random_state = 1;

void srand(unsigned int seed)
{
    random_state = seed;
}

int rand(void)
{
    random_state = random_state * 214013UL + 2531011UL;
    return (int)((random_state >> 16) & 0x7FFF);
}

/* ---- sorting and searching ---- */

static void swap_bytes(char *a, char *b, size_t size)
{
    for (; size != 0; size--, a++, b++) {
        char value = *a;
        *a = *b;
        *b = value;
    }
}

/* Heap sort: no recursion, no memory, no bad case. */
static void sift_down(char *base, size_t root, size_t count, size_t size, compare_t *compare)
{
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count)
            return;
        if (child + 1 < count && compare(base + child * size, base + (child + 1) * size) < 0)
            child++;
        if (compare(base + root * size, base + child * size) >= 0)
            return;
        swap_bytes(base + root * size, base + child * size, size);
        root = child;
    }
}

void qsort(void *base, size_t count, size_t size, compare_t *compare)
{
    for (size_t root = count / 2; root > 0; root--)
        sift_down(base, root - 1, count, size, compare);
    for (size_t last = count; last > 1; last--) {
        swap_bytes(base, (char *)base + (last - 1) * size, size);
        sift_down(base, 0, last - 1, size, compare);
    }
}

void *bsearch(const void *key, const void *base, size_t count, size_t size, compare_t *compare)
{
    const char *first = base;
    while (count > 0) {
        const char *middle = first + count / 2 * size;
        int order = compare(key, middle);
        if (order == 0)
            return (void *)middle;
        if (order > 0) {
            first = middle + size;
            count -= count / 2 + 1;
        } else
            count /= 2;
    }
    return 0;
}

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
