/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cboe PITCH, US equities, little-endian. Source: Cboe, "US Equities Multicast PITCH Specification", version 2.41.64.
 *
 *   Hdr Length 2 bytes | Hdr Count 1 | Hdr Unit 1 | Hdr Sequence 4 | { Length 1 | Message Type 1 | ... } * Count
 *
 * Both lengths include themselves. Count 0 is a heartbeat, whose sequence number is the next expected. Numbers count within
 * a unit; units without numbers send 0. `timestamp` counts nanoseconds from the unit's last time message. Prices of short
 * messages have 2 decimals, all others 4.
 */
#ifndef PIPELINE_DECODE_PITCH_H
#define PIPELINE_DECODE_PITCH_H

#include "pipeline/decode/framing.h"

enum { PITCH_HEADER_BYTES = 8 };

#define PITCH_TIME(F, M) F(M, time, 2, 4, UINT_LE, 0)

#define PITCH_ADD_ORDER_LONG(F, M)                                                                 \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, side_indicator, 14, 1, ASCII, 0)                                                      \
	F(M, quantity, 15, 4, UINT_LE, 0)                                                          \
	F(M, symbol, 19, 6, ASCII, 0)                                                              \
	F(M, price, 25, 8, UINT_LE, 4)                                                             \
	F(M, add_flags, 33, 1, UINT_LE, 0)

#define PITCH_ADD_ORDER_SHORT(F, M)                                                                \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, side_indicator, 14, 1, ASCII, 0)                                                      \
	F(M, quantity, 15, 2, UINT_LE, 0)                                                          \
	F(M, symbol, 17, 6, ASCII, 0)                                                              \
	F(M, price, 23, 2, UINT_LE, 2)                                                             \
	F(M, add_flags, 25, 1, UINT_LE, 0)

#define PITCH_ORDER_EXECUTED(F, M)                                                                 \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, executed_quantity, 14, 4, UINT_LE, 0)                                                 \
	F(M, execution_id, 18, 8, UINT_LE, 0)

#define PITCH_ORDER_EXECUTED_AT_PRICE_SIZE(F, M)                                                   \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, executed_quantity, 14, 4, UINT_LE, 0)                                                 \
	F(M, remaining_quantity, 18, 4, UINT_LE, 0)                                                \
	F(M, execution_id, 22, 8, UINT_LE, 0)                                                      \
	F(M, price, 30, 8, UINT_LE, 4)

#define PITCH_REDUCE_SIZE_LONG(F, M)                                                               \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, canceled_quantity, 14, 4, UINT_LE, 0)

#define PITCH_REDUCE_SIZE_SHORT(F, M)                                                              \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, canceled_quantity, 14, 2, UINT_LE, 0)

#define PITCH_MODIFY_ORDER_LONG(F, M)                                                              \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, quantity, 14, 4, UINT_LE, 0)                                                          \
	F(M, price, 18, 8, UINT_LE, 4)                                                             \
	F(M, modify_flags, 26, 1, UINT_LE, 0)

#define PITCH_MODIFY_ORDER_SHORT(F, M)                                                             \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, quantity, 14, 2, UINT_LE, 0)                                                          \
	F(M, price, 16, 2, UINT_LE, 2)                                                             \
	F(M, modify_flags, 18, 1, UINT_LE, 0)

#define PITCH_DELETE_ORDER(F, M)                                                                   \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)

#define PITCH_TRADE_LONG(F, M)                                                                     \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, side_indicator, 14, 1, ASCII, 0)                                                      \
	F(M, quantity, 15, 4, UINT_LE, 0)                                                          \
	F(M, symbol, 19, 6, ASCII, 0)                                                              \
	F(M, price, 25, 8, UINT_LE, 4)                                                             \
	F(M, execution_id, 33, 8, UINT_LE, 0)

#define PITCH_TRADE_SHORT(F, M)                                                                    \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, side_indicator, 14, 1, ASCII, 0)                                                      \
	F(M, quantity, 15, 2, UINT_LE, 0)                                                          \
	F(M, symbol, 17, 6, ASCII, 0)                                                              \
	F(M, price, 23, 2, UINT_LE, 2)                                                             \
	F(M, execution_id, 25, 8, UINT_LE, 0)

#define PITCH_TRADE_BREAK(F, M)                                                                    \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, execution_id, 6, 8, UINT_LE, 0)

#define PITCH_END_OF_SESSION(F, M) F(M, timestamp, 2, 4, UINT_LE, 0)

#define PITCH_ADD_ORDER_EXPANDED(F, M)                                                             \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, side_indicator, 14, 1, ASCII, 0)                                                      \
	F(M, quantity, 15, 4, UINT_LE, 0)                                                          \
	F(M, symbol, 19, 8, ASCII, 0)                                                              \
	F(M, price, 27, 8, UINT_LE, 4)                                                             \
	F(M, add_flags, 35, 1, UINT_LE, 0)                                                         \
	F(M, participant_id, 36, 4, ASCII, 0)                                                      \
	F(M, customer_indicator, 40, 1, ASCII, 0)

