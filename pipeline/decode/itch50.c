/* SPDX-License-Identifier: BSD-3-Clause */
/* ITCH 5.0 as data: the 23 messages of the specification, section 4, field by field in wire order. */
#include "pipeline/decode/itch50.h"

#define FIELD(field_name, at, bytes, field_kind, implied_decimals)                                 \
	{                                                                                          \
		.name = #field_name, .offset = (at), .width = (bytes), .kind = (field_kind),       \
		.decimals = (implied_decimals)                                                     \
	}
#define UINT(name, at, bytes) FIELD(name, at, bytes, FIELD_UINT, 0)
#define ASCII(name, at, bytes) FIELD(name, at, bytes, FIELD_ASCII, 0)
#define PRICE4(name, at) FIELD(name, at, 4, FIELD_UINT, 4)
#define PRICE8(name, at) FIELD(name, at, 8, FIELD_UINT, 8)

/* The fields that nearly every message starts with. */
#define STOCK_LOCATE UINT(stock_locate, 1, 2)
#define TRACKING_NUMBER UINT(tracking_number, 3, 2)
#define TIMESTAMP UINT(timestamp, 5, 6)

static const struct field_layout system_event_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	ASCII(event_code, 11, 1),
};

static const struct field_layout stock_directory_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	ASCII(stock, 11, 8),
	ASCII(market_category, 19, 1),
	ASCII(financial_status_indicator, 20, 1),
	UINT(round_lot_size, 21, 4),
	ASCII(round_lots_only, 25, 1),
	ASCII(issue_classification, 26, 1),
	ASCII(issue_sub_type, 27, 2),
	ASCII(authenticity, 29, 1),
	ASCII(short_sale_threshold_indicator, 30, 1),
	ASCII(ipo_flag, 31, 1),
	ASCII(luld_reference_price_tier, 32, 1),
	ASCII(etp_flag, 33, 1),
	UINT(etp_leverage_factor, 34, 4),
	ASCII(inverse_indicator, 38, 1),
};

static const struct field_layout stock_trading_action_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	ASCII(stock, 11, 8),
	ASCII(trading_state, 19, 1),
	ASCII(reserved, 20, 1),
	ASCII(reason_code, 21, 4),
};

static const struct field_layout
	reg_sho_short_sale_price_test_restricted_indicator_message_fields[] = {
		UINT(locate_code, 1, 2),
		TRACKING_NUMBER,
		TIMESTAMP,
		ASCII(stock, 11, 8),
		ASCII(reg_sho_action, 19, 1),
};

static const struct field_layout market_participant_position_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	ASCII(mpid, 11, 4),
	ASCII(stock, 15, 8),
	ASCII(primary_market_maker, 23, 1),
	ASCII(market_maker_mode, 24, 1),
	ASCII(market_participant_state, 25, 1),
};

static const struct field_layout mwcb_decline_level_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	PRICE8(level_1, 11),
	PRICE8(level_2, 19),
	PRICE8(level_3, 27),
};

static const struct field_layout mwcb_status_level_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	ASCII(breached_level, 11, 1),
};

static const struct field_layout ipo_quoting_period_update_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	ASCII(stock, 11, 8),
	UINT(ipo_quotation_release_time, 19, 4),
	ASCII(ipo_quotation_release_qualifier, 23, 1),
	PRICE4(ipo_price, 24),
};

static const struct field_layout luld_auction_collar_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	ASCII(stock, 11, 8),
	PRICE4(auction_collar_reference_price, 19),
	PRICE4(upper_auction_collar_price, 23),
	PRICE4(lower_auction_collar_price, 27),
	UINT(auction_collar_extension, 31, 4),
};

static const struct field_layout operational_halt_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	ASCII(stock, 11, 8),
	ASCII(market_code, 19, 1),
	ASCII(operational_halt_action, 20, 1),
};

static const struct field_layout add_order_no_mpid_attribution_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	UINT(order_reference_number, 11, 8),
	ASCII(buy_sell_indicator, 19, 1),
	UINT(shares, 20, 4),
	ASCII(stock, 24, 8),
	PRICE4(price, 32),
};

static const struct field_layout add_order_with_mpid_attribution_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	UINT(order_reference_number, 11, 8),
	ASCII(buy_sell_indicator, 19, 1),
	UINT(shares, 20, 4),
	ASCII(stock, 24, 8),
	PRICE4(price, 32),
	ASCII(attribution, 36, 4),
};

static const struct field_layout order_executed_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	UINT(order_reference_number, 11, 8),
	UINT(executed_shares, 19, 4),
	UINT(match_number, 23, 8),
};

