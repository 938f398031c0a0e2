/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nasdaq OUCH 5.0 messages, big-endian. Source: Nasdaq, "OUCH 5.0" order entry specification, revision 1.05; the field
 * names are the specification's in snake_case, prices are integers with 4 implied decimals.
 *
 * Clients and venue use the same letters for other messages (C, D, E, M, Q, U, X), so each side has a table of its own.
 *
 * Behind its fields every message but the system event may carry an appendage:
 *
 *   appendage_length 2 | { Length 1 (of tag and value) | Tag 1 | Value } ...
 *
 * Six messages always have its length, even of 0, which is therefore part of their shortest length below. The others go
 * without where nothing is appended; that of a message without fields, the account query, is its type.
 * Which tags a message may have is not checked, unknown tags are skipped, and so is all behind the appendage.
 */
#ifndef PIPELINE_DECODE_OUCH50_H
#define PIPELINE_DECODE_OUCH50_H

#include "pipeline/decode/message.h"

enum { OUCH50_APPENDAGE_LENGTH_BYTES = 2 };

/* What clients send. */

#define OUCH50_MODIFY_ORDER_MESSAGE(F, M)                                                          \
	F(M, user_ref_num, 1, 4, UINT_BE, 0)                                                       \
	F(M, side, 5, 1, ASCII, 0)                                                                 \
	F(M, quantity, 6, 4, UINT_BE, 0)

#define OUCH50_CANCEL_ORDER_MESSAGE(F, M)                                                          \
	F(M, user_ref_num, 1, 4, UINT_BE, 0)                                                       \
	F(M, quantity, 5, 4, UINT_BE, 0)

#define OUCH50_REPLACE_ORDER_MESSAGE(F, M)                                                         \
	F(M, orig_user_ref_num, 1, 4, UINT_BE, 0)                                                  \
	F(M, user_ref_num, 5, 4, UINT_BE, 0)                                                       \
	F(M, quantity, 9, 4, UINT_BE, 0)                                                           \
	F(M, price, 13, 8, UINT_BE, 4)                                                             \
	F(M, time_in_force, 21, 1, ASCII, 0)                                                       \
	F(M, display, 22, 1, ASCII, 0)                                                             \
	F(M, inter_market_sweep_eligibility, 23, 1, ASCII, 0)                                      \
	F(M, clordid, 24, 14, ASCII, 0)

#define OUCH50_ENTER_ORDER_MESSAGE(F, M)                                                           \
	F(M, user_ref_num, 1, 4, UINT_BE, 0)                                                       \
	F(M, side, 5, 1, ASCII, 0)                                                                 \
	F(M, quantity, 6, 4, UINT_BE, 0)                                                           \
	F(M, symbol, 10, 8, ASCII, 0)                                                              \
	F(M, price, 18, 8, UINT_BE, 4)                                                             \
	F(M, time_in_force, 26, 1, ASCII, 0)                                                       \
	F(M, display, 27, 1, ASCII, 0)                                                             \
	F(M, capacity, 28, 1, ASCII, 0)                                                            \
	F(M, inter_market_sweep_eligibility, 29, 1, ASCII, 0)                                      \
	F(M, cross_type, 30, 1, ASCII, 0)                                                          \
	F(M, clordid, 31, 14, ASCII, 0)

#define OUCH50_MASS_CANCEL_REQUEST(F, M)                                                           \
	F(M, user_ref_num, 1, 4, UINT_BE, 0)                                                       \
	F(M, firm, 5, 4, ASCII, 0)                                                                 \
	F(M, symbol, 9, 8, ASCII, 0)

#define OUCH50_DISABLE_ORDER_ENTRY_REQUEST(F, M)                                                   \
	F(M, user_ref_num, 1, 4, UINT_BE, 0)                                                       \
	F(M, firm, 5, 4, ASCII, 0)

#define OUCH50_ENABLE_ORDER_ENTRY_REQUEST(F, M)                                                    \
	F(M, user_ref_num, 1, 4, UINT_BE, 0)                                                       \
	F(M, firm, 5, 4, ASCII, 0)