#define PITCH_TRADE_EXPANDED(F, M)                                                                 \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, order_id, 6, 8, UINT_LE, 0)                                                           \
	F(M, side_indicator, 14, 1, ASCII, 0)                                                      \
	F(M, quantity, 15, 4, UINT_LE, 0)                                                          \
	F(M, symbol, 19, 8, ASCII, 0)                                                              \
	F(M, price, 27, 8, UINT_LE, 4)                                                             \
	F(M, execution_id, 35, 8, UINT_LE, 0)

#define PITCH_TRADING_STATUS(F, M)                                                                 \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, symbol, 6, 8, ASCII, 0)                                                               \
	F(M, trading_status, 14, 1, ASCII, 0)                                                      \
	F(M, reg_sho_action, 15, 1, ASCII, 0)                                                      \
	F(M, reserved_1, 16, 1, ASCII, 0)                                                          \
	F(M, second_reserved_1, 17, 1, ASCII, 0)

#define PITCH_AUCTION_UPDATE(F, M)                                                                 \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, stock_symbol, 6, 8, ASCII, 0)                                                         \
	F(M, auction_type, 14, 1, ASCII, 0)                                                        \
	F(M, reference_price, 15, 8, UINT_LE, 4)                                                   \
	F(M, buy_shares, 23, 4, UINT_LE, 0)                                                        \
	F(M, sell_shares, 27, 4, UINT_LE, 0)                                                       \
	F(M, indicative_price, 31, 8, UINT_LE, 4)                                                  \
	F(M, auction_only_price, 39, 8, UINT_LE, 4)

#define PITCH_AUCTION_SUMMARY(F, M)                                                                \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, stock_symbol, 6, 8, ASCII, 0)                                                         \
	F(M, auction_type, 14, 1, ASCII, 0)                                                        \
	F(M, price, 15, 8, UINT_LE, 4)                                                             \
	F(M, shares_contracts, 23, 4, UINT_LE, 0)

#define PITCH_UNIT_CLEAR(F, M) F(M, timestamp, 2, 4, UINT_LE, 0)

#define PITCH_RETAIL_PRICE_IMPROVEMENT(F, M)                                                       \
	F(M, timestamp, 2, 4, UINT_LE, 0)                                                          \
	F(M, symbol, 6, 8, ASCII, 0)                                                               \
	F(M, retail_price_improvement, 14, 1, ASCII, 0)

#define PITCH_MESSAGES(X)                                                                          \
	X(pitch, 0x20, time, 6, PITCH_TIME)                                                        \
	X(pitch, 0x21, add_order_long, 34, PITCH_ADD_ORDER_LONG)                                   \
	X(pitch, 0x22, add_order_short, 26, PITCH_ADD_ORDER_SHORT)                                 \
	X(pitch, 0x23, order_executed, 26, PITCH_ORDER_EXECUTED)                                   \
	X(pitch, 0x24, order_executed_at_price_size, 38, PITCH_ORDER_EXECUTED_AT_PRICE_SIZE)       \
	X(pitch, 0x25, reduce_size_long, 18, PITCH_REDUCE_SIZE_LONG)                               \
	X(pitch, 0x26, reduce_size_short, 16, PITCH_REDUCE_SIZE_SHORT)                             \
	X(pitch, 0x27, modify_order_long, 27, PITCH_MODIFY_ORDER_LONG)                             \
	X(pitch, 0x28, modify_order_short, 19, PITCH_MODIFY_ORDER_SHORT)                           \
	X(pitch, 0x29, delete_order, 14, PITCH_DELETE_ORDER)                                       \
	X(pitch, 0x2A, trade_long, 41, PITCH_TRADE_LONG)                                           \
	X(pitch, 0x2B, trade_short, 33, PITCH_TRADE_SHORT)                                         \
	X(pitch, 0x2C, trade_break, 14, PITCH_TRADE_BREAK)                                         \
	X(pitch, 0x2D, end_of_session, 6, PITCH_END_OF_SESSION)                                    \
	X(pitch, 0x2F, add_order_expanded, 41, PITCH_ADD_ORDER_EXPANDED)                           \
	X(pitch, 0x30, trade_expanded, 43, PITCH_TRADE_EXPANDED)                                   \
	X(pitch, 0x31, trading_status, 18, PITCH_TRADING_STATUS)                                   \
	X(pitch, 0x95, auction_update, 47, PITCH_AUCTION_UPDATE)                                   \
	X(pitch, 0x96, auction_summary, 27, PITCH_AUCTION_SUMMARY)                                 \
	X(pitch, 0x97, unit_clear, 6, PITCH_UNIT_CLEAR)                                            \
	X(pitch, 0x98, retail_price_improvement, 15, PITCH_RETAIL_PRICE_IMPROVEMENT)

PITCH_MESSAGES(LAYOUT_ACCESSORS)

extern const struct framing pitch_framing;
extern const struct message_protocol pitch_protocol;

#endif
