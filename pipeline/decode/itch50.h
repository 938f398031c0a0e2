/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nasdaq TotalView-ITCH 5.0 messages, big-endian. Source: Nasdaq, "Nasdaq TotalView-ITCH 5.0" specification; the field
 * names are the specification's in snake_case, prices are Price(4) or Price(8) integers with implied decimals.
 *
 * Every message starts type@0:1, stock_locate@1:2 (0: not about one stock), tracking_number@3:2, timestamp@5:6
 * (nanoseconds since midnight, Eastern wall time).
 */
#ifndef PIPELINE_DECODE_ITCH50_H
#define PIPELINE_DECODE_ITCH50_H

#include "pipeline/decode/message.h"

/* What all messages but Y start with. */
#define ITCH50_HEADER(F, M)                                                                        \
	F(M, stock_locate, 1, 2, UINT_BE, 0)                                                       \
	F(M, tracking_number, 3, 2, UINT_BE, 0)                                                    \
	F(M, timestamp, 5, 6, UINT_BE, 0)

#define ITCH50_SYSTEM_EVENT_MESSAGE(F, M)                                                          \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, event_code, 11, 1, ASCII, 0)

#define ITCH50_STOCK_DIRECTORY_MESSAGE(F, M)                                                       \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, stock, 11, 8, ASCII, 0)                                                               \
	F(M, market_category, 19, 1, ASCII, 0)                                                     \
	F(M, financial_status_indicator, 20, 1, ASCII, 0)                                          \
	F(M, round_lot_size, 21, 4, UINT_BE, 0)                                                    \
	F(M, round_lots_only, 25, 1, ASCII, 0)                                                     \
	F(M, issue_classification, 26, 1, ASCII, 0)                                                \
	F(M, issue_sub_type, 27, 2, ASCII, 0)                                                      \
	F(M, authenticity, 29, 1, ASCII, 0)                                                        \
	F(M, short_sale_threshold_indicator, 30, 1, ASCII, 0)                                      \
	F(M, ipo_flag, 31, 1, ASCII, 0)                                                            \
	F(M, luld_reference_price_tier, 32, 1, ASCII, 0)                                           \
	F(M, etp_flag, 33, 1, ASCII, 0)                                                            \
	F(M, etp_leverage_factor, 34, 4, UINT_BE, 0)                                               \
	F(M, inverse_indicator, 38, 1, ASCII, 0)

#define ITCH50_STOCK_TRADING_ACTION_MESSAGE(F, M)                                                  \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, stock, 11, 8, ASCII, 0)                                                               \
	F(M, trading_state, 19, 1, ASCII, 0)                                                       \
	F(M, reserved, 20, 1, ASCII, 0)                                                            \
	F(M, reason_code, 21, 4, ASCII, 0)

#define ITCH50_REG_SHO_SHORT_SALE_PRICE_TEST_RESTRICTED_INDICATOR_MESSAGE(F, M)                    \
	F(M, locate_code, 1, 2, UINT_BE, 0)                                                        \
	F(M, tracking_number, 3, 2, UINT_BE, 0)                                                    \
	F(M, timestamp, 5, 6, UINT_BE, 0)                                                          \
	F(M, stock, 11, 8, ASCII, 0)                                                               \
	F(M, reg_sho_action, 19, 1, ASCII, 0)

#define ITCH50_MARKET_PARTICIPANT_POSITION_MESSAGE(F, M)                                           \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, mpid, 11, 4, ASCII, 0)                                                                \
	F(M, stock, 15, 8, ASCII, 0)                                                               \
	F(M, primary_market_maker, 23, 1, ASCII, 0)                                                \
	F(M, market_maker_mode, 24, 1, ASCII, 0)                                                   \
	F(M, market_participant_state, 25, 1, ASCII, 0)

