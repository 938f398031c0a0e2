/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes one ITCH 5.0 message, big-endian, to out, which has room for ITCH50_MESSAGE_MAX bytes.
 * Each function returns the length. Prices are Price(4): units of 0.0001. Text is space-padded.
 */
#ifndef LEAT_FEEDGEN_ITCH50_ENCODE_H
#define LEAT_FEEDGEN_ITCH50_ENCODE_H

#include <stddef.h>
#include <stdint.h>

#define ITCH50_STOCK_LENGTH 8

/* What every message starts with. */
struct itch50_head {
	uint16_t locate;
	uint16_t tracking;
	uint64_t timestamp_ns; /* since midnight, 48 bits */
};

struct itch50_directory {
	const char *stock;
	char market_category;
	uint32_t round_lot_shares;
	char issue_classification;
	char ipo_flag;
	char luld_tier;
	char etp_flag;
};

struct itch50_add {
	const char *stock;
	const char *attribution; /* 4 characters: message F; NULL: message A */
	uint64_t reference;
	uint32_t shares;
	uint32_t price;
	char side; /* 'B' or 'S' */
};

struct itch50_execute {
	uint64_t reference;
	uint64_t match;
	uint32_t shares;
	uint32_t price; /* message C only, as is printable */
	char printable; /* 'Y' or 'N'; '\0': message E */
};

struct itch50_replace {
	uint64_t old_reference;
	uint64_t new_reference;
	uint32_t shares;
	uint32_t price;
};

struct itch50_trade {
	const char *stock;
	uint64_t match;
	uint64_t shares; /* 32 bits in a non-cross trade */
	uint32_t price;
	char cross_type; /* message Q only */
};

struct itch50_imbalance {
	const char *stock;
	uint64_t paired_shares;
	uint64_t imbalance_shares;
	char direction;
	uint32_t far_price;
	uint32_t near_price;
	uint32_t reference_price;
	char cross_type;
	char variation;
};

struct itch50_collar {
	const char *stock;
	uint32_t reference_price;
	uint32_t upper_price;
	uint32_t lower_price;
	uint32_t extension;
};

struct itch50_discovery {
	const char *stock;
	char eligibility;
	uint32_t minimum_price;
	uint32_t maximum_price;
	uint32_t near_price;
	uint64_t near_time_ns;
	uint32_t lower_collar_price;
	uint32_t upper_collar_price;
};

size_t itch50_encode_system_event(uint8_t *out, const struct itch50_head *head, char event);
size_t itch50_encode_directory(
	uint8_t *out, const struct itch50_head *head, const struct itch50_directory *m
);
size_t itch50_encode_trading_action(
	uint8_t *out,
	const struct itch50_head *head,
	const char *stock,
	char state,
	const char *reason
);
size_t
itch50_encode_reg_sho(uint8_t *out, const struct itch50_head *head, const char *stock, char action);
size_t itch50_encode_participant(
	uint8_t *out, const struct itch50_head *head, const char *mpid, const char *stock
);
/* levels: three Price(8), units of 0.00000001. */
size_t
itch50_encode_mwcb_levels(uint8_t *out, const struct itch50_head *head, const uint64_t levels[3]);
size_t itch50_encode_mwcb_status(uint8_t *out, const struct itch50_head *head, char level);
size_t itch50_encode_ipo_quoting(
	uint8_t *out,
	const struct itch50_head *head,
	const char *stock,
	uint32_t release_time_s,
	uint32_t price
);
size_t
itch50_encode_collar(uint8_t *out, const struct itch50_head *head, const struct itch50_collar *m);
size_t itch50_encode_operational_halt(
	uint8_t *out, const struct itch50_head *head, const char *stock, char action
);
size_t itch50_encode_add(uint8_t *out, const struct itch50_head *head, const struct itch50_add *m);
size_t
itch50_encode_execute(uint8_t *out, const struct itch50_head *head, const struct itch50_execute *m);
size_t itch50_encode_cancel(
	uint8_t *out, const struct itch50_head *head, uint64_t reference, uint32_t shares
);
size_t itch50_encode_delete(uint8_t *out, const struct itch50_head *head, uint64_t reference);
size_t
itch50_encode_replace(uint8_t *out, const struct itch50_head *head, const struct itch50_replace *m);
size_t
itch50_encode_trade(uint8_t *out, const struct itch50_head *head, const struct itch50_trade *m);
size_t itch50_encode_cross_trade(
	uint8_t *out, const struct itch50_head *head, const struct itch50_trade *m
);
size_t itch50_encode_broken_trade(uint8_t *out, const struct itch50_head *head, uint64_t match);
size_t itch50_encode_imbalance(
	uint8_t *out, const struct itch50_head *head, const struct itch50_imbalance *m
);
size_t itch50_encode_retail_interest(
	uint8_t *out, const struct itch50_head *head, const char *stock, char interest
);
size_t itch50_encode_discovery(
	uint8_t *out, const struct itch50_head *head, const struct itch50_discovery *m
);

#endif