#define OUCH50_REQUESTS(X)                                                                         \
	X(ouch50, 'M', modify_order_message, 10, OUCH50_MODIFY_ORDER_MESSAGE)                      \
	X(ouch50, 'X', cancel_order_message, 9, OUCH50_CANCEL_ORDER_MESSAGE)                       \
	X(ouch50, 'U', replace_order_message, 40, OUCH50_REPLACE_ORDER_MESSAGE)                    \
	X(ouch50, 'O', enter_order_message, 47, OUCH50_ENTER_ORDER_MESSAGE)                        \
	X(ouch50, 'C', mass_cancel_request, 17, OUCH50_MASS_CANCEL_REQUEST)                        \
	X(ouch50, 'D', disable_order_entry_request, 9, OUCH50_DISABLE_ORDER_ENTRY_REQUEST)         \
	X(ouch50, 'E', enable_order_entry_request, 9, OUCH50_ENABLE_ORDER_ENTRY_REQUEST)

/* What the venue sends. */

#define OUCH50_ACCOUNT_QUERY_RESPONSE_MESSAGE(F, M)                                                \
	F(M, timestamp, 1, 8, UINT_BE, 0)                                                          \
	F(M, next_user_ref_num, 9, 4, UINT_BE, 0)

/* What the venue's messages about an order start with. */
#define OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, timestamp, 1, 8, UINT_BE, 0)                                                          \
	F(M, user_ref_num, 9, 4, UINT_BE, 0)

#define OUCH50_ORDER_RESTATED_MESSAGE(F, M)                                                        \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, order_restated_reason, 13, 1, ASCII, 0)

#define OUCH50_ORDER_MODIFIED_MESSAGE(F, M)                                                        \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, side, 13, 1, ASCII, 0)                                                                \
	F(M, quantity, 14, 4, UINT_BE, 0)

#define OUCH50_ORDER_PRIORITY_UPDATE_MESSAGE(F, M)                                                 \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, price, 13, 8, UINT_BE, 4)                                                             \
	F(M, display, 21, 1, ASCII, 0)                                                             \
	F(M, order_reference_number, 22, 8, UINT_BE, 0)

#define OUCH50_CANCEL_REJECT_MESSAGE(F, M) OUCH50_ORDER_HEADER(F, M)

#define OUCH50_CANCEL_PENDING_MESSAGE(F, M) OUCH50_ORDER_HEADER(F, M)

#define OUCH50_REJECTED_ORDER_MESSAGE(F, M)                                                        \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, rejected_order_reason, 13, 2, UINT_BE, 0)                                             \
	F(M, clordid, 15, 14, ASCII, 0)

#define OUCH50_TRADE_CORRECTION_MESSAGE(F, M)                                                      \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, quantity, 13, 4, UINT_BE, 0)                                                          \
	F(M, price, 17, 8, UINT_BE, 4)                                                             \
	F(M, liquidity_flag, 25, 1, ASCII, 0)                                                      \
	F(M, match_number, 26, 8, UINT_BE, 0)                                                      \
	F(M, trade_correction_reason, 34, 1, ASCII, 0)                                             \
	F(M, clordid, 35, 14, ASCII, 0)

#define OUCH50_BROKEN_TRADE_MESSAGE(F, M)                                                          \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, match_number, 13, 8, UINT_BE, 0)                                                      \
	F(M, broken_trade_reason, 21, 1, ASCII, 0)                                                 \
	F(M, clordid, 22, 14, ASCII, 0)

#define OUCH50_ORDER_EXECUTED_MESSAGE(F, M)                                                        \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, quantity, 13, 4, UINT_BE, 0)                                                          \
	F(M, price, 17, 8, UINT_BE, 4)                                                             \
	F(M, liquidity_flag, 25, 1, ASCII, 0)                                                      \
	F(M, match_number, 26, 8, UINT_BE, 0)

#define OUCH50_AIQ_CANCELED_MESSAGE(F, M)                                                          \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, decrement_shares, 13, 4, UINT_BE, 0)                                                  \
	F(M, order_cancel_reason, 17, 1, ASCII, 0)                                                 \
	F(M, quantity_prevented_from_trading, 18, 4, UINT_BE, 0)                                   \
	F(M, execution_price, 22, 8, UINT_BE, 4)                                                   \
	F(M, liquidity_flag, 30, 1, ASCII, 0)

