/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Field order: Nasdaq TotalView-ITCH 5.0, section 1; wire-formats.md 1.2 lists the offsets. The
 * fields are written one after the other, and the end is compared with the table of lengths.
 */
#include "tools/feedgen/itch50_encode.h"

#include "tools/feedgen/itch50.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

static uint8_t *
put_char(uint8_t *at, char value)
{
	*at = (uint8_t)value;
	return at + 1;
}

static uint8_t *
put_text(uint8_t *at, const char *text, size_t length)
{
	memcpy(at, text, length);
	return at + length;
}

static uint8_t *
put_stock(uint8_t *at, const char *stock)
{
	return put_text(at, stock, ITCH50_STOCK_LENGTH);
}

static uint8_t *
put_u16(uint8_t *at, uint16_t value)
{
	uint16_t value_be = htobe16(value);

	memcpy(at, &value_be, sizeof(value_be));
	return at + sizeof(value_be);
}

static uint8_t *
put_u32(uint8_t *at, uint32_t value)
{
	uint32_t value_be = htobe32(value);

	memcpy(at, &value_be, sizeof(value_be));
	return at + sizeof(value_be);
}

static uint8_t *
put_u64(uint8_t *at, uint64_t value)
{
	uint64_t value_be = htobe64(value);

	memcpy(at, &value_be, sizeof(value_be));
	return at + sizeof(value_be);
}

static uint8_t *
put_head(uint8_t *out, char type, const struct itch50_head *head)
{
	uint8_t *at = put_char(out, type);

	at = put_u16(at, head->locate);
	at = put_u16(at, head->tracking);
	at = put_u16(at, (uint16_t)(head->timestamp_ns >> 32));
	return put_u32(at, (uint32_t)head->timestamp_ns);
}

static size_t
message_end(const uint8_t *out, const uint8_t *at)
{
	size_t length = (size_t)(at - out);

	assert(length == itch50_length((char)out[0]));
	return length;
}

size_t
itch50_encode_system_event(uint8_t *out, const struct itch50_head *head, char event)
{
	return message_end(out, put_char(put_head(out, 'S', head), event));
}

size_t
itch50_encode_directory(
	uint8_t *out, const struct itch50_head *head, const struct itch50_directory *m
)
{
	uint8_t *at = put_stock(put_head(out, 'R', head), m->stock);

	at = put_char(at, m->market_category);
	at = put_char(at, 'N'); /* financial status: normal */
	at = put_u32(at, m->round_lot_shares);
	at = put_char(at, 'N'); /* round lots only: no */
	at = put_char(at, m->issue_classification);
	at = put_text(at, "Z ", 2); /* issue sub-type: not applicable */
	at = put_char(at, 'P'); /* authenticity: production */
	at = put_char(at, 'N'); /* short sale threshold: not restricted */
	at = put_char(at, m->ipo_flag);
	at = put_char(at, m->luld_tier);
	at = put_char(at, m->etp_flag);
	at = put_u32(at, m->etp_flag == 'Y' ? 1 : 0); /* leverage factor */
	at = put_char(at, 'N'); /* inverse: no */
	return message_end(out, at);
}

size_t
itch50_encode_trading_action(
	uint8_t *out,
	const struct itch50_head *head,
	const char *stock,
	char state,
	const char *reason
)
{
	uint8_t *at = put_stock(put_head(out, 'H', head), stock);

	at = put_char(at, state);
	at = put_char(at, ' '); /* reserved */
	return message_end(out, put_text(at, reason, 4));
}

size_t
itch50_encode_reg_sho(uint8_t *out, const struct itch50_head *head, const char *stock, char action)
{
	uint8_t *at = put_stock(put_head(out, 'Y', head), stock);

	return message_end(out, put_char(at, action));
}

size_t
itch50_encode_participant(
	uint8_t *out, const struct itch50_head *head, const char *mpid, const char *stock
)
{
	uint8_t *at = put_text(put_head(out, 'L', head), mpid, 4);

	/* Primary market maker, normal mode, active. */
	return message_end(out, put_text(put_stock(at, stock), "YNA", 3));
}

size_t
itch50_encode_mwcb_levels(uint8_t *out, const struct itch50_head *head, const uint64_t levels[3])
{
	uint8_t *at = put_head(out, 'V', head);

	for (int i = 0; i < 3; i++)
		at = put_u64(at, levels[i]);
	return message_end(out, at);
}

size_t
itch50_encode_mwcb_status(uint8_t *out, const struct itch50_head *head, char level)
{
	return message_end(out, put_char(put_head(out, 'W', head), level));
}

size_t
itch50_encode_ipo_quoting(
	uint8_t *out,
	const struct itch50_head *head,
	const char *stock,
	uint32_t release_time_s,
	uint32_t price
)
{
	uint8_t *at = put_stock(put_head(out, 'K', head), stock);

	at = put_u32(at, release_time_s);
	at = put_char(at, 'A'); /* an anticipated release, not one cancelled or postponed */
	return message_end(out, put_u32(at, price));
}

