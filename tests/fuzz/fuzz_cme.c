/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a packet of CME MDP 3.0, and as one message of it, also the way the hot path reads. */
#include "pipeline/decode/cme_sbe.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/frame_check.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/pipeline/decode/fix_builder.h"

#include <stdlib.h>

static uint64_t
group_read(const struct cme_group *group, uint64_t digest)
{
	if (group->entry_bytes < cme_book_entry_BYTES)
		return digest;
	for (unsigned i = 0; i < group->n_entries; i++) {
		const uint8_t *entry = cme_group_entry(group, i);

		digest = digest_add(digest, (uint64_t)cme_book_entry_md_entry_px(entry));
		digest = digest_bytes(digest, entry, group->entry_bytes);
	}
	return digest;
}

static uint64_t
message_read(const struct message *message)
{
	struct cursor left;
	struct cme_group group;
	uint64_t digest = 0;

	if (cme_message_open(message, &left) != DECODE_ERROR_NONE)
		return 0;
	for (unsigned i = 0; i < 2; i++) {
		if (cme_group_take(
			    &left, i == 0 ? CME_DIMENSION_BYTES : CME_DIMENSION_8_BYTES, &group
		    ) != DECODE_ERROR_NONE)
			break;
		digest = group_read(&group, digest);
	}
	expect(left.at >= message->bytes && left.end == message->bytes + message->length_bytes,
	       "the groups lie outside of their message");
	return digest_bytes(digest, left.at, cursor_left(&left));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct message message = {.length_bytes = (uint32_t)size};
	uint8_t *bytes = bytes_exact(data, size);
	uint64_t digest;

	message.bytes = bytes;
	digest = message_read(&message);
	expect(message_read(&message) == digest, "two readings of a message differ");
	free(bytes);
	frame_check("cme_mdp3", data, size);
	return 0;
}
