/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much memory a piece of code has at once, at most: what malloc and mmap gave to it and to the
 * libraries that it calls. The program that links this has its malloc and mmap counted; glibc only.
 */
#pragma once

#include <stddef.h>

/* From here on; what was given before isn't counted, nor when it is given back. */
void bench_heap_begin (void);
/* Bytes at the highest point since then, with what malloc rounds up; mapped pages are whole. */
size_t bench_heap_peak (void);
/* How often malloc, calloc, realloc and mmap gave something since then. */
unsigned bench_heap_calls (void);
