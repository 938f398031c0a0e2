/* SPDX-License-Identifier: BSD-3-Clause */
/* Which stock has which stock_locate. The lower the locate, the busier the stock. */
#ifndef LEAT_FEEDGEN_SYMBOL_NAME_H
#define LEAT_FEEDGEN_SYMBOL_NAME_H

#include <stdint.h>

#define SYMBOL_NAME_LENGTH 8

/* locate is at least 1. Space-padded, without a final 0, unique. */
void symbol_name_write(uint16_t locate, char name[SYMBOL_NAME_LENGTH]);

#endif
