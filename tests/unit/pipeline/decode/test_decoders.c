/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of decoders. */
#include "pipeline/decode/decoder.h"
#include "pipeline/decode/itch50.h"
#include "pipeline/decode/moldudp64.h"
#include "pipeline/decode/ouch42.h"
#include "pipeline/decode/ouch50.h"
#include "pipeline/decode/soupbintcp.h"
#include "tests/unit/unit_test.h"

static void
itch50_is_itch_in_moldudp64(void **state)
{
	const struct decoder *d = decoder_find("itch50");

	(void)state;
	assert_non_null(d);
	assert_string_equal(d->name, "itch50");
	assert_ptr_equal(d->framing, &moldudp64_framing);
	assert_ptr_equal(d->messages, &itch50_protocol);
}

static void
ouch_has_a_protocol_for_each_side_in_soupbintcp(void **state)
{
	static const struct message message_of[] = {
		{.layer = MESSAGE_OF_VENUE},
		{.layer = MESSAGE_OF_CLIENT},
		{.layer = MESSAGE_OF_SESSION},
	};
	const struct decoder *d = decoder_find("ouch50");

	(void)state;
	assert_ptr_equal(d->stream, &soupbintcp_framing);
	assert_ptr_equal(decoder_protocol(d, &message_of[0]), &ouch50_protocol);
	assert_ptr_equal(decoder_protocol(d, &message_of[1]), &ouch50_request_protocol);
	assert_ptr_equal(decoder_protocol(d, &message_of[2]), &soupbintcp_protocol);
	d = decoder_find("ouch42");
	assert_ptr_equal(d->stream, &soupbintcp_framing);
	assert_ptr_equal(decoder_protocol(d, &message_of[0]), &ouch42_protocol);
	assert_ptr_equal(decoder_protocol(d, &message_of[1]), &ouch42_request_protocol);
}

static void
itch50_tcp_is_itch_in_soupbintcp(void **state)
{
	const struct decoder *d = decoder_find("itch50_tcp");

	(void)state;
	assert_ptr_equal(d->stream, &soupbintcp_framing);
	assert_ptr_equal(d->messages, &itch50_protocol);
}

static void
a_name_that_is_in_no_row_finds_nothing(void **state)
{
	(void)state;
	assert_null(decoder_find("itch5"));
	assert_null(decoder_find("itch500"));
	assert_null(decoder_find("ITCH50"));
	assert_null(decoder_find(""));
}

static void
every_row_is_whole(void **state)
{
	(void)state;
	for (const struct decoder *d = decoders; d->name != NULL; d++) {
		assert_true((d->framing != NULL) != (d->stream != NULL));
		if (d->framing != NULL) {
			assert_non_null(d->framing->open);
			assert_non_null(d->framing->more);
			assert_int_not_equal(d->framing->trailing_error, DECODE_ERROR_NONE);
		} else {
			assert_non_null(d->stream->next);
			assert_non_null(d->stream->boundary);
		}
		assert_non_null(d->messages);
		assert_non_null(d->messages->layouts);
		assert_ptr_equal(decoder_find(d->name), d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(itch50_is_itch_in_moldudp64),
		cmocka_unit_test(ouch_has_a_protocol_for_each_side_in_soupbintcp),
		cmocka_unit_test(itch50_tcp_is_itch_in_soupbintcp),
		cmocka_unit_test(a_name_that_is_in_no_row_finds_nothing),
		cmocka_unit_test(every_row_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