#define ITCH50_MWCB_DECLINE_LEVEL_MESSAGE(F, M)                                                    \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, level_1, 11, 8, UINT_BE, 8)                                                           \
	F(M, level_2, 19, 8, UINT_BE, 8)                                                           \
	F(M, level_3, 27, 8, UINT_BE, 8)

#define ITCH50_MWCB_STATUS_LEVEL_MESSAGE(F, M)                                                     \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, breached_level, 11, 1, ASCII, 0)

#define ITCH50_IPO_QUOTING_PERIOD_UPDATE(F, M)                                                     \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, stock, 11, 8, ASCII, 0)                                                               \
	F(M, ipo_quotation_release_time, 19, 4, UINT_BE, 0)                                        \
	F(M, ipo_quotation_release_qualifier, 23, 1, ASCII, 0)                                     \
	F(M, ipo_price, 24, 4, UINT_BE, 4)

#define ITCH50_LULD_AUCTION_COLLAR_MESSAGE(F, M)                                                   \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, stock, 11, 8, ASCII, 0)                                                               \
	F(M, auction_collar_reference_price, 19, 4, UINT_BE, 4)                                    \
	F(M, upper_auction_collar_price, 23, 4, UINT_BE, 4)                                        \
	F(M, lower_auction_collar_price, 27, 4, UINT_BE, 4)                                        \
	F(M, auction_collar_extension, 31, 4, UINT_BE, 0)

#define ITCH50_OPERATIONAL_HALT_MESSAGE(F, M)                                                      \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, stock, 11, 8, ASCII, 0)                                                               \
	F(M, market_code, 19, 1, ASCII, 0)                                                         \
	F(M, operational_halt_action, 20, 1, ASCII, 0)

#define ITCH50_ADD_ORDER_NO_MPID_ATTRIBUTION_MESSAGE(F, M)                                         \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, order_reference_number, 11, 8, UINT_BE, 0)                                            \
	F(M, buy_sell_indicator, 19, 1, ASCII, 0)                                                  \
	F(M, shares, 20, 4, UINT_BE, 0)                                                            \
	F(M, stock, 24, 8, ASCII, 0)                                                               \
	F(M, price, 32, 4, UINT_BE, 4)

#define ITCH50_ADD_ORDER_WITH_MPID_ATTRIBUTION_MESSAGE(F, M)                                       \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, order_reference_number, 11, 8, UINT_BE, 0)                                            \
	F(M, buy_sell_indicator, 19, 1, ASCII, 0)                                                  \
	F(M, shares, 20, 4, UINT_BE, 0)                                                            \
	F(M, stock, 24, 8, ASCII, 0)                                                               \
	F(M, price, 32, 4, UINT_BE, 4)                                                             \
	F(M, attribution, 36, 4, ASCII, 0)

#define ITCH50_ORDER_EXECUTED_MESSAGE(F, M)                                                        \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, order_reference_number, 11, 8, UINT_BE, 0)                                            \
	F(M, executed_shares, 19, 4, UINT_BE, 0)                                                   \
	F(M, match_number, 23, 8, UINT_BE, 0)

#define ITCH50_ORDER_EXECUTED_WITH_PRICE_MESSAGE(F, M)                                             \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, order_reference_number, 11, 8, UINT_BE, 0)                                            \
	F(M, executed_shares, 19, 4, UINT_BE, 0)                                                   \
	F(M, match_number, 23, 8, UINT_BE, 0)                                                      \
	F(M, printable, 31, 1, ASCII, 0)                                                           \
	F(M, execution_price, 32, 4, UINT_BE, 4)

#define ITCH50_ORDER_CANCEL_MESSAGE(F, M)                                                          \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, order_reference_number, 11, 8, UINT_BE, 0)                                            \
	F(M, canceled_shares, 19, 4, UINT_BE, 0)

#define ITCH50_ORDER_DELETE_MESSAGE(F, M)                                                          \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, order_reference_number, 11, 8, UINT_BE, 0)

