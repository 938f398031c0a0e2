/* SPDX-License-Identifier: BSD-3-Clause */
/* tenant: whose the two ends of a packet are. */
#include "pipeline/stages/tenant.h"
#include "tests/unit/eal_fixture.h"
#include "tests/unit/tenancy_fixture.h"
#include "tests/unit/unit_test.h"

#include <netinet/in.h>

static const struct spec_version *const v = &spec_ipv4;

static struct packet_spec
udp_of(void)
{
	return (struct packet_spec){.src = v->a, .dst = v->b, .sport = 5000, .dport = 53};
}

static void
assert_parties(const struct tenancy_fixture *f, const char *from, const char *to)
{
	assert_int_equal(f->burst.packets[0].from, tenancy_slot(from));
	assert_int_equal(f->burst.packets[0].to, tenancy_slot(to));
}

/* Of a packet that has a flow, the flow knows it. */
static void
assert_flow_parties(const char *from, const char *to)
{
	assert_int_equal(tenancy_flow(0)->from, tenancy_slot(from));
	assert_int_equal(tenancy_flow(0)->to, tenancy_slot(to));
}

static void
addresses_say_whose_the_ends_are(void **state)
{
	const struct spec_version *version = *state;
	struct tenancy_fixture *f = tenancy_open(TENANCY_PORTS "tenants:\n"
							       "  /a: { " SPEC_IS_A " }\n"
							       "  /b: { " SPEC_IS_B " }\n");
	struct packet_spec s = udp_of();

	s.src = version->a;
	s.dst = version->b;
	(void)tenancy_send(&s);
	assert_parties(f, "/a", "/b");
	s.dst = version->nobody;
	(void)tenancy_send(&s);
	assert_parties(f, "/a", "/");
}

static void
the_port_that_it_came_by_and_the_one_it_leaves_by_count(void **state)
{
	struct tenancy_fixture *f =
		tenancy_open(TENANCY_PORTS "tenants:\n"
					   "  /in: { from: [ { port: lan } ] }\n"
					   "  /out: { to: [ { port: wan } ] }\n");
	struct packet_spec s = udp_of(), other = udp_of();

	(void)state;
	(void)tenancy_send(&s);
	assert_parties(f, "/in", "/out");
	other.in = WAN;
	other.sport++;
	(void)tenancy_send(&other);
	assert_parties(f, "/", "/");
}

static void
vlans_count(void **state)
{
	struct tenancy_fixture *f =
		tenancy_open(TENANCY_PORTS "tenants:\n"
					   "  /one: { from: [ { vlan: 5 } ] }\n"
					   "  /two: { from: [ { vlan: [5, 6] } ] }\n"
					   "  /none: { from: [ { vlan: untagged } ] }\n");
	struct packet_spec s = udp_of();

	(void)state;
	s.vlan_outer = 5;
	(void)tenancy_send(&s);
	assert_parties(f, "/one", "/");
	s.vlan_inner = 6;
	(void)tenancy_send(&s);
	assert_parties(f, "/two", "/");
	s.vlan_outer = s.vlan_inner = 0;
	(void)tenancy_send(&s);
	assert_parties(f, "/none", "/");
	s.vlan_outer = SPEC_PRIORITY_TAG;
	s.sport++;
	(void)tenancy_send(&s);
	assert_parties(f, "/none", "/");
}

static void
behind_a_priority_tag_the_second_tag_counts(void **state)
{
	struct tenancy_fixture *f =
		tenancy_open(TENANCY_PORTS "tenants:\n"
					   "  /one: { from: [ { vlan: 100 } ] }\n"
					   "  /two: { from: [ { vlan: [100, 6] } ] }\n"
					   "  /none: { from: [ { vlan: untagged } ] }\n");
	struct packet_spec s = udp_of();

	(void)state;
	s.vlan_outer = SPEC_PRIORITY_TAG;
	s.vlan_inner = 100;
	(void)tenancy_send(&s);
	assert_parties(f, "/one", "/");
	s.vlan_inner = SPEC_PRIORITY_TAG;
	(void)tenancy_send(&s);
	assert_parties(f, "/none", "/");
}

