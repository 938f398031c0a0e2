/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The messages of IEX's feeds, little-endian. Sources: Investors Exchange, "TOPS Specification", version 1.66, "DEEP
 * Specification", version 1.08, and "DEEP+ Specification", version 1.02.
 *
 * The feeds share most of their messages, which have one layout wherever they occur. Prices have 4 decimals, timestamps
 * count nanoseconds since 1970, scheduled_auction_time counts seconds since then.
 */
#ifndef PIPELINE_DECODE_IEX_H
#define PIPELINE_DECODE_IEX_H

#include "pipeline/decode/message.h"

#define IEX_SYSTEM_EVENT(F, M)                                                                     \
	F(M, system_event, 1, 1, ASCII, 0)                                                         \
	F(M, timestamp, 2, 8, INT_LE, 0)

#define IEX_SECURITY_DIRECTORY(F, M)                                                               \
	F(M, security_directory_flags, 1, 1, UINT_LE, 0)                                           \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, round_lot_size, 18, 4, UINT_LE, 0)                                                    \
	F(M, adjusted_poc_price, 22, 8, INT_LE, 4)                                                 \
	F(M, luld_tier, 30, 1, UINT_LE, 0)

#define IEX_TRADING_STATUS(F, M)                                                                   \
	F(M, trading_status, 1, 1, ASCII, 0)                                                       \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, reason, 18, 4, ASCII, 0)

#define IEX_RETAIL_LIQUIDITY_INDICATOR(F, M)                                                       \
	F(M, retail_liquidity_indicator, 1, 1, ASCII, 0)                                           \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)

#define IEX_OPERATIONAL_HALT_STATUS(F, M)                                                          \
	F(M, operational_halt_status, 1, 1, ASCII, 0)                                              \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)

#define IEX_SHORT_SALE_PRICE_TEST_STATUS(F, M)                                                     \
	F(M, short_sale_price_test_status, 1, 1, UINT_LE, 0)                                       \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, detail, 18, 1, ASCII, 0)

#define IEX_SECURITY_EVENT(F, M)                                                                   \
	F(M, security_event, 1, 1, ASCII, 0)                                                       \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)

#define IEX_QUOTE_UPDATE(F, M)                                                                     \
	F(M, quote_update_flags, 1, 1, UINT_LE, 0)                                                 \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, bid_size, 18, 4, UINT_LE, 0)                                                          \
	F(M, bid_price, 22, 8, INT_LE, 4)                                                          \
	F(M, ask_price, 30, 8, INT_LE, 4)                                                          \
	F(M, ask_size, 38, 4, UINT_LE, 0)

#define IEX_PRICE_LEVEL_UPDATE(F, M)                                                               \
	F(M, event_flags, 1, 1, UINT_LE, 0)                                                        \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, size, 18, 4, UINT_LE, 0)                                                              \
	F(M, price, 22, 8, INT_LE, 4)

#define IEX_TRADE(F, M)                                                                            \
	F(M, sale_condition_flags, 1, 1, UINT_LE, 0)                                               \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, size, 18, 4, UINT_LE, 0)                                                              \
	F(M, price, 22, 8, INT_LE, 4)                                                              \
	F(M, trade_id, 30, 8, UINT_LE, 0)

#define IEX_OFFICIAL_PRICE(F, M)                                                                   \
	F(M, price_type, 1, 1, ASCII, 0)                                                           \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, official_price, 18, 8, INT_LE, 4)

#define IEX_AUCTION_INFORMATION(F, M)                                                              \
	F(M, auction_type, 1, 1, ASCII, 0)                                                         \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, paired_shares, 18, 4, UINT_LE, 0)                                                     \
	F(M, reference_price, 22, 8, INT_LE, 4)                                                    \
	F(M, indicative_clearing_price, 30, 8, INT_LE, 4)                                          \
	F(M, imbalance_shares, 38, 4, UINT_LE, 0)                                                  \
	F(M, imbalance_side, 42, 1, ASCII, 0)                                                      \
	F(M, extension_number, 43, 1, UINT_LE, 0)                                                  \
	F(M, scheduled_auction_time, 44, 4, UINT_LE, 0)                                            \
	F(M, auction_book_clearing_price, 48, 8, INT_LE, 4)                                        \
	F(M, collar_reference_price, 56, 8, INT_LE, 4)                                             \
	F(M, lower_auction_collar, 64, 8, INT_LE, 4)                                               \
	F(M, upper_auction_collar, 72, 8, INT_LE, 4)

