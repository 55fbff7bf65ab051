/* SPDX-License-Identifier: MIT */
/* Part of rt.c: sorting and searching. Included there and nowhere else. */

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
