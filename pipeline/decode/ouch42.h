/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nasdaq OUCH 4.2 messages, big-endian. Source: Nasdaq, "O*U*C*H", version 4.2 (2017-10-20); the field names are the
 * specification's in snake_case, prices are 4-byte integers with 4 implied decimals.
 *
 * Clients and venue use the same letters for other messages (M, N, U), so each side has a table of its own.
 */
#ifndef PIPELINE_DECODE_OUCH42_H
#define PIPELINE_DECODE_OUCH42_H

#include "pipeline/decode/message.h"

/* What clients send. */

#define OUCH42_TRADE_NOW_MESSAGE(F, M) F(M, order_token, 1, 14, ASCII, 0)

#define OUCH42_MODIFY_ORDER_MESSAGE(F, M)                                                          \
	F(M, order_token, 1, 14, ASCII, 0)                                                         \
	F(M, buy_sell_indicator, 15, 1, ASCII, 0)                                                  \
	F(M, shares, 16, 4, UINT_BE, 0)

#define OUCH42_CANCEL_ORDER_MESSAGE(F, M)                                                          \
	F(M, order_token, 1, 14, ASCII, 0)                                                         \
	F(M, shares, 15, 4, UINT_BE, 0)

#define OUCH42_REPLACE_ORDER_MESSAGE(F, M)                                                         \
	F(M, existing_order_token, 1, 14, ASCII, 0)                                                \
	F(M, replacement_order_token, 15, 14, ASCII, 0)                                            \
	F(M, shares, 29, 4, UINT_BE, 0)                                                            \
	F(M, price, 33, 4, UINT_BE, 4)                                                             \
	F(M, time_in_force, 37, 4, UINT_BE, 0)                                                     \
	F(M, display, 41, 1, ASCII, 0)                                                             \
	F(M, intermarket_sweep_eligibility, 42, 1, ASCII, 0)                                       \
	F(M, minimum_quantity, 43, 4, UINT_BE, 0)

#define OUCH42_ENTER_ORDER_MESSAGE(F, M)                                                           \
	F(M, order_token, 1, 14, ASCII, 0)                                                         \
	F(M, buy_sell_indicator, 15, 1, ASCII, 0)                                                  \
	F(M, shares, 16, 4, UINT_BE, 0)                                                            \
	F(M, stock, 20, 8, ASCII, 0)                                                               \
	F(M, price, 28, 4, UINT_BE, 4)                                                             \
	F(M, time_in_force, 32, 4, UINT_BE, 0)                                                     \
	F(M, firm, 36, 4, ASCII, 0)                                                                \
	F(M, display, 40, 1, ASCII, 0)                                                             \
	F(M, capacity, 41, 1, ASCII, 0)                                                            \
	F(M, intermarket_sweep_eligibility, 42, 1, ASCII, 0)                                       \
	F(M, minimum_quantity, 43, 4, UINT_BE, 0)                                                  \
	F(M, cross_type, 47, 1, ASCII, 0)                                                          \
	F(M, customer_type, 48, 1, ASCII, 0)

#define OUCH42_REQUESTS(X)                                                                         \
	X(ouch42, 'N', trade_now_message, 15, OUCH42_TRADE_NOW_MESSAGE)                            \
	X(ouch42, 'M', modify_order_message, 20, OUCH42_MODIFY_ORDER_MESSAGE)                      \
	X(ouch42, 'X', cancel_order_message, 19, OUCH42_CANCEL_ORDER_MESSAGE)                      \
	X(ouch42, 'U', replace_order_message, 47, OUCH42_REPLACE_ORDER_MESSAGE)                    \
	X(ouch42, 'O', enter_order_message, 49, OUCH42_ENTER_ORDER_MESSAGE)

/* What the venue sends. */

/* What the venue's messages about an order start with. */
#define OUCH42_ORDER_HEADER(F, M)                                                                  \
	F(M, timestamp, 1, 8, UINT_BE, 0)                                                          \
	F(M, order_token, 9, 14, ASCII, 0)

#define OUCH42_SEQUENCED_TRADE_NOW_MESSAGE(F, M) OUCH42_ORDER_HEADER(F, M)

#define OUCH42_ORDER_MODIFIED_MESSAGE(F, M)                                                        \
	OUCH42_ORDER_HEADER(F, M)                                                                  \
	F(M, buy_sell_indicator, 23, 1, ASCII, 0)                                                  \
	F(M, shares, 24, 4, UINT_BE, 0)