#define IEX_ADD_ORDER(F, M)                                                                        \
	F(M, side, 1, 1, ASCII, 0)                                                                 \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, order_id, 18, 8, UINT_LE, 0)                                                          \
	F(M, size, 26, 4, UINT_LE, 0)                                                              \
	F(M, price, 30, 8, INT_LE, 4)

#define IEX_ORDER_MODIFY(F, M)                                                                     \
	F(M, modify_flags, 1, 1, UINT_LE, 0)                                                       \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, order_id_reference, 18, 8, UINT_LE, 0)                                                \
	F(M, size, 26, 4, UINT_LE, 0)                                                              \
	F(M, price, 30, 8, INT_LE, 4)

#define IEX_ORDER_DELETE(F, M)                                                                     \
	F(M, reserved, 1, 1, BYTES, 0)                                                             \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, order_id_reference, 18, 8, UINT_LE, 0)

#define IEX_ORDER_EXECUTED(F, M)                                                                   \
	F(M, sale_condition_flags, 1, 1, UINT_LE, 0)                                               \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, order_id_reference, 18, 8, UINT_LE, 0)                                                \
	F(M, size, 26, 4, UINT_LE, 0)                                                              \
	F(M, price, 30, 8, INT_LE, 4)                                                              \
	F(M, trade_id, 38, 8, UINT_LE, 0)

#define IEX_CLEAR_BOOK(F, M)                                                                       \
	F(M, reserved, 1, 1, BYTES, 0)                                                             \
	F(M, timestamp, 2, 8, INT_LE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)

/* In all three. */
#define IEX_MESSAGES(X)                                                                            \
	X(iex, 'S', system_event_message, 10, IEX_SYSTEM_EVENT)                                    \
	X(iex, 'D', security_directory_message, 31, IEX_SECURITY_DIRECTORY)                        \
	X(iex, 'H', trading_status_message, 22, IEX_TRADING_STATUS)                                \
	X(iex, 'I', retail_liquidity_indicator_message, 18, IEX_RETAIL_LIQUIDITY_INDICATOR)        \
	X(iex, 'O', operational_halt_status_message, 18, IEX_OPERATIONAL_HALT_STATUS)              \
	X(iex, 'P', short_sale_price_test_status_message, 19, IEX_SHORT_SALE_PRICE_TEST_STATUS)    \
	X(iex, 'B', trade_break_message, 38, IEX_TRADE)

/* In TOPS and DEEP. */
#define IEX_AGGREGATED_MESSAGES(X)                                                                 \
	X(iex, 'T', trade_report_message, 38, IEX_TRADE)                                           \
	X(iex, 'X', official_price_message, 26, IEX_OFFICIAL_PRICE)                                \
	X(iex, 'A', auction_information_message, 80, IEX_AUCTION_INFORMATION)

/* In DEEP and DEEP+. */
#define IEX_DEPTH_MESSAGES(X) X(iex, 'E', security_event_message, 18, IEX_SECURITY_EVENT)

#define IEX_TOPS_MESSAGES(X) X(iex, 'Q', quote_update_message, 42, IEX_QUOTE_UPDATE)

#define IEX_DEEP_MESSAGES(X)                                                                       \
	X(iex, '8', price_level_buy_update_message, 30, IEX_PRICE_LEVEL_UPDATE)                    \
	X(iex, '5', price_level_sell_update_message, 30, IEX_PRICE_LEVEL_UPDATE)

#define IEX_DEEP_PLUS_MESSAGES(X)                                                                  \
	X(iex, 'a', add_order_message, 38, IEX_ADD_ORDER)                                          \
	X(iex, 'M', order_modify_message, 38, IEX_ORDER_MODIFY)                                    \
	X(iex, 'R', order_delete_message, 26, IEX_ORDER_DELETE)                                    \
	X(iex, 'L', order_executed_message, 46, IEX_ORDER_EXECUTED)                                \
	X(iex, 'T', trade_message, 38, IEX_TRADE)                                                  \
	X(iex, 'C', clear_book_message, 18, IEX_CLEAR_BOOK)

IEX_MESSAGES(LAYOUT_ACCESSORS)
IEX_AGGREGATED_MESSAGES(LAYOUT_ACCESSORS)
IEX_DEPTH_MESSAGES(LAYOUT_ACCESSORS)
IEX_TOPS_MESSAGES(LAYOUT_ACCESSORS)
IEX_DEEP_MESSAGES(LAYOUT_ACCESSORS)
IEX_DEEP_PLUS_MESSAGES(LAYOUT_ACCESSORS)

extern const struct message_protocol iex_tops_protocol;
extern const struct message_protocol iex_deep_protocol;
extern const struct message_protocol iex_deep_plus_protocol;

#endif
