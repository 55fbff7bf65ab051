/* SPDX-License-Identifier: MIT */
/* Part of rt.c: character classes and strings. Included there and nowhere else. */

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
