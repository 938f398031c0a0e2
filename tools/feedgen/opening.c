/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Order of a real day: start of messages, stock directory, trading actions, Reg SHO, participant
 * positions, circuit breaker levels, start of system hours, start of market hours (ITCH 5.0,
 * sections 1.1 and 1.2).
 */
#include "tools/feedgen/opening.h"

#include "tools/feedgen/notice.h"

/* The messages about one symbol come in groups: all of a type, then all of the next. */
static uint64_t
group_length(uint32_t symbol_count, char type)
{
	/* Market makers register in some stocks only: here in every second one. */
	return type == 'L' ? (symbol_count + 1U) / 2 : symbol_count;
}

static const char groups[] = "RHYL";

uint64_t
opening_length(uint32_t symbol_count)
{
	uint64_t length = 4; /* system events O, S and Q, and the circuit breaker levels */

	for (const char *type = groups; *type != '\0'; type++)
		length += group_length(symbol_count, *type);
	return length;
}

void
opening_event_write(struct market *m, char event)
{
	m->head.locate = 0;
	m->message_length = itch50_encode_system_event(m->message, &m->head, event);
}

static void
symbol_write(struct market *m, char type, uint16_t locate)
{
	m->head.locate = locate;
	if (type == 'H') /* all trade; halts come later */
		m->message_length = itch50_encode_trading_action(
			m->message, &m->head, market_stock(m), 'T', "    "
		);
	else if (type == 'Y') /* no price test in effect */
		m->message_length =
			itch50_encode_reg_sho(m->message, &m->head, market_stock(m), '0');
	else
		notice_symbol_write(m, type);
}

void
opening_write(struct market *m, uint64_t at)
{
	static const char last[] = "VSQ";
	uint32_t symbol_count = m->settings.symbol_count;

	if (at == 0) {
		opening_event_write(m, 'O');
		return;
	}
	at--;
	for (const char *type = groups; *type != '\0'; type++) {
		uint64_t length = group_length(symbol_count, *type);

		if (at < length) {
			uint64_t step = *type == 'L' ? 2 : 1;

			symbol_write(m, *type, (uint16_t)(1 + at * step));
			return;
		}
		at -= length;
	}
	if (last[at] == 'V')
		notice_write(m, 'V');
	else
		opening_event_write(m, last[at]);
}