#define OUCH50_CANCELED_MESSAGE(F, M)                                                              \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, quantity, 13, 4, UINT_BE, 0)                                                          \
	F(M, cancel_order_reason, 17, 1, ASCII, 0)

#define OUCH50_REPLACED_MESSAGE(F, M)                                                              \
	F(M, timestamp, 1, 8, UINT_BE, 0)                                                          \
	F(M, orig_user_ref_num, 9, 4, UINT_BE, 0)                                                  \
	F(M, user_ref_num, 13, 4, UINT_BE, 0)                                                      \
	F(M, side, 17, 1, ASCII, 0)                                                                \
	F(M, quantity, 18, 4, UINT_BE, 0)                                                          \
	F(M, symbol, 22, 8, ASCII, 0)                                                              \
	F(M, price, 30, 8, UINT_BE, 4)                                                             \
	F(M, time_in_force, 38, 1, ASCII, 0)                                                       \
	F(M, display, 39, 1, ASCII, 0)                                                             \
	F(M, order_reference_number, 40, 8, UINT_BE, 0)                                            \
	F(M, capacity, 48, 1, ASCII, 0)                                                            \
	F(M, inter_market_sweep_eligibility, 49, 1, ASCII, 0)                                      \
	F(M, cross_type, 50, 1, ASCII, 0)                                                          \
	F(M, order_state, 51, 1, ASCII, 0)                                                         \
	F(M, clordid, 52, 14, ASCII, 0)

#define OUCH50_ORDER_ACCEPTED_MESSAGE(F, M)                                                        \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, side, 13, 1, ASCII, 0)                                                                \
	F(M, quantity, 14, 4, UINT_BE, 0)                                                          \
	F(M, symbol, 18, 8, ASCII, 0)                                                              \
	F(M, price, 26, 8, UINT_BE, 4)                                                             \
	F(M, time_in_force, 34, 1, ASCII, 0)                                                       \
	F(M, display, 35, 1, ASCII, 0)                                                             \
	F(M, order_reference_number, 36, 8, UINT_BE, 0)                                            \
	F(M, capacity, 44, 1, ASCII, 0)                                                            \
	F(M, inter_market_sweep_eligibility, 45, 1, ASCII, 0)                                      \
	F(M, cross_type, 46, 1, ASCII, 0)                                                          \
	F(M, order_state, 47, 1, ASCII, 0)                                                         \
	F(M, clordid, 48, 14, ASCII, 0)

#define OUCH50_SYSTEM_EVENT_MESSAGE(F, M)                                                          \
	F(M, timestamp, 1, 8, UINT_BE, 0)                                                          \
	F(M, event_code, 9, 1, ASCII, 0)

#define OUCH50_MASS_CANCEL_RESPONSE(F, M)                                                          \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, firm, 13, 4, ASCII, 0)                                                                \
	F(M, symbol, 17, 8, ASCII, 0)

#define OUCH50_DISABLE_ORDER_ENTRY_RESPONSE(F, M)                                                  \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, firm, 13, 4, ASCII, 0)

#define OUCH50_ENABLE_ORDER_ENTRY_RESPONSE(F, M)                                                   \
	OUCH50_ORDER_HEADER(F, M)                                                                  \
	F(M, firm, 13, 4, ASCII, 0)

#define OUCH50_MESSAGES(X)                                                                         \
	X(ouch50, 'Q', account_query_response_message, 13, OUCH50_ACCOUNT_QUERY_RESPONSE_MESSAGE)  \
	X(ouch50, 'R', order_restated_message, 16, OUCH50_ORDER_RESTATED_MESSAGE)                  \
	X(ouch50, 'M', order_modified_message, 18, OUCH50_ORDER_MODIFIED_MESSAGE)                  \
	X(ouch50, 'T', order_priority_update_message, 30, OUCH50_ORDER_PRIORITY_UPDATE_MESSAGE)    \
	X(ouch50, 'I', cancel_reject_message, 13, OUCH50_CANCEL_REJECT_MESSAGE)                    \
	X(ouch50, 'P', cancel_pending_message, 13, OUCH50_CANCEL_PENDING_MESSAGE)                  \
	X(ouch50, 'J', rejected_order_message, 29, OUCH50_REJECTED_ORDER_MESSAGE)                  \
	X(ouch50, 'F', trade_correction_message, 49, OUCH50_TRADE_CORRECTION_MESSAGE)              \
	X(ouch50, 'B', broken_trade_message, 36, OUCH50_BROKEN_TRADE_MESSAGE)                      \
	X(ouch50, 'E', order_executed_message, 36, OUCH50_ORDER_EXECUTED_MESSAGE)                  \
	X(ouch50, 'C', canceled_message, 18, OUCH50_CANCELED_MESSAGE)                              \
	X(ouch50, 'U', replaced_message, 68, OUCH50_REPLACED_MESSAGE)                              \
	X(ouch50, 'A', order_accepted_message, 64, OUCH50_ORDER_ACCEPTED_MESSAGE)                  \
	X(ouch50, 'X', mass_cancel_response, 25, OUCH50_MASS_CANCEL_RESPONSE)                      \
	X(ouch50, 'G', disable_order_entry_response, 17, OUCH50_DISABLE_ORDER_ENTRY_RESPONSE)      \
	X(ouch50, 'K', enable_order_entry_response, 17, OUCH50_ENABLE_ORDER_ENTRY_RESPONSE)