#define ITCH50_ORDER_REPLACE_MESSAGE(F, M)                                                         \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, original_order_reference_number, 11, 8, UINT_BE, 0)                                   \
	F(M, new_order_reference_number, 19, 8, UINT_BE, 0)                                        \
	F(M, shares, 27, 4, UINT_BE, 0)                                                            \
	F(M, price, 31, 4, UINT_BE, 4)

#define ITCH50_NON_CROSS_TRADE_MESSAGE(F, M)                                                       \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, order_reference_number, 11, 8, UINT_BE, 0)                                            \
	F(M, buy_sell_indicator, 19, 1, ASCII, 0)                                                  \
	F(M, shares, 20, 4, UINT_BE, 0)                                                            \
	F(M, stock, 24, 8, ASCII, 0)                                                               \
	F(M, price, 32, 4, UINT_BE, 4)                                                             \
	F(M, match_number, 36, 8, UINT_BE, 0)

#define ITCH50_CROSS_TRADE_MESSAGE(F, M)                                                           \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, cross_shares, 11, 8, UINT_BE, 0)                                                      \
	F(M, stock, 19, 8, ASCII, 0)                                                               \
	F(M, cross_price, 27, 4, UINT_BE, 4)                                                       \
	F(M, match_number, 31, 8, UINT_BE, 0)                                                      \
	F(M, cross_type, 39, 1, ASCII, 0)

#define ITCH50_BROKEN_TRADE_MESSAGE(F, M)                                                          \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, match_number, 11, 8, UINT_BE, 0)

#define ITCH50_NET_ORDER_IMBALANCE_INDICATOR_MESSAGE(F, M)                                         \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, paired_shares, 11, 8, UINT_BE, 0)                                                     \
	F(M, imbalance_shares, 19, 8, UINT_BE, 0)                                                  \
	F(M, imbalance_direction, 27, 1, ASCII, 0)                                                 \
	F(M, stock, 28, 8, ASCII, 0)                                                               \
	F(M, far_price, 36, 4, UINT_BE, 4)                                                         \
	F(M, near_price, 40, 4, UINT_BE, 4)                                                        \
	F(M, current_reference_price, 44, 4, UINT_BE, 4)                                           \
	F(M, cross_type, 48, 1, ASCII, 0)                                                          \
	F(M, price_variation_indicator, 49, 1, ASCII, 0)

#define ITCH50_RETAIL_PRICE_IMPROVEMENT_INDICATOR_MESSAGE(F, M)                                    \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, stock, 11, 8, ASCII, 0)                                                               \
	F(M, interest_flag, 19, 1, ASCII, 0)

#define ITCH50_DIRECT_LISTING_WITH_CAPITAL_RAISE_PRICE_DISCOVERY_MESSAGE(F, M)                     \
	ITCH50_HEADER(F, M)                                                                        \
	F(M, stock, 11, 8, ASCII, 0)                                                               \
	F(M, open_eligibility_status, 19, 1, ASCII, 0)                                             \
	F(M, minimum_allowable_price, 20, 4, UINT_BE, 4)                                           \
	F(M, maximum_allowable_price, 24, 4, UINT_BE, 4)                                           \
	F(M, near_execution_price, 28, 4, UINT_BE, 4)                                              \
	F(M, near_execution_time, 32, 8, UINT_BE, 0)                                               \
	F(M, lower_price_range_collar, 40, 4, UINT_BE, 4)                                          \
	F(M, upper_price_range_collar, 44, 4, UINT_BE, 4)