#define OUCH42_ORDER_PRIORITY_UPDATE_MESSAGE(F, M)                                                 \
	OUCH42_ORDER_HEADER(F, M)                                                                  \
	F(M, price, 23, 4, UINT_BE, 4)                                                             \
	F(M, display, 27, 1, ASCII, 0)                                                             \
	F(M, order_reference_number, 28, 8, UINT_BE, 0)

#define OUCH42_CANCEL_REJECT_MESSAGE(F, M) OUCH42_ORDER_HEADER(F, M)

#define OUCH42_CANCEL_PENDING_MESSAGE(F, M) OUCH42_ORDER_HEADER(F, M)

#define OUCH42_REJECTED_ORDER_MESSAGE(F, M)                                                        \
	OUCH42_ORDER_HEADER(F, M)                                                                  \
	F(M, rejected_order_reason, 23, 1, ASCII, 0)

#define OUCH42_TRADE_CORRECTION_MESSAGE(F, M)                                                      \
	OUCH42_ORDER_HEADER(F, M)                                                                  \
	F(M, executed_shares, 23, 4, UINT_BE, 0)                                                   \
	F(M, execution_price, 27, 4, UINT_BE, 4)                                                   \
	F(M, liquidity_flag, 31, 1, ASCII, 0)                                                      \
	F(M, match_number, 32, 8, UINT_BE, 0)                                                      \
	F(M, reason, 40, 1, ASCII, 0)

#define OUCH42_EXECUTED_WITH_REFERENCE_PRICE_MESSAGE(F, M)                                         \
	OUCH42_ORDER_HEADER(F, M)                                                                  \
	F(M, executed_shares, 23, 4, UINT_BE, 0)                                                   \
	F(M, execution_price, 27, 4, UINT_BE, 4)                                                   \
	F(M, liquidity_flag, 31, 1, ASCII, 0)                                                      \
	F(M, match_number, 32, 8, UINT_BE, 0)                                                      \
	F(M, reference_price, 40, 4, UINT_BE, 4)                                                   \
	F(M, reference_price_type, 44, 1, ASCII, 0)

#define OUCH42_BROKEN_TRADE_MESSAGE(F, M)                                                          \
	OUCH42_ORDER_HEADER(F, M)                                                                  \
	F(M, match_number, 23, 8, UINT_BE, 0)                                                      \
	F(M, broken_trade_reason, 31, 1, ASCII, 0)

#define OUCH42_EXECUTED_MESSAGE(F, M)                                                              \
	OUCH42_ORDER_HEADER(F, M)                                                                  \
	F(M, executed_shares, 23, 4, UINT_BE, 0)                                                   \
	F(M, execution_price, 27, 4, UINT_BE, 4)                                                   \
	F(M, liquidity_flag, 31, 1, ASCII, 0)                                                      \
	F(M, match_number, 32, 8, UINT_BE, 0)

#define OUCH42_AIQ_CANCELLED_MESSAGE(F, M)                                                         \
	OUCH42_ORDER_HEADER(F, M)                                                                  \
	F(M, decrement_shares, 23, 4, UINT_BE, 0)                                                  \
	F(M, cancel_order_reason, 27, 1, ASCII, 0)                                                 \
	F(M, quantity_prevented_from_trading, 28, 4, UINT_BE, 0)                                   \
	F(M, execution_price, 32, 4, UINT_BE, 4)                                                   \
	F(M, liquidity_flag, 36, 1, ASCII, 0)

#define OUCH42_CANCELED_MESSAGE(F, M)                                                              \
	OUCH42_ORDER_HEADER(F, M)                                                                  \
	F(M, decrement_shares, 23, 4, UINT_BE, 0)                                                  \
	F(M, cancel_order_reason, 27, 1, ASCII, 0)

#define OUCH42_REPLACED_MESSAGE(F, M)                                                              \
	F(M, timestamp, 1, 8, UINT_BE, 0)                                                          \
	F(M, replacement_order_token, 9, 14, ASCII, 0)                                             \
	F(M, buy_sell_indicator, 23, 1, ASCII, 0)                                                  \
	F(M, shares, 24, 4, UINT_BE, 0)                                                            \
	F(M, stock, 28, 8, ASCII, 0)                                                               \
	F(M, price, 36, 4, UINT_BE, 4)                                                             \
	F(M, time_in_force, 40, 4, UINT_BE, 0)                                                     \
	F(M, firm, 44, 4, ASCII, 0)                                                                \
	F(M, display, 48, 1, ASCII, 0)                                                             \
	F(M, order_reference_number, 49, 8, UINT_BE, 0)                                            \
	F(M, capacity, 57, 1, ASCII, 0)                                                            \
	F(M, intermarket_sweep_eligibility, 58, 1, ASCII, 0)                                       \
	F(M, minimum_quantity, 59, 4, UINT_BE, 0)                                                  \
	F(M, cross_type, 63, 1, ASCII, 0)                                                          \
	F(M, order_state, 64, 1, ASCII, 0)                                                         \
	F(M, previous_order_token, 65, 14, ASCII, 0)                                               \
	F(M, bbo_weight_indicator, 79, 1, ASCII, 0)