size_t
itch50_encode_collar(uint8_t *out, const struct itch50_head *head, const struct itch50_collar *m)
{
	uint8_t *at = put_stock(put_head(out, 'J', head), m->stock);

	at = put_u32(at, m->reference_price);
	at = put_u32(at, m->upper_price);
	at = put_u32(at, m->lower_price);
	return message_end(out, put_u32(at, m->extension));
}

size_t
itch50_encode_operational_halt(
	uint8_t *out, const struct itch50_head *head, const char *stock, char action
)
{
	uint8_t *at = put_stock(put_head(out, 'h', head), stock);

	at = put_char(at, 'Q'); /* market: Nasdaq */
	return message_end(out, put_char(at, action));
}

size_t
itch50_encode_add(uint8_t *out, const struct itch50_head *head, const struct itch50_add *m)
{
	uint8_t *at = put_head(out, m->attribution == NULL ? 'A' : 'F', head);

	at = put_u64(at, m->reference);
	at = put_char(at, m->side);
	at = put_u32(at, m->shares);
	at = put_stock(at, m->stock);
	at = put_u32(at, m->price);
	if (m->attribution != NULL)
		at = put_text(at, m->attribution, 4);
	return message_end(out, at);
}

size_t
itch50_encode_execute(uint8_t *out, const struct itch50_head *head, const struct itch50_execute *m)
{
	uint8_t *at = put_head(out, m->printable == '\0' ? 'E' : 'C', head);

	at = put_u64(at, m->reference);
	at = put_u32(at, m->shares);
	at = put_u64(at, m->match);
	if (m->printable != '\0')
		at = put_u32(put_char(at, m->printable), m->price);
	return message_end(out, at);
}

size_t
itch50_encode_cancel(
	uint8_t *out, const struct itch50_head *head, uint64_t reference, uint32_t shares
)
{
	uint8_t *at = put_u64(put_head(out, 'X', head), reference);

	return message_end(out, put_u32(at, shares));
}

size_t
itch50_encode_delete(uint8_t *out, const struct itch50_head *head, uint64_t reference)
{
	return message_end(out, put_u64(put_head(out, 'D', head), reference));
}

size_t
itch50_encode_replace(uint8_t *out, const struct itch50_head *head, const struct itch50_replace *m)
{
	uint8_t *at = put_u64(put_head(out, 'U', head), m->old_reference);

	at = put_u64(at, m->new_reference);
	at = put_u32(at, m->shares);
	return message_end(out, put_u32(at, m->price));
}

size_t
itch50_encode_trade(uint8_t *out, const struct itch50_head *head, const struct itch50_trade *m)
{
	/* Reference 0 and side B: Nasdaq fills in no more (ITCH 5.0, section 1.5.1). */
	uint8_t *at = put_char(put_u64(put_head(out, 'P', head), 0), 'B');

	at = put_u32(at, (uint32_t)m->shares);
	at = put_stock(at, m->stock);
	at = put_u32(at, m->price);
	return message_end(out, put_u64(at, m->match));
}

size_t
itch50_encode_cross_trade(
	uint8_t *out, const struct itch50_head *head, const struct itch50_trade *m
)
{
	uint8_t *at = put_u64(put_head(out, 'Q', head), m->shares);

	at = put_stock(at, m->stock);
	at = put_u32(at, m->price);
	at = put_u64(at, m->match);
	return message_end(out, put_char(at, m->cross_type));
}

size_t
itch50_encode_broken_trade(uint8_t *out, const struct itch50_head *head, uint64_t match)
{
	return message_end(out, put_u64(put_head(out, 'B', head), match));
}

size_t
itch50_encode_imbalance(
	uint8_t *out, const struct itch50_head *head, const struct itch50_imbalance *m
)
{
	uint8_t *at = put_u64(put_head(out, 'I', head), m->paired_shares);

	at = put_u64(at, m->imbalance_shares);
	at = put_char(at, m->direction);
	at = put_stock(at, m->stock);
	at = put_u32(at, m->far_price);
	at = put_u32(at, m->near_price);
	at = put_u32(at, m->reference_price);
	at = put_char(at, m->cross_type);
	return message_end(out, put_char(at, m->variation));
}

size_t
itch50_encode_retail_interest(
	uint8_t *out, const struct itch50_head *head, const char *stock, char interest
)
{
	uint8_t *at = put_stock(put_head(out, 'N', head), stock);

	return message_end(out, put_char(at, interest));
}

size_t
itch50_encode_discovery(
	uint8_t *out, const struct itch50_head *head, const struct itch50_discovery *m
)
{
	uint8_t *at = put_stock(put_head(out, 'O', head), m->stock);

	at = put_char(at, m->eligibility);
	at = put_u32(at, m->minimum_price);
	at = put_u32(at, m->maximum_price);
	at = put_u32(at, m->near_price);
	at = put_u64(at, m->near_time_ns);
	at = put_u32(at, m->lower_collar_price);
	return message_end(out, put_u32(at, m->upper_collar_price));
}
