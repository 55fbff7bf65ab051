/* SPDX-License-Identifier: MIT */
/* Part of rt.c: text to numbers, numbers to text, random numbers. Included there and nowhere else. */

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
