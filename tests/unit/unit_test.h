/* SPDX-License-Identifier: BSD-3-Clause */
/* cmocka, behind the headers that it needs and does not include itself. */
#ifndef UNIT_UNIT_TEST_H
#define UNIT_UNIT_TEST_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
/* clang-format on */

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#endif
