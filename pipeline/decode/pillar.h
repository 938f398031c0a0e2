/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NYSE Pillar (XDP), little-endian. Sources: NYSE, "XDP Common Client Specification", version 2.3c, and "XDP Integrated Feed
 * Client Specification", version 2.5.
 *
 *   PktSize 2 bytes | DeliveryFlag 1 | NumberMsgs 1 | SeqNum 4 | SendTime 4 | SendTimeNS 4 |
 *   { MsgSize 2 | MsgType 2 | ... } * NumberMsgs
 *
 * Both sizes include themselves. Numbers count within a channel, which is known by its multicast group. A message without
 * source_time belongs to the second that the last source_time_reference_message of its symbol has stated. How many decimals
 * a price has is said by the symbol's symbol_index_mapping_message.
 */
#ifndef PIPELINE_DECODE_PILLAR_H
#define PIPELINE_DECODE_PILLAR_H

#include "pipeline/decode/framing.h"

enum { PILLAR_HEADER_BYTES = 16 };

enum pillar_delivery_flag {
	PILLAR_HEARTBEAT = 1,
	PILLAR_FAILOVER = 10,
	PILLAR_ORIGINAL = 11,
	PILLAR_SEQUENCE_RESET = 12,
	PILLAR_RETRANSMISSION_SINGLE = 13,
	PILLAR_RETRANSMISSION_PART = 15,
	PILLAR_REFRESH_SINGLE = 17,
	PILLAR_REFRESH_START = 18,
	PILLAR_REFRESH_PART = 19,
	PILLAR_REFRESH_END = 20,
	PILLAR_MESSAGE_UNAVAILABLE = 21,
};

#define PILLAR_SEQUENCE_NUMBER_RESET_MESSAGE(F, M)                                                 \
	F(M, source_time, 4, 4, UINT_LE, 0)                                                        \
	F(M, source_time_ns, 8, 4, UINT_LE, 0)                                                     \
	F(M, product_id, 12, 1, UINT_LE, 0)                                                        \
	F(M, channel_id, 13, 1, UINT_LE, 0)

#define PILLAR_SOURCE_TIME_REFERENCE_MESSAGE(F, M)                                                 \
	F(M, id, 4, 4, UINT_LE, 0)                                                                 \
	F(M, symbol_seq_num, 8, 4, UINT_LE, 0)                                                     \
	F(M, source_time, 12, 4, UINT_LE, 0)

