/* SPDX-License-Identifier: BSD-3-Clause */
/* The messages that change the book: A, F, E, C, X, D and U. */
#ifndef LEAT_FEEDGEN_ORDER_FLOW_H
#define LEAT_FEEDGEN_ORDER_FLOW_H

#include "tools/feedgen/market.h"

#include <stdbool.h>

bool order_flow_has(char type);

/*
 * Writes a message of the type. Where the book does not allow it, another one: an add when no
 * order is left to change, a delete when the book is full or an order has no share to spare.
 * Returns 0 or -ENOMEM.
 */
int order_flow_write(struct market *market, char type);

#endif