static const struct field_layout order_executed_with_price_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	UINT(order_reference_number, 11, 8),
	UINT(executed_shares, 19, 4),
	UINT(match_number, 23, 8),
	ASCII(printable, 31, 1),
	PRICE4(execution_price, 32),
};

static const struct field_layout order_cancel_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	UINT(order_reference_number, 11, 8),
	UINT(canceled_shares, 19, 4),
};

static const struct field_layout order_delete_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	UINT(order_reference_number, 11, 8),
};

static const struct field_layout order_replace_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	UINT(original_order_reference_number, 11, 8),
	UINT(new_order_reference_number, 19, 8),
	UINT(shares, 27, 4),
	PRICE4(price, 31),
};

static const struct field_layout non_cross_trade_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	UINT(order_reference_number, 11, 8),
	ASCII(buy_sell_indicator, 19, 1),
	UINT(shares, 20, 4),
	ASCII(stock, 24, 8),
	PRICE4(price, 32),
	UINT(match_number, 36, 8),
};

static const struct field_layout cross_trade_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	UINT(cross_shares, 11, 8),
	ASCII(stock, 19, 8),
	PRICE4(cross_price, 27),
	UINT(match_number, 31, 8),
	ASCII(cross_type, 39, 1),
};

static const struct field_layout broken_trade_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	UINT(match_number, 11, 8),
};

static const struct field_layout net_order_imbalance_indicator_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	UINT(paired_shares, 11, 8),
	UINT(imbalance_shares, 19, 8),
	ASCII(imbalance_direction, 27, 1),
	ASCII(stock, 28, 8),
	PRICE4(far_price, 36),
	PRICE4(near_price, 40),
	PRICE4(current_reference_price, 44),
	ASCII(cross_type, 48, 1),
	ASCII(price_variation_indicator, 49, 1),
};

static const struct field_layout retail_price_improvement_indicator_message_fields[] = {
	STOCK_LOCATE,
	TRACKING_NUMBER,
	TIMESTAMP,
	ASCII(stock, 11, 8),
	ASCII(interest_flag, 19, 1),
};

static const struct field_layout
	direct_listing_with_capital_raise_price_discovery_message_fields[] = {
		STOCK_LOCATE,
		TRACKING_NUMBER,
		TIMESTAMP,
		ASCII(stock, 11, 8),
		ASCII(open_eligibility_status, 19, 1),
		PRICE4(minimum_allowable_price, 20),
		PRICE4(maximum_allowable_price, 24),
		PRICE4(near_execution_price, 28),
		UINT(near_execution_time, 32, 8),
		PRICE4(lower_price_range_collar, 40),
		PRICE4(upper_price_range_collar, 44),
};

#define LAYOUT(code, bytes, id)                                                                    \
	[code] = &(const struct message_layout)                                                    \
	{                                                                                          \
		.name = #id, .fields = id##_fields,                                                \
		.n_fields = sizeof(id##_fields) / sizeof(id##_fields[0]), .type = (code),          \
		.length_bytes = (bytes)                                                            \
	}

static const struct message_layout *const layouts_by_type[256] = {
	LAYOUT('S', 12, system_event_message),
	LAYOUT('R', 39, stock_directory_message),
	LAYOUT('H', 25, stock_trading_action_message),
	LAYOUT('Y', 20, reg_sho_short_sale_price_test_restricted_indicator_message),
	LAYOUT('L', 26, market_participant_position_message),
	LAYOUT('V', 35, mwcb_decline_level_message),
	LAYOUT('W', 12, mwcb_status_level_message),
	LAYOUT('K', 28, ipo_quoting_period_update),
	LAYOUT('J', 35, luld_auction_collar_message),
	LAYOUT('h', 21, operational_halt_message),
	LAYOUT('A', 36, add_order_no_mpid_attribution_message),
	LAYOUT('F', 40, add_order_with_mpid_attribution_message),
	LAYOUT('E', 31, order_executed_message),
	LAYOUT('C', 36, order_executed_with_price_message),
	LAYOUT('X', 23, order_cancel_message),
	LAYOUT('D', 19, order_delete_message),
	LAYOUT('U', 35, order_replace_message),
	LAYOUT('P', 44, non_cross_trade_message),
	LAYOUT('Q', 40, cross_trade_message),
	LAYOUT('B', 19, broken_trade_message),
	LAYOUT('I', 50, net_order_imbalance_indicator_message),
	LAYOUT('N', 20, retail_price_improvement_indicator_message),
	LAYOUT('O', 48, direct_listing_with_capital_raise_price_discovery_message),
};

const struct message_protocol itch50_protocol = {
	.name = "itch50",
	.layouts = layouts_by_type,
};