#define OUCH42_ACCEPTED_MESSAGE(F, M)                                                              \
	OUCH42_ORDER_HEADER(F, M)                                                                  \
	F(M, buy_sell_indicator, 23, 1, ASCII, 0)                                                  \
	F(M, shares, 24, 4, UINT_BE, 0)                                                            \
	F(M, stock, 28, 8, ASCII, 0)                                                               \
	F(M, price, 36, 4, UINT_BE, 4)                                                             \
	F(M, time_in_force, 40, 4, UINT_BE, 0)                                                     \
	F(M, firm, 44, 4, ASCII, 0)                                                                \
	F(M, display, 48, 1, ASCII, 0)                                                             \
	F(M, order_reference_number, 49, 8, UINT_BE, 0)                                            \
	F(M, capacity, 57, 1, ASCII, 0)                                                            \
	F(M, intermarket_sweep_eligibility, 58, 1, ASCII, 0)                                       \
	F(M, minimum_quantity, 59, 4, UINT_BE, 0)                                                  \
	F(M, cross_type, 63, 1, ASCII, 0)                                                          \
	F(M, order_state, 64, 1, ASCII, 0)                                                         \
	F(M, bbo_weight_indicator, 65, 1, ASCII, 0)

#define OUCH42_SYSTEM_EVENT_MESSAGE(F, M)                                                          \
	F(M, timestamp, 1, 8, UINT_BE, 0)                                                          \
	F(M, event_code, 9, 1, ASCII, 0)

#define OUCH42_MESSAGES(X)                                                                         \
	X(ouch42, 'N', sequenced_trade_now_message, 23, OUCH42_SEQUENCED_TRADE_NOW_MESSAGE)        \
	X(ouch42, 'M', order_modified_message, 28, OUCH42_ORDER_MODIFIED_MESSAGE)                  \
	X(ouch42, 'T', order_priority_update_message, 36, OUCH42_ORDER_PRIORITY_UPDATE_MESSAGE)    \
	X(ouch42, 'I', cancel_reject_message, 23, OUCH42_CANCEL_REJECT_MESSAGE)                    \
	X(ouch42, 'P', cancel_pending_message, 23, OUCH42_CANCEL_PENDING_MESSAGE)                  \
	X(ouch42, 'J', rejected_order_message, 24, OUCH42_REJECTED_ORDER_MESSAGE)                  \
	X(ouch42, 'F', trade_correction_message, 41, OUCH42_TRADE_CORRECTION_MESSAGE)              \
	X(ouch42,                                                                                  \
	  'G',                                                                                     \
	  executed_with_reference_price_message,                                                   \
	  45,                                                                                      \
	  OUCH42_EXECUTED_WITH_REFERENCE_PRICE_MESSAGE)                                            \
	X(ouch42, 'B', broken_trade_message, 32, OUCH42_BROKEN_TRADE_MESSAGE)                      \
	X(ouch42, 'E', executed_message, 40, OUCH42_EXECUTED_MESSAGE)                              \
	X(ouch42, 'D', aiq_cancelled_message, 37, OUCH42_AIQ_CANCELLED_MESSAGE)                    \
	X(ouch42, 'C', canceled_message, 28, OUCH42_CANCELED_MESSAGE)                              \
	X(ouch42, 'U', replaced_message, 80, OUCH42_REPLACED_MESSAGE)                              \
	X(ouch42, 'A', accepted_message, 66, OUCH42_ACCEPTED_MESSAGE)                              \
	X(ouch42, 'S', system_event_message, 10, OUCH42_SYSTEM_EVENT_MESSAGE)

OUCH42_REQUESTS(LAYOUT_ACCESSORS)
OUCH42_MESSAGES(LAYOUT_ACCESSORS)

/* From the venue. */
extern const struct message_protocol ouch42_protocol;

/* From clients. */
extern const struct message_protocol ouch42_request_protocol;

#endif