/* Revisions before 1.05 end it before aiq_strategy, and have no appendage then. */
#define OUCH50_AIQ_MESSAGES(X) X(ouch50, 'D', aiq_canceled_message, 31, OUCH50_AIQ_CANCELED_MESSAGE)

#define OUCH50_SYSTEM_MESSAGES(X)                                                                  \
	X(ouch50, 'S', system_event_message, 10, OUCH50_SYSTEM_EVENT_MESSAGE)

/*
 * What may be appended: X(tag, name, bytes of the value, kind, decimals). 8 and 21 are not given out; 29 and 30 are new in
 * revision 1.05, 19 and 20 are gone from it.
 */
#define OUCH50_TAGS(X)                                                                             \
	X(1, secondary_ord_ref_num, 8, UINT_BE, 0)                                                 \
	X(2, firm, 4, ASCII, 0)                                                                    \
	X(3, min_qty, 4, UINT_BE, 0)                                                               \
	X(4, customer_type, 1, ASCII, 0)                                                           \
	X(5, max_floor, 4, UINT_BE, 0)                                                             \
	X(6, price_type, 1, ASCII, 0)                                                              \
	X(7, peg_offset, 4, INT_BE, 4)                                                             \
	X(9, discretion_price, 8, UINT_BE, 4)                                                      \
	X(10, discretion_price_type, 1, ASCII, 0)                                                  \
	X(11, discretion_peg_offset, 4, INT_BE, 4)                                                 \
	X(12, post_only, 1, ASCII, 0)                                                              \
	X(13, random_reserves, 4, UINT_BE, 0)                                                      \
	X(14, route, 4, ASCII, 0)                                                                  \
	X(15, expire_time, 4, UINT_BE, 0)                                                          \
	X(16, trade_now, 1, ASCII, 0)                                                              \
	X(17, handle_inst, 1, ASCII, 0)                                                            \
	X(18, bbo_weight_indicator, 1, ASCII, 0)                                                   \
	X(19, reference_price, 8, UINT_BE, 4)                                                      \
	X(20, reference_price_type, 1, ASCII, 0)                                                   \
	X(22, display_quantity, 4, UINT_BE, 0)                                                     \
	X(23, display_price, 8, UINT_BE, 4)                                                        \
	X(24, group_id, 2, UINT_BE, 0)                                                             \
	X(25, shares_located, 1, ASCII, 0)                                                         \
	X(26, locate_broker, 4, ASCII, 0)                                                          \
	X(27, side, 1, ASCII, 0)                                                                   \
	X(28, user_ref_idx, 1, UINT_BE, 0)                                                         \
	X(29, aiq_strategy, 1, ASCII, 0)                                                           \
	X(30, aiq_group_id, 2, ASCII, 0)

OUCH50_REQUESTS(LAYOUT_ACCESSORS)
OUCH50_MESSAGES(LAYOUT_ACCESSORS)
OUCH50_AIQ_MESSAGES(LAYOUT_ACCESSORS)
OUCH50_SYSTEM_MESSAGES(LAYOUT_ACCESSORS)

/* From the venue. */
extern const struct message_protocol ouch50_protocol;

/* From clients. */
extern const struct message_protocol ouch50_request_protocol;

#endif
