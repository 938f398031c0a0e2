/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A few well-known tickers first, so that examples which ask for AAPL find it; then names that
 * begin with Z and have five letters, as no well-known one does.
 */
#include "tools/feedgen/symbol_name.h"

#include <string.h>

static const char *const known_names[] = {
	"AAPL", "MSFT", "NVDA", "AMZN", "TSLA", "GOOGL", "META", "AMD",  "QQQ",   "SPY",  "INTC",
	"AVGO", "NFLX", "CSCO", "GOOG", "ADBE", "PEP",   "COST", "QCOM", "TXN",   "AMGN", "SBUX",
	"GILD", "MU",   "AMAT", "PYPL", "BKNG", "LRCX",  "ADI",  "MRVL", "CMCSA", "TLT",
};

#define KNOWN_COUNT (sizeof(known_names) / sizeof(known_names[0]))

void
symbol_name_write(uint16_t locate, char name[SYMBOL_NAME_LENGTH])
{
	uint32_t number = locate - 1U;

	memset(name, ' ', SYMBOL_NAME_LENGTH);
	if (number < KNOWN_COUNT) {
		memcpy(name, known_names[number], strlen(known_names[number]));
		return;
	}
	number -= (uint32_t)KNOWN_COUNT;
	name[0] = 'Z';
	for (int i = 4; i > 0; i--) {
		name[i] = (char)('A' + number % 26);
		number /= 26;
	}
}
