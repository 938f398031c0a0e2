/* SPDX-License-Identifier: BSD-3-Clause */
/* The messages that do not change the book: trades outside it, and notices about symbols. */
#ifndef LEAT_FEEDGEN_NOTICE_H
#define LEAT_FEEDGEN_NOTICE_H

#include "tools/feedgen/market.h"

/*
 * Writes a message of the type, any but S and those of order_flow.h, about a symbol of its
 * choice. A broken trade with no trade to break becomes a trade.
 */
void notice_write(struct market *market, char type);

/* The same about the symbol in head.locate; not for B, V and W. */
void notice_symbol_write(struct market *market, char type);

#endif