#define PILLAR_SYMBOL_INDEX_MAPPING_MESSAGE(F, M)                                                  \
	F(M, symbol_index, 4, 4, UINT_LE, 0)                                                       \
	F(M, symbol, 8, 11, ASCII, 0)                                                              \
	F(M, reserved_1, 19, 1, BYTES, 0)                                                          \
	F(M, market_id, 20, 2, UINT_LE, 0)                                                         \
	F(M, system_id, 22, 1, UINT_LE, 0)                                                         \
	F(M, exchange_code, 23, 1, ASCII, 0)                                                       \
	F(M, price_scale_code, 24, 1, UINT_LE, 0)                                                  \
	F(M, security_type, 25, 1, ASCII, 0)                                                       \
	F(M, lot_size, 26, 2, UINT_LE, 0)                                                          \
	F(M, prev_close_price, 28, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                            \
	F(M, prev_close_volume, 32, 4, UINT_LE, 0)                                                 \
	F(M, price_resolution, 36, 1, UINT_LE, 0)                                                  \
	F(M, round_lot, 37, 1, ASCII, 0)                                                           \
	F(M, mpv, 38, 2, UINT_LE, 0)                                                               \
	F(M, unit_of_trade, 40, 2, UINT_LE, 0)                                                     \
	F(M, reserved_2, 42, 2, BYTES, 0)

#define PILLAR_RETRANSMISSION_REQUEST_MESSAGE(F, M)                                                \
	F(M, begin_seq_num, 4, 4, UINT_LE, 0)                                                      \
	F(M, end_seq_num, 8, 4, UINT_LE, 0)                                                        \
	F(M, source_id, 12, 10, ASCII, 0)                                                          \
	F(M, product_id, 22, 1, UINT_LE, 0)                                                        \
	F(M, channel_id, 23, 1, UINT_LE, 0)

#define PILLAR_REQUEST_RESPONSE_MESSAGE(F, M)                                                      \
	F(M, request_seq_num, 4, 4, UINT_LE, 0)                                                    \
	F(M, begin_seq_num, 8, 4, UINT_LE, 0)                                                      \
	F(M, end_seq_num, 12, 4, UINT_LE, 0)                                                       \
	F(M, source_id, 16, 10, ASCII, 0)                                                          \
	F(M, product_id, 26, 1, UINT_LE, 0)                                                        \
	F(M, channel_id, 27, 1, UINT_LE, 0)                                                        \
	F(M, status, 28, 1, ASCII, 0)

#define PILLAR_HEARTBEAT_RESPONSE_MESSAGE(F, M) F(M, source_id, 4, 10, ASCII, 0)

#define PILLAR_SYMBOL_INDEX_MAPPING_REQUEST_MESSAGE(F, M)                                          \
	F(M, symbol_index, 4, 4, UINT_LE, 0)                                                       \
	F(M, source_id, 8, 10, ASCII, 0)                                                           \
	F(M, product_id, 18, 1, UINT_LE, 0)                                                        \
	F(M, channel_id, 19, 1, UINT_LE, 0)                                                        \
	F(M, retransmit_method, 20, 1, UINT_LE, 0)

#define PILLAR_REFRESH_REQUEST_MESSAGE(F, M)                                                       \
	F(M, symbol_index, 4, 4, UINT_LE, 0)                                                       \
	F(M, source_id, 8, 10, ASCII, 0)                                                           \
	F(M, product_id, 18, 1, UINT_LE, 0)                                                        \
	F(M, channel_id, 19, 1, UINT_LE, 0)

#define PILLAR_MESSAGE_UNAVAILABLE_MESSAGE(F, M)                                                   \
	F(M, begin_seq_num, 4, 4, UINT_LE, 0)                                                      \
	F(M, end_seq_num, 8, 4, UINT_LE, 0)                                                        \
	F(M, product_id, 12, 1, UINT_LE, 0)                                                        \
	F(M, channel_id, 13, 1, UINT_LE, 0)

#define PILLAR_SYMBOL_CLEAR_MESSAGE(F, M)                                                          \
	F(M, source_time, 4, 4, UINT_LE, 0)                                                        \
	F(M, source_time_ns, 8, 4, UINT_LE, 0)                                                     \
	F(M, symbol_index, 12, 4, UINT_LE, 0)                                                      \
	F(M, next_source_seq_num, 16, 4, UINT_LE, 0)

#define PILLAR_SECURITY_STATUS_MESSAGE(F, M)                                                       \
	F(M, source_time, 4, 4, UINT_LE, 0)                                                        \
	F(M, source_time_ns, 8, 4, UINT_LE, 0)                                                     \
	F(M, symbol_index, 12, 4, UINT_LE, 0)                                                      \
	F(M, symbol_seq_num, 16, 4, UINT_LE, 0)                                                    \
	F(M, security_status, 20, 1, ASCII, 0)                                                     \
	F(M, halt_condition, 21, 1, ASCII, 0)                                                      \
	F(M, reserved_4, 22, 4, BYTES, 0)                                                          \
	F(M, price_1, 26, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                     \
	F(M, price_2, 30, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                     \
	F(M, ssr_triggering_exchange_id, 34, 1, ASCII, 0)                                          \
	F(M, ssr_triggering_volume, 35, 4, UINT_LE, 0)                                             \
	F(M, time, 39, 4, UINT_LE, 0)                                                              \
	F(M, ssr_state, 43, 1, ASCII, 0)                                                           \
	F(M, market_state, 44, 1, ASCII, 0)                                                        \
	F(M, session_state, 45, 1, ASCII, 0)

#define PILLAR_REFRESH_HEADER_MESSAGE(F, M)                                                        \
	F(M, current_refresh_pkt, 4, 2, UINT_LE, 0)                                                \
	F(M, total_refresh_pkts, 6, 2, UINT_LE, 0)                                                 \
	F(M, last_seq_num, 8, 4, UINT_LE, 0)                                                       \
	F(M, last_symbol_seq_num, 12, 4, UINT_LE, 0)

/* What messages about a symbol's book and trades start with. */
#define PILLAR_SYMBOL_HEADER(F, M)                                                                 \
	F(M, source_time_ns, 4, 4, UINT_LE, 0)                                                     \
	F(M, symbol_index, 8, 4, UINT_LE, 0)                                                       \
	F(M, symbol_seq_num, 12, 4, UINT_LE, 0)

#define PILLAR_ADD_ORDER_MESSAGE(F, M)                                                             \
	PILLAR_SYMBOL_HEADER(F, M)                                                                 \
	F(M, order_id, 16, 8, UINT_LE, 0)                                                          \
	F(M, price, 24, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                       \
	F(M, volume, 28, 4, UINT_LE, 0)                                                            \
	F(M, side, 32, 1, ASCII, 0)                                                                \
	F(M, firm_id, 33, 5, ASCII, 0)                                                             \
	F(M, reserved_1, 38, 1, BYTES, 0)

#define PILLAR_MODIFY_ORDER_MESSAGE(F, M)                                                          \
	PILLAR_SYMBOL_HEADER(F, M)                                                                 \
	F(M, order_id, 16, 8, UINT_LE, 0)                                                          \
	F(M, price, 24, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                       \
	F(M, volume, 28, 4, UINT_LE, 0)                                                            \
	F(M, position_change, 32, 1, UINT_LE, 0)                                                   \
	F(M, side, 33, 1, ASCII, 0)                                                                \
	F(M, reserved_1, 34, 1, BYTES, 0)

#define PILLAR_DELETE_ORDER_MESSAGE(F, M)                                                          \
	PILLAR_SYMBOL_HEADER(F, M)                                                                 \
	F(M, order_id, 16, 8, UINT_LE, 0)                                                          \
	F(M, reserved_1, 24, 1, BYTES, 0)

#define PILLAR_ORDER_EXECUTION_MESSAGE(F, M)                                                       \
	PILLAR_SYMBOL_HEADER(F, M)                                                                 \
	F(M, order_id, 16, 8, UINT_LE, 0)                                                          \
	F(M, trade_id, 24, 4, UINT_LE, 0)                                                          \
	F(M, price, 28, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                       \
	F(M, volume, 32, 4, UINT_LE, 0)                                                            \
	F(M, printable_flag, 36, 1, UINT_LE, 0)                                                    \
	F(M, reserved_1, 37, 1, BYTES, 0)                                                          \
	F(M, trade_cond_1, 38, 1, ASCII, 0)                                                        \
	F(M, trade_cond_2, 39, 1, ASCII, 0)                                                        \
	F(M, trade_cond_3, 40, 1, ASCII, 0)                                                        \
	F(M, trade_cond_4, 41, 1, ASCII, 0)

#define PILLAR_REPLACE_ORDER_MESSAGE(F, M)                                                         \
	PILLAR_SYMBOL_HEADER(F, M)                                                                 \
	F(M, order_id, 16, 8, UINT_LE, 0)                                                          \
	F(M, new_order_id, 24, 8, UINT_LE, 0)                                                      \
	F(M, price, 32, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                       \
	F(M, volume, 36, 4, UINT_LE, 0)                                                            \
	F(M, side, 40, 1, ASCII, 0)                                                                \
	F(M, reserved_1, 41, 1, BYTES, 0)

#define PILLAR_IMBALANCE_MESSAGE(F, M)                                                             \
	F(M, source_time, 4, 4, UINT_LE, 0)                                                        \
	F(M, source_time_ns, 8, 4, UINT_LE, 0)                                                     \
	F(M, symbol_index, 12, 4, UINT_LE, 0)                                                      \
	F(M, symbol_seq_num, 16, 4, UINT_LE, 0)                                                    \
	F(M, reference_price, 20, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                             \
	F(M, paired_qty, 24, 4, UINT_LE, 0)                                                        \
	F(M, total_imbalance_qty, 28, 4, UINT_LE, 0)                                               \
	F(M, market_imbalance_qty, 32, 4, UINT_LE, 0)                                              \
	F(M, auction_time, 36, 2, UINT_LE, 0)                                                      \
	F(M, auction_type, 38, 1, ASCII, 0)                                                        \
	F(M, imbalance_side, 39, 1, ASCII, 0)                                                      \
	F(M, continuous_book_clearing_price, 40, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)              \
	F(M, auction_interest_clearing_price, 44, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)             \
	F(M, ssr_filing_price, 48, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                            \
	F(M, indicative_match_price, 52, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                      \
	F(M, upper_collar, 56, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                \
	F(M, lower_collar, 60, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                \
	F(M, auction_status, 64, 1, UINT_LE, 0)                                                    \
	F(M, freeze_status, 65, 1, UINT_LE, 0)                                                     \
	F(M, num_extensions, 66, 1, UINT_LE, 0)                                                    \
	F(M, unpaired_qty, 67, 4, UINT_LE, 0)                                                      \
	F(M, unpaired_side, 71, 1, ASCII, 0)                                                       \
	F(M, significant_imbalance, 72, 1, ASCII, 0)

#define PILLAR_ADD_ORDER_REFRESH_MESSAGE(F, M)                                                     \
	F(M, source_time, 4, 4, UINT_LE, 0)                                                        \
	F(M, source_time_ns, 8, 4, UINT_LE, 0)                                                     \
	F(M, symbol_index, 12, 4, UINT_LE, 0)                                                      \
	F(M, symbol_seq_num, 16, 4, UINT_LE, 0)                                                    \
	F(M, order_id, 20, 8, UINT_LE, 0)                                                          \
	F(M, price, 28, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                       \
	F(M, volume, 32, 4, UINT_LE, 0)                                                            \
	F(M, side, 36, 1, ASCII, 0)                                                                \
	F(M, firm_id, 37, 5, ASCII, 0)                                                             \
	F(M, reserved_1, 42, 1, BYTES, 0)

#define PILLAR_NON_DISPLAYED_TRADE_MESSAGE(F, M)                                                   \
	PILLAR_SYMBOL_HEADER(F, M)                                                                 \
	F(M, trade_id, 16, 4, UINT_LE, 0)                                                          \
	F(M, price, 20, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                       \
	F(M, volume, 24, 4, UINT_LE, 0)                                                            \
	F(M, printable_flag, 28, 1, UINT_LE, 0)                                                    \
	F(M, trade_cond_1, 29, 1, ASCII, 0)                                                        \
	F(M, trade_cond_2, 30, 1, ASCII, 0)                                                        \
	F(M, trade_cond_3, 31, 1, ASCII, 0)                                                        \
	F(M, trade_cond_4, 32, 1, ASCII, 0)

#define PILLAR_CROSS_TRADE_MESSAGE(F, M)                                                           \
	PILLAR_SYMBOL_HEADER(F, M)                                                                 \
	F(M, cross_id, 16, 4, UINT_LE, 0)                                                          \
	F(M, price, 20, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                       \
	F(M, volume, 24, 4, UINT_LE, 0)                                                            \
	F(M, cross_type, 28, 1, ASCII, 0)

#define PILLAR_TRADE_CANCEL_MESSAGE(F, M)                                                          \
	PILLAR_SYMBOL_HEADER(F, M)                                                                 \
	F(M, trade_id, 16, 4, UINT_LE, 0)

#define PILLAR_CROSS_CORRECTION_MESSAGE(F, M)                                                      \
	PILLAR_SYMBOL_HEADER(F, M)                                                                 \
	F(M, cross_id, 16, 4, UINT_LE, 0)                                                          \
	F(M, volume, 20, 4, UINT_LE, 0)

#define PILLAR_RETAIL_PRICE_IMPROVEMENT_MESSAGE(F, M)                                              \
	PILLAR_SYMBOL_HEADER(F, M)                                                                 \
	F(M, rpi_indicator, 16, 1, ASCII, 0)

#define PILLAR_STOCK_SUMMARY_MESSAGE(F, M)                                                         \
	F(M, source_time, 4, 4, UINT_LE, 0)                                                        \
	F(M, source_time_ns, 8, 4, UINT_LE, 0)                                                     \
	F(M, symbol_index, 12, 4, UINT_LE, 0)                                                      \
	F(M, high_price, 16, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                  \
	F(M, low_price, 20, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                   \
	F(M, open, 24, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                        \
	F(M, close, 28, 4, INT_LE, FIELD_DECIMALS_OF_SYMBOL)                                       \
	F(M, total_volume, 32, 4, UINT_LE, 0)

#define PILLAR_MESSAGES(X)                                                                         \
	X(pillar, 1, sequence_number_reset_message, 14, PILLAR_SEQUENCE_NUMBER_RESET_MESSAGE)      \
	X(pillar, 2, source_time_reference_message, 16, PILLAR_SOURCE_TIME_REFERENCE_MESSAGE)      \
	X(pillar, 3, symbol_index_mapping_message, 44, PILLAR_SYMBOL_INDEX_MAPPING_MESSAGE)        \
	X(pillar, 10, retransmission_request_message, 24, PILLAR_RETRANSMISSION_REQUEST_MESSAGE)   \
	X(pillar, 11, request_response_message, 29, PILLAR_REQUEST_RESPONSE_MESSAGE)               \
	X(pillar, 12, heartbeat_response_message, 14, PILLAR_HEARTBEAT_RESPONSE_MESSAGE)           \
	X(pillar,                                                                                  \
	  13,                                                                                      \
	  symbol_index_mapping_request_message,                                                    \
	  21,                                                                                      \
	  PILLAR_SYMBOL_INDEX_MAPPING_REQUEST_MESSAGE)                                             \
	X(pillar, 15, refresh_request_message, 20, PILLAR_REFRESH_REQUEST_MESSAGE)                 \
	X(pillar, 31, message_unavailable_message, 14, PILLAR_MESSAGE_UNAVAILABLE_MESSAGE)         \
	X(pillar, 32, symbol_clear_message, 20, PILLAR_SYMBOL_CLEAR_MESSAGE)                       \
	X(pillar, 34, security_status_message, 46, PILLAR_SECURITY_STATUS_MESSAGE)                 \
	X(pillar, 35, refresh_header_message, 16, PILLAR_REFRESH_HEADER_MESSAGE)                   \
	X(pillar, 100, add_order_message, 39, PILLAR_ADD_ORDER_MESSAGE)                            \
	X(pillar, 101, modify_order_message, 35, PILLAR_MODIFY_ORDER_MESSAGE)                      \
	X(pillar, 102, delete_order_message, 25, PILLAR_DELETE_ORDER_MESSAGE)                      \
	X(pillar, 103, order_execution_message, 42, PILLAR_ORDER_EXECUTION_MESSAGE)                \
	X(pillar, 104, replace_order_message, 42, PILLAR_REPLACE_ORDER_MESSAGE)                    \
	X(pillar, 105, imbalance_message, 73, PILLAR_IMBALANCE_MESSAGE)                            \
	X(pillar, 106, add_order_refresh_message, 43, PILLAR_ADD_ORDER_REFRESH_MESSAGE)            \
	X(pillar, 110, non_displayed_trade_message, 33, PILLAR_NON_DISPLAYED_TRADE_MESSAGE)        \
	X(pillar, 111, cross_trade_message, 29, PILLAR_CROSS_TRADE_MESSAGE)                        \
	X(pillar, 112, trade_cancel_message, 20, PILLAR_TRADE_CANCEL_MESSAGE)                      \
	X(pillar, 113, cross_correction_message, 24, PILLAR_CROSS_CORRECTION_MESSAGE)              \
	X(pillar,                                                                                  \
	  114,                                                                                     \
	  retail_price_improvement_message,                                                        \
	  17,                                                                                      \
	  PILLAR_RETAIL_PRICE_IMPROVEMENT_MESSAGE)                                                 \
	X(pillar, 223, stock_summary_message, 36, PILLAR_STOCK_SUMMARY_MESSAGE)

PILLAR_MESSAGES(LAYOUT_ACCESSORS)

extern const struct framing pillar_framing;
extern const struct message_protocol pillar_protocol;

#endif