#define ITCH50_MESSAGES(X)                                                                         \
	X(itch50, 'S', system_event_message, 12, ITCH50_SYSTEM_EVENT_MESSAGE)                      \
	X(itch50, 'R', stock_directory_message, 39, ITCH50_STOCK_DIRECTORY_MESSAGE)                \
	X(itch50, 'H', stock_trading_action_message, 25, ITCH50_STOCK_TRADING_ACTION_MESSAGE)      \
	X(itch50,                                                                                  \
	  'Y',                                                                                     \
	  reg_sho_short_sale_price_test_restricted_indicator_message,                              \
	  20,                                                                                      \
	  ITCH50_REG_SHO_SHORT_SALE_PRICE_TEST_RESTRICTED_INDICATOR_MESSAGE)                       \
	X(itch50,                                                                                  \
	  'L',                                                                                     \
	  market_participant_position_message,                                                     \
	  26,                                                                                      \
	  ITCH50_MARKET_PARTICIPANT_POSITION_MESSAGE)                                              \
	X(itch50, 'V', mwcb_decline_level_message, 35, ITCH50_MWCB_DECLINE_LEVEL_MESSAGE)          \
	X(itch50, 'W', mwcb_status_level_message, 12, ITCH50_MWCB_STATUS_LEVEL_MESSAGE)            \
	X(itch50, 'K', ipo_quoting_period_update, 28, ITCH50_IPO_QUOTING_PERIOD_UPDATE)            \
	X(itch50, 'J', luld_auction_collar_message, 35, ITCH50_LULD_AUCTION_COLLAR_MESSAGE)        \
	X(itch50, 'h', operational_halt_message, 21, ITCH50_OPERATIONAL_HALT_MESSAGE)              \
	X(itch50,                                                                                  \
	  'A',                                                                                     \
	  add_order_no_mpid_attribution_message,                                                   \
	  36,                                                                                      \
	  ITCH50_ADD_ORDER_NO_MPID_ATTRIBUTION_MESSAGE)                                            \
	X(itch50,                                                                                  \
	  'F',                                                                                     \
	  add_order_with_mpid_attribution_message,                                                 \
	  40,                                                                                      \
	  ITCH50_ADD_ORDER_WITH_MPID_ATTRIBUTION_MESSAGE)                                          \
	X(itch50, 'E', order_executed_message, 31, ITCH50_ORDER_EXECUTED_MESSAGE)                  \
	X(itch50,                                                                                  \
	  'C',                                                                                     \
	  order_executed_with_price_message,                                                       \
	  36,                                                                                      \
	  ITCH50_ORDER_EXECUTED_WITH_PRICE_MESSAGE)                                                \
	X(itch50, 'X', order_cancel_message, 23, ITCH50_ORDER_CANCEL_MESSAGE)                      \
	X(itch50, 'D', order_delete_message, 19, ITCH50_ORDER_DELETE_MESSAGE)                      \
	X(itch50, 'U', order_replace_message, 35, ITCH50_ORDER_REPLACE_MESSAGE)                    \
	X(itch50, 'P', non_cross_trade_message, 44, ITCH50_NON_CROSS_TRADE_MESSAGE)                \
	X(itch50, 'Q', cross_trade_message, 40, ITCH50_CROSS_TRADE_MESSAGE)                        \
	X(itch50, 'B', broken_trade_message, 19, ITCH50_BROKEN_TRADE_MESSAGE)                      \
	X(itch50,                                                                                  \
	  'I',                                                                                     \
	  net_order_imbalance_indicator_message,                                                   \
	  50,                                                                                      \
	  ITCH50_NET_ORDER_IMBALANCE_INDICATOR_MESSAGE)                                            \
	X(itch50,                                                                                  \
	  'N',                                                                                     \
	  retail_price_improvement_indicator_message,                                              \
	  20,                                                                                      \
	  ITCH50_RETAIL_PRICE_IMPROVEMENT_INDICATOR_MESSAGE)                                       \
	X(itch50,                                                                                  \
	  'O',                                                                                     \
	  direct_listing_with_capital_raise_price_discovery_message,                               \
	  48,                                                                                      \
	  ITCH50_DIRECT_LISTING_WITH_CAPITAL_RAISE_PRICE_DISCOVERY_MESSAGE)

ITCH50_MESSAGES(LAYOUT_ACCESSORS)

extern const struct message_protocol itch50_protocol;

#endif