#define SERVICE                                                                                    \
	TENANCY_PORTS "tenants:\n"                                                                 \
		      "  /dns: { to: [ { dst: 10.2.0.0/16, proto: udp, dport: 53 } ] }\n"

static void
a_service_counts(void **state)
{
	struct tenancy_fixture *f = tenancy_open(SERVICE);
	struct packet_spec s = udp_of();

	(void)state;
	(void)tenancy_send(&s);
	assert_parties(f, "/", "/dns");
	s.dport = 54;
	(void)tenancy_send(&s);
	assert_parties(f, "/", "/");
}

static void
an_answer_has_the_tenants_of_its_flow(void **state)
{
	struct packet_spec s = udp_of(), r = packet_spec_reply(&s);

	(void)state;
	tenancy_open(SERVICE);
	(void)tenancy_send(&s);
	(void)tenancy_send(&r);
	assert_flow_parties("/", "/dns");
}

static void
a_later_fragment_has_the_tenants_of_its_flow(void **state)
{
	struct packet_spec s = udp_of(), later;

	(void)state;
	tenancy_open(SERVICE);
	s.more = true;
	s.payload_bytes = 8;
	later = s;
	later.offset = 16;
	later.more = false;
	(void)tenancy_send(&s);
	(void)tenancy_send(&later);
	assert_flow_parties("/", "/dns");
}

static void
a_stray_fragment_is_its_addresses_tenant_s(void **state)
{
	struct tenancy_fixture *f =
		tenancy_open(TENANCY_PORTS "tenants:\n  /a: { " SPEC_IS_A " }\n");
	struct packet_spec later = udp_of();

	(void)state;
	later.offset = 16;
	later.payload_bytes = 8;
	assert_int_equal(tenancy_send(&later), FATE_FRAG_BEFORE_FIRST);
	assert_parties(f, "/a", "/");
}

static void
an_unknown_error_is_its_own_sender_s(void **state)
{
	struct tenancy_fixture *f = tenancy_open(TENANCY_PORTS "tenants:\n"
							       "  /a: { " SPEC_IS_A " }\n"
							       "  /b: { " SPEC_IS_B " }\n");
	struct packet_spec quoted = udp_of();
	struct packet_spec error = {
		.src = v->b,
		.dst = v->a,
		.protocol = v->icmp,
		.icmp_type = v->unreachable,
		.in = WAN,
		.quote = &quoted,
	};

	(void)state;
	assert_int_equal(tenancy_send(&error), FATE_FLOW_UNKNOWN);
	assert_parties(f, "/b", "/a");
}

static void
an_arp_packet_is_its_port_s(void **state)
{
	struct tenancy_fixture *f =
		tenancy_open(TENANCY_PORTS "tenants:\n  /in: { from: [ { port: lan } ] }\n");
	struct packet_builder b;

	(void)state;
	builder_ethernet(&b);
	builder_arp(&b);
	builder_finish(&b);
	(void)tenancy_send_built(&b, LAN);
	assert_parties(f, "/in", "/");
	(void)tenancy_send_built(&b, WAN);
	assert_parties(f, "/", "/");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TENANCY_TEST_BOTH(addresses_say_whose_the_ends_are),
		TENANCY_TEST(the_port_that_it_came_by_and_the_one_it_leaves_by_count),
		TENANCY_TEST(vlans_count),
		TENANCY_TEST(behind_a_priority_tag_the_second_tag_counts),
		TENANCY_TEST(a_service_counts),
		TENANCY_TEST(an_answer_has_the_tenants_of_its_flow),
		TENANCY_TEST(a_later_fragment_has_the_tenants_of_its_flow),
		TENANCY_TEST(a_stray_fragment_is_its_addresses_tenant_s),
		TENANCY_TEST(an_unknown_error_is_its_own_sender_s),
		TENANCY_TEST(an_arp_packet_is_its_port_s),
	};

	return cmocka_run_group_tests(tests, eal_fixture_setup, eal_fixture_teardown);
}
