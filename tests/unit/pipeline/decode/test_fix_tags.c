/* SPDX-License-Identifier: BSD-3-Clause */
/* The dictionary of FIX fields. */
#include "pipeline/decode/fix_tags.h"
#include "tests/unit/unit_test.h"

#include <string.h>

static void
assert_tag(uint32_t tag, const char *name, enum fix_kind kind)
{
	assert_string_equal(fix_tag_name(tag), name);
	assert_int_equal(fix_tag_kind(tag), kind);
}

/* FIX 4.2 has 405 fields, 4.4 has 912, together 947; the session layer FIXT 1.1 adds 15. */
static void
there_are_962_names_and_no_two_are_the_same(void **state)
{
	unsigned n = 0;

	(void)state;
	for (uint32_t i = 0; i < FIX_TAGS; i++) {
		if (fix_tag_name(i) == NULL)
			continue;
		n++;
		for (uint32_t j = 0; j < i; j++) {
			if (fix_tag_name(j) != NULL)
				assert_string_not_equal(fix_tag_name(i), fix_tag_name(j));
		}
	}
	assert_int_equal(n, 962);
}

static void
names_are_letters_and_digits(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < FIX_TAGS; i++) {
		const char *name = fix_tag_name(i);

		if (name != NULL)
			assert_int_equal(
				strspn(name,
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789"),
				strlen(name)
			);
	}
}

/* Numbers across the table, so that no row can have slipped. */
static void
numbers_have_the_names_and_kinds_of_the_specification(void **state)
{
	(void)state;
	assert_tag(1, "Account", FIX_TEXT);
	assert_tag(8, "BeginString", FIX_TEXT);
	assert_tag(9, "BodyLength", FIX_INTEGER);
	assert_tag(10, "CheckSum", FIX_TEXT);
	assert_tag(34, "MsgSeqNum", FIX_INTEGER);
	assert_tag(35, "MsgType", FIX_TEXT);
	assert_tag(38, "OrderQty", FIX_TEXT);
	assert_tag(44, "Price", FIX_TEXT);
	assert_tag(52, "SendingTime", FIX_TEXT);
	assert_tag(55, "Symbol", FIX_TEXT);
	assert_tag(60, "TransactTime", FIX_TEXT);
	assert_tag(89, "Signature", FIX_DATA);
	assert_tag(93, "SignatureLength", FIX_DATA_BYTES);
	assert_tag(100, "ExDestination", FIX_TEXT);
	assert_tag(108, "HeartBtInt", FIX_INTEGER);
	assert_tag(112, "TestReqID", FIX_TEXT);
	assert_tag(150, "ExecType", FIX_TEXT);
	assert_tag(207, "SecurityExchange", FIX_TEXT);
	assert_tag(268, "NoMDEntries", FIX_INTEGER);
	assert_tag(320, "SecurityReqID", FIX_TEXT);
	assert_tag(373, "SessionRejectReason", FIX_INTEGER);
	assert_tag(383, "MaxMessageSize", FIX_INTEGER);
	assert_tag(447, "PartyIDSource", FIX_TEXT);
	assert_tag(553, "Username", FIX_TEXT);
	assert_tag(711, "NoUnderlyings", FIX_INTEGER);
	assert_tag(789, "NextExpectedMsgSeqNum", FIX_INTEGER);
	assert_tag(880, "TrdMatchID", FIX_TEXT);
	assert_tag(956, "LegInterestAccrualDate", FIX_TEXT);
	assert_tag(1128, "ApplVerID", FIX_TEXT);
	assert_tag(1137, "DefaultApplVerID", FIX_TEXT);
	assert_tag(1409, "SessionStatus", FIX_INTEGER);
}

static void
fields_that_4_4_gave_up_have_the_name_of_4_2(void **state)
{
	(void)state;
	assert_tag(20, "ExecTransType", FIX_TEXT);
	assert_tag(76, "ExecBroker", FIX_TEXT);
	assert_tag(109, "ClientID", FIX_TEXT);
	assert_tag(204, "CustomerOrFirm", FIX_INTEGER);
	assert_tag(440, "ClearingAccount", FIX_TEXT);
}

static void
fields_that_4_4_renamed_have_its_name(void **state)
{
	(void)state;
	assert_tag(32, "LastQty", FIX_TEXT);
	assert_tag(53, "Quantity", FIX_TEXT);
	assert_tag(77, "PositionEffect", FIX_TEXT);
}

static void
other_numbers_are_text_without_a_name(void **state)
{
	static const uint32_t others[] = {0, 101, 957, 1127, 1410, 5000, 100007, UINT32_MAX};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LENGTH(others); i++) {
		assert_null(fix_tag_name(others[i]));
		assert_int_equal(fix_tag_kind(others[i]), FIX_TEXT);
	}
}

static void
each_length_of_data_leads_to_a_data_field(void **state)
{
	unsigned n_lengths = 0, n_data = 0;

	(void)state;
	for (uint32_t i = 0; i < FIX_TAGS; i++) {
		n_data += fix_tag_kind(i) == FIX_DATA;
		if (fix_tag_kind(i) != FIX_DATA_BYTES)
			continue;
		n_lengths++;
		assert_int_equal(fix_tag_kind(fix_tag_data(i)), FIX_DATA);
	}
	assert_int_equal(n_lengths, 18);
	assert_int_equal(n_data, 18);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_are_962_names_and_no_two_are_the_same),
		cmocka_unit_test(names_are_letters_and_digits),
		cmocka_unit_test(numbers_have_the_names_and_kinds_of_the_specification),
		cmocka_unit_test(fields_that_4_4_gave_up_have_the_name_of_4_2),
		cmocka_unit_test(fields_that_4_4_renamed_have_its_name),
		cmocka_unit_test(other_numbers_are_text_without_a_name),
		cmocka_unit_test(each_length_of_data_leads_to_a_data_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
