/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of decoders: a protocol is one file and one row here. */
#include "pipeline/decode/cme_mdp3.h"
#include "pipeline/decode/cme_sbe.h"
#include "pipeline/decode/decoder.h"
#include "pipeline/decode/fix.h"
#include "pipeline/decode/fix_message.h"
#include "pipeline/decode/iex.h"
#include "pipeline/decode/iex_tp.h"
#include "pipeline/decode/itch50.h"
#include "pipeline/decode/moldudp64.h"
#include "pipeline/decode/ouch42.h"
#include "pipeline/decode/ouch50.h"
#include "pipeline/decode/pillar.h"
#include "pipeline/decode/pitch.h"
#include "pipeline/decode/soupbintcp.h"

#include <string.h>

const struct decoder decoders[] = {
	{.name = "itch50", .framing = &moldudp64_framing, .messages = &itch50_protocol},
	{.name = "fix", .stream = &fix_framing, .messages = &fix_protocol},
	{.name = "cme_mdp3", .framing = &cme_mdp3_framing, .messages = &cme_sbe_protocol},
	{.name = "itch50_tcp", .stream = &soupbintcp_framing, .messages = &itch50_protocol},
	{
		.name = "ouch50",
		.stream = &soupbintcp_framing,
		.messages = &ouch50_protocol,
		.requests = &ouch50_request_protocol,
	},
	{
		.name = "ouch42",
		.stream = &soupbintcp_framing,
		.messages = &ouch42_protocol,
		.requests = &ouch42_request_protocol,
	},
	{.name = "iex_tops", .framing = &iex_tp_tops_framing, .messages = &iex_tops_protocol},
	{.name = "iex_deep", .framing = &iex_tp_deep_framing, .messages = &iex_deep_protocol},
	{.name = "iex_deep_plus",
	 .framing = &iex_tp_deep_plus_framing,
	 .messages = &iex_deep_plus_protocol},
	{.name = "pitch", .framing = &pitch_framing, .messages = &pitch_protocol},
	{.name = "pillar", .framing = &pillar_framing, .messages = &pillar_protocol},
	{.name = NULL},
};

const struct decoder *
decoder_find(const char *name)
{
	for (const struct decoder *d = decoders; d->name != NULL; d++) {
		if (strcmp(d->name, name) == 0)
			return d;
	}
	return NULL;
}
