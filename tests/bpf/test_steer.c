/* SPDX-License-Identifier: BSD-3-Clause */
/* The XDP program's verdicts, row by row: rules, packet, where it goes and what is counted. */
#include "tests/bpf/packet_text.h"
#include "tests/bpf/steer_fixture.h"
#include "tests/unit/unit_test.h"

#include <string.h>

/* Default addresses of the packets: 192.0.2.1 to 198.51.100.2, and 2001:db8::1 to 2001:db8:ffff::2. */
#define ALL "claim ip4;claim ip6"
#define UDP53 "claim ip4 udp port 53;claim ip6 udp port 53"
#define RANGE "claim ip4 udp port 1000-1999"

struct verdict_row {
	const char *description;
	const char *rows;
	const char *packet;
	enum steer_reason reason;
};

static const struct verdict_row rows_basic[] = {
	{"no rows: IPv4", "", "ip4 udp=53 data=8", STEER_PASSED},
	{"no rows: IPv6", "", "ip6 udp=53 data=8", STEER_PASSED},
	{"all of IPv4", "claim ip4", "ip4 udp=53 data=8", STEER_CLAIMED},
	{"IPv4 is not IPv6", "claim ip4", "ip6 udp=53 data=8", STEER_PASSED},
	{"all of IPv6", "claim ip6", "ip6 udp=53 data=8", STEER_CLAIMED},
	{"IPv6 is not IPv4", "claim ip6", "ip4 udp=53 data=8", STEER_PASSED},
	{"protocol", "claim ip4 udp", "ip4 udp=53", STEER_CLAIMED},
	{"other protocol", "claim ip4 udp", "ip4 tcp=53", STEER_PASSED},
	{"protocol by number", "claim ip4 47", "ip4 proto=47 data=12", STEER_CLAIMED},
	{"protocol 0", "claim ip4 0", "ip4 proto=0 data=12", STEER_CLAIMED},
	{"protocol 255", "claim ip4 255", "ip4 proto=255", STEER_CLAIMED},
	{"any protocol: ICMP", "claim ip4 any", "ip4 icmp=8", STEER_CLAIMED},
	{"any protocol: unknown", "claim ip4 any", "ip4 proto=200 data=3", STEER_CLAIMED},
	{"any protocol with port: TCP", "claim ip4 any port 53", "ip4 tcp=53", STEER_CLAIMED},
	{"any protocol with port: UDP", "claim ip4 any port 53", "ip4 udp=53", STEER_CLAIMED},
	{"any protocol with port: SCTP", "claim ip4 any port 53", "ip4 sctp=53", STEER_CLAIMED},
	{"any protocol with port: DCCP", "claim ip4 any port 53", "ip4 dccp=53", STEER_CLAIMED},
	{"any protocol with port: UDP-Lite",
	 "claim ip4 any port 53",
	 "ip4 udplite=53",
	 STEER_CLAIMED},
	{"any protocol with port: other port", "claim ip4 any port 53", "ip4 tcp=54", STEER_PASSED},
	{"any protocol with port: no port", "claim ip4 any port 53", "ip4 icmp=8", STEER_PASSED},
	{"a named protocol keeps the rows of any",
	 "claim ip4 udp port 53;claim ip4 any port 80",
	 "ip4 udp=80",
	 STEER_CLAIMED},
	{"deny drops", "deny ip4 udp port 53", "ip4 udp=53", STEER_DENIED},
	{"deny drops only what it names", "deny ip4 udp port 53", "ip4 udp=54", STEER_PASSED},
	{"padding is no payload", UDP53, "ip4 udp=53 data=4 pad=14", STEER_CLAIMED},
};

static const struct verdict_row rows_ports[] = {
	{"low - 1", RANGE, "ip4 udp=999", STEER_PASSED},
	{"low", RANGE, "ip4 udp=1000", STEER_CLAIMED},
	{"inside", RANGE, "ip4 udp=1536", STEER_CLAIMED},
	{"high", RANGE, "ip4 udp=1999", STEER_CLAIMED},
	{"high + 1", RANGE, "ip4 udp=2000", STEER_PASSED},
	{"port 0, asked for", "claim ip4 udp port 0", "ip4 udp=0", STEER_CLAIMED},
	{"port 0, next", "claim ip4 udp port 0", "ip4 udp=1", STEER_PASSED},
	{"port 65535, asked for", "claim ip4 udp port 65535", "ip4 udp=65535", STEER_CLAIMED},
	{"port 65535, next", "claim ip4 udp port 65535", "ip4 udp=65534", STEER_PASSED},
	{"1 to 65535: port 0", "claim ip4 udp port 1-65535", "ip4 udp=0", STEER_PASSED},
	{"1 to 65535: port 1", "claim ip4 udp port 1-65535", "ip4 udp=1", STEER_CLAIMED},
	{"0 to 65534: port 65535", "claim ip4 udp port 0-65534", "ip4 udp=65535", STEER_PASSED},
	{"all ports, TCP", "claim ip4 tcp port 0-65535", "ip4 tcp=12345", STEER_CLAIMED},
	{"overlap: deny inside a claim",
	 RANGE ";deny ip4 udp port 1500-1501",
	 "ip4 udp=1501",
	 STEER_DENIED},
	{"overlap: behind the deny",
	 RANGE ";deny ip4 udp port 1500-1501",
	 "ip4 udp=1502",
	 STEER_CLAIMED},
	{"two ranges that touch",
	 "claim ip4 udp port 10-19;claim ip4 udp port 20-29",
	 "ip4 udp=20",
	 STEER_CLAIMED},
	{"the source port does not count", "claim ip4 udp port 40000", "ip4 udp=53", STEER_PASSED},
	{"port in IPv6", UDP53, "ip6 udp=53", STEER_CLAIMED},
	{"SCTP", "claim ip4 sctp port 5", "ip4 sctp=5", STEER_CLAIMED},
};

#define NESTED                                                                                     \
	"claim ip4 to 198.51.0.0/16 udp port 1;claim ip4 to 198.51.100.0/24 udp port 2;"           \
	"claim ip4 to 198.51.100.2 udp port 3"

static const struct verdict_row rows_prefixes[] = {
	{"host", "claim ip4 to 198.51.100.2", "ip4 udp=9", STEER_CLAIMED},
	{"other host", "claim ip4 to 198.51.100.3", "ip4 udp=9", STEER_PASSED},
	{"first of a /24",
	 "claim ip4 to 198.51.100.0/24",
	 "ip4 to=198.51.100.0 udp=9",
	 STEER_CLAIMED},
	{"last of a /24",
	 "claim ip4 to 198.51.100.0/24",
	 "ip4 to=198.51.100.255 udp=9",
	 STEER_CLAIMED},
	{"behind a /24", "claim ip4 to 198.51.100.0/24", "ip4 to=198.51.101.0 udp=9", STEER_PASSED},
	{"a /31", "claim ip4 to 198.51.100.2/31", "ip4 to=198.51.100.3 udp=9", STEER_CLAIMED},
	{"a /1", "claim ip4 to 128.0.0.0/1", "ip4 udp=9", STEER_CLAIMED},
	{"a /1, the other half", "claim ip4 to 128.0.0.0/1", "ip4 to=10.0.0.1 udp=9", STEER_PASSED},
	{"nested: rows of the longest prefix", NESTED, "ip4 udp=3", STEER_CLAIMED},
	{"nested: rows of the middle one too", NESTED, "ip4 udp=2", STEER_CLAIMED},
	{"nested: rows of the shortest too", NESTED, "ip4 udp=1", STEER_CLAIMED},
	{"nested: no row", NESTED, "ip4 udp=4", STEER_PASSED},
	{"nested: not in the longest", NESTED, "ip4 to=198.51.100.3 udp=3", STEER_PASSED},
	{"nested: in the shortest only", NESTED, "ip4 to=198.51.7.7 udp=1", STEER_CLAIMED},
	{"deny of a short prefix beats a claim of a long one",
	 "claim ip4 to 198.51.100.2;deny ip4 to 198.51.0.0/16 udp port 53",
	 "ip4 udp=53",
	 STEER_DENIED},
	{"deny of a long prefix beats a claim of a short one",
	 "claim ip4;deny ip4 to 198.51.100.2",
	 "ip4 udp=53",
	 STEER_DENIED},
	{"deny before claim whatever their order",
	 "deny ip4 udp;claim ip4 udp",
	 "ip4 udp=53",
	 STEER_DENIED},
	{"IPv6 host", "claim ip6 to 2001:db8:ffff::2", "ip6 udp=9", STEER_CLAIMED},
	{"IPv6 other host", "claim ip6 to 2001:db8:ffff::3", "ip6 udp=9", STEER_PASSED},
	{"IPv6 /33", "claim ip6 to 2001:db8:8000::/33", "ip6 udp=9", STEER_CLAIMED},
	{"IPv6 /127",
	 "claim ip6 to 2001:db8:ffff::2/127",
	 "ip6 to=2001:db8:ffff::3 udp=9",
	 STEER_CLAIMED},
	{"IPv6 nested deny",
	 "claim ip6 to 2001:db8::/32;deny ip6 to 2001:db8:ffff::/48 udp port 9",
	 "ip6 udp=9",
	 STEER_DENIED},
	{"IPv4 multicast group",
	 "claim ip4 udp to 233.54.12.111 port 26477",
	 "ip4 to=233.54.12.111 udp=26477",
	 STEER_CLAIMED},
	{"another group",
	 "claim ip4 udp to 233.54.12.111",
	 "ip4 to=233.54.12.112 udp=1",
	 STEER_PASSED},
	{"all groups", "claim ip4 to 224.0.0.0/4", "ip4 to=239.255.255.255 udp=1", STEER_CLAIMED},
	{"IPv6 group", "claim ip6 to ff3e::8000:1", "ip6 to=ff3e::8000:1 udp=1", STEER_CLAIMED},
};

#define SOURCES                                                                                    \
	"claim ip4 udp port 53 from 192.0.2.0/24;deny ip4 udp port 53 from 192.0.2.128/25;"        \
	"claim ip4 udp port 53 from 192.0.2.129"
#define VLANS "claim ip4 vlan 7;deny ip4 vlan 8;claim ip4 udp port 53 vlan none"

static const struct verdict_row rows_qualified[] = {
	{"source", SOURCES, "ip4 udp=53", STEER_CLAIMED},
	{"no such source", SOURCES, "ip4 from=192.0.3.1 udp=53", STEER_PASSED},
	{"source denied", SOURCES, "ip4 from=192.0.2.200 udp=53", STEER_DENIED},
	{"source denied though a longer prefix claims",
	 SOURCES,
	 "ip4 from=192.0.2.129 udp=53",
	 STEER_DENIED},
	{"source right, port wrong", SOURCES, "ip4 udp=54", STEER_PASSED},
	{"denied source of an unqualified claim",
	 "claim ip4;deny ip4 from 192.0.2.1",
	 "ip4 udp=53",
	 STEER_DENIED},
	{"other source of an unqualified claim",
	 "claim ip4;deny ip4 from 192.0.2.1",
	 "ip4 from=192.0.2.2 udp=53",
	 STEER_CLAIMED},
	{"IPv6 source", "claim ip6 from 2001:db8::/64", "ip6 udp=9", STEER_CLAIMED},
	{"IPv6 other source", "claim ip6 from 2001:db8::2", "ip6 udp=9", STEER_PASSED},
	{"VLAN", VLANS, "vlan=7 ip4 udp=9", STEER_CLAIMED},
	{"other VLAN", VLANS, "vlan=9 ip4 udp=9", STEER_PASSED},
	{"denied VLAN", VLANS, "vlan=8 ip4 udp=53", STEER_DENIED},
	{"untagged", VLANS, "ip4 udp=53", STEER_CLAIMED},
	{"untagged, other port", VLANS, "ip4 udp=54", STEER_PASSED},
	{"VLAN 0 is untagged", VLANS, "vlan=0 ip4 udp=53", STEER_CLAIMED},
	{"tagged is not untagged", VLANS, "vlan=9 ip4 udp=53", STEER_PASSED},
	{"the outer tag counts", VLANS, "qinq=7 vlan=8 ip4 udp=9", STEER_CLAIMED},
	{"the inner tag does not", VLANS, "qinq=9 vlan=7 ip4 udp=9", STEER_PASSED},
	{"VLAN 4094", "claim ip4 vlan 4094", "vlan=4094 ip4 udp=9", STEER_CLAIMED},
	{"VLAN and source", "claim ip4 vlan 7 from 192.0.2.1", "vlan=7 ip4 udp=9", STEER_CLAIMED},
	{"VLAN, wrong source", "claim ip4 vlan 7 from 192.0.2.2", "vlan=7 ip4 udp=9", STEER_PASSED},
	{"source, wrong VLAN", "claim ip4 vlan 7 from 192.0.2.1", "vlan=8 ip4 udp=9", STEER_PASSED},
	{"deny on any VLAN beats the claim on one",
	 "claim ip4 vlan 7;deny ip4 from 192.0.2.1",
	 "vlan=7 ip4 udp=9",
	 STEER_DENIED},
	{"claim on any VLAN holds where a row names the VLAN",
	 "claim ip4 from 192.0.2.1;deny ip4 vlan 7 udp port 1",
	 "vlan=7 ip4 udp=2",
	 STEER_CLAIMED},
};

static const struct verdict_row rows_layers[] = {
	{"one tag", UDP53, "vlan=5 ip4 udp=53", STEER_CLAIMED},
	{"one tag 802.1ad", UDP53, "qinq=5 ip4 udp=53", STEER_CLAIMED},
	{"two tags", UDP53, "qinq=5 vlan=6 ip6 udp=53", STEER_CLAIMED},
	{"two tags 802.1Q", UDP53, "vlan=5 vlan=6 ip4 udp=53", STEER_CLAIMED},
	{"three tags", ALL, "qinq=5 vlan=6 vlan=7 ip4 udp=53", STEER_PASSED_TOO_DEEP},
	{"IPv4 options", UDP53, "ip4 options=4 udp=53", STEER_CLAIMED},
	{"IPv4 options, all of them", UDP53, "ip4 options=40 udp=53 data=9", STEER_CLAIMED},
	{"hop-by-hop", UDP53, "ip6 ext=0/8 udp=53", STEER_CLAIMED},
	{"destination options", UDP53, "ip6 ext=60/24 udp=53", STEER_CLAIMED},
	{"routing", UDP53, "ip6 ext=43/24 udp=53", STEER_CLAIMED},
	{"authentication", UDP53, "ip6 ext=51/24 udp=53", STEER_CLAIMED},
	{"hop-by-hop, destination, routing, destination",
	 UDP53,
	 "ip6 ext=0/8 ext=60/8 ext=43/8 ext=60/16 udp=53",
	 STEER_CLAIMED},
	{"the longest extension", UDP53, "ip6 ext=60/2048 udp=53", STEER_CLAIMED},
	{"eight extensions",
	 UDP53,
	 "ip6 ext=60/8 ext=60/8 ext=60/8 ext=60/8 ext=60/8 ext=60/8 ext=60/8 ext=60/8 udp=53",
	 STEER_CLAIMED},
	{"nine extensions",
	 ALL,
	 "ip6 ext=60/8 ext=60/8 ext=60/8 ext=60/8 ext=60/8 ext=60/8 ext=60/8 ext=60/8 ext=60/8 "
	 "udp=53",
	 STEER_PASSED_TOO_DEEP},
	{"hop-by-hop in second place", ALL, "ip6 ext=60/8 ext=0/8 udp=53", STEER_PASSED_MALFORMED},
	{"extension that ends behind the payload",
	 ALL,
	 "ip6 ext=60/16 udp=53 net8@41=9",
	 STEER_PASSED_MALFORMED},
	{"no next header", "claim ip6 59", "ip6 proto=59", STEER_CLAIMED},
	{"ESP has no ports", "claim ip6 any port 0-65535", "ip6 proto=50 data=20", STEER_PASSED},
	{"extension behind which a protocol stands",
	 "claim ip6 tcp",
	 "ip6 ext=60/8 tcp=1",
	 STEER_CLAIMED},
};

static const struct verdict_row rows_fragments[] = {
	{"IPv4 first: rows with ports do not match",
	 UDP53,
	 "ip4 frag=0+ udp=53 data=8",
	 STEER_PASSED_FRAGMENT},
	{"IPv4 later: neither", UDP53, "ip4 frag=16 proto=17 data=5", STEER_PASSED_FRAGMENT},
	{"IPv4 first: rows without ports match",
	 "claim ip4 udp",
	 "ip4 frag=0+ udp=53 data=8",
	 STEER_CLAIMED},
	{"IPv4 middle: likewise", "claim ip4 udp", "ip4 frag=16+ proto=17 data=16", STEER_CLAIMED},
	{"IPv4 last: likewise", "claim ip4 udp", "ip4 frag=16 proto=17 data=5", STEER_CLAIMED},
	{"IPv4 other protocol",
	 "claim ip4 udp",
	 "ip4 frag=16 proto=6 data=5",
	 STEER_PASSED_FRAGMENT},
	{"IPv4 all ports are ports",
	 "claim ip4 udp port 0-65535",
	 "ip4 frag=0+ udp=53 data=8",
	 STEER_PASSED_FRAGMENT},
	{"IPv4 deny with port does not match",
	 "claim ip4;deny ip4 udp port 53",
	 "ip4 frag=0+ udp=53 data=8",
	 STEER_CLAIMED},
	{"IPv4 deny without port drops all fragments",
	 "claim ip4 udp port 53;deny ip4 to 198.51.100.2",
	 "ip4 frag=64 proto=17 data=8",
	 STEER_DENIED},
	{"IPv4 fragment, source rows count",
	 "claim ip4 udp from 192.0.2.1",
	 "ip4 frag=64 proto=17 data=8",
	 STEER_CLAIMED},
	{"IPv4 fragment in a VLAN",
	 "claim ip4 vlan 3",
	 "vlan=3 ip4 frag=64 proto=17 data=8",
	 STEER_CLAIMED},
	{"IPv4 first fragment within the UDP header",
	 "claim ip4 udp",
	 "ip4 frag=0+ udp=53 data=8 short=8",
	 STEER_CLAIMED},
	{"IPv4 don't fragment is no fragment", UDP53, "ip4 udp=53 net16@6=0x4000", STEER_CLAIMED},
	{"IPv4 fragment beyond 65,535",
	 ALL,
	 "ip4 frag=65528 proto=17 data=8",
	 STEER_PASSED_MALFORMED},
	{"IPv4 fragment of odd length, not the last",
	 ALL,
	 "ip4 frag=8+ proto=17 data=9",
	 STEER_PASSED_MALFORMED},
	{"IPv4 empty fragment, not the last", ALL, "ip4 frag=8+ proto=17", STEER_PASSED_MALFORMED},
	{"IPv6 first: rows with ports do not match",
	 UDP53,
	 "ip6 frag=0+ udp=53 data=8",
	 STEER_PASSED_FRAGMENT},
	{"IPv6 later: neither", UDP53, "ip6 frag=16 proto=17 data=5", STEER_PASSED_FRAGMENT},
	{"IPv6 first: rows without ports match",
	 "claim ip6 udp",
	 "ip6 frag=0+ udp=53 data=8",
	 STEER_CLAIMED},
	{"IPv6 last: likewise", "claim ip6 udp", "ip6 frag=16 proto=17 data=5", STEER_CLAIMED},
	{"IPv6 atomic fragment is whole", UDP53, "ip6 frag=0 udp=53 data=3", STEER_CLAIMED},
	{"IPv6 atomic fragment, other port", UDP53, "ip6 frag=0 udp=54 data=3", STEER_PASSED},
	{"IPv6 fragment behind hop-by-hop",
	 "claim ip6 udp",
	 "ip6 ext=0/8 frag=8 proto=17 data=5",
	 STEER_CLAIMED},
	{"IPv6 first fragment with options behind: by the fragment header",
	 "claim ip6 udp",
	 "ip6 frag=0+ ext=60/8 udp=53 data=8",
	 STEER_PASSED_FRAGMENT},
	{"IPv6 later fragment of the same",
	 "claim ip6 udp",
	 "ip6 frag=24 proto=60 data=8",
	 STEER_PASSED_FRAGMENT},
	{"IPv6 fragment of odd length, not the last",
	 ALL,
	 "ip6 frag=8+ proto=17 data=9",
	 STEER_PASSED_MALFORMED},
	{"IPv6 fragment beyond 65,535",
	 ALL,
	 "ip6 frag=65528 proto=17 data=8",
	 STEER_PASSED_MALFORMED},
};

static const struct verdict_row rows_control[] = {
	{"ARP", ALL ";deny ip4;deny ip6", "arp", STEER_PASSED_CONTROL},
	{"ARP in a VLAN", ALL, "vlan=3 arp", STEER_PASSED_CONTROL},
	{"ARP cut short", ALL, "arp cut=20", STEER_PASSED_CONTROL},
	{"router solicitation", ALL, "ip6 icmp6=133", STEER_PASSED_CONTROL},
	{"router advertisement", ALL, "ip6 icmp6=134", STEER_PASSED_CONTROL},
	{"neighbour solicitation", ALL, "ip6 icmp6=135", STEER_PASSED_CONTROL},
	{"neighbour advertisement", ALL, "ip6 icmp6=136", STEER_PASSED_CONTROL},
	{"redirect", ALL, "ip6 icmp6=137", STEER_PASSED_CONTROL},
	{"neighbour solicitation, denied", "deny ip6", "ip6 icmp6=135", STEER_PASSED_CONTROL},
	{"neighbour solicitation in QinQ",
	 ALL,
	 "qinq=3 vlan=4 ip6 icmp6=135",
	 STEER_PASSED_CONTROL},
	{"neighbour solicitation behind options",
	 ALL,
	 "ip6 ext=60/8 icmp6=135",
	 STEER_PASSED_CONTROL},
	{"MLD query", ALL, "ip6 ext=0/8 icmp6=130", STEER_PASSED_CONTROL},
	{"MLD report", ALL, "ip6 ext=0/8 icmp6=131", STEER_PASSED_CONTROL},
	{"MLD done", ALL, "ip6 ext=0/8 icmp6=132", STEER_PASSED_CONTROL},
	{"MLDv2 report", ALL, "ip6 ext=0/8 icmp6=143", STEER_PASSED_CONTROL},
	{"IGMP query", ALL, "ip4 to=224.0.0.1 options=4 igmp=17", STEER_PASSED_CONTROL},
	{"IGMP query of a claimed group",
	 "claim ip4 to 233.54.12.111",
	 "ip4 to=233.54.12.111 igmp=17",
	 STEER_PASSED_CONTROL},
	{"echo request, IPv6", ALL, "ip6 icmp6=128", STEER_CLAIMED},
	{"ICMPv6 type 129", ALL, "ip6 icmp6=129", STEER_CLAIMED},
	{"ICMPv6 type 138", ALL, "ip6 icmp6=138", STEER_CLAIMED},
	{"echo request, IPv4", ALL, "ip4 icmp=8", STEER_CLAIMED},
	{"ICMPv6 in IPv4 is none", ALL, "ip4 icmp6=135", STEER_CLAIMED},
	{"LLDP", ALL, "type=88cc data=30", STEER_PASSED_NOT_IP},
	{"802.3 with a length", ALL, "type=0020 data=32", STEER_PASSED_NOT_IP},
	{"MPLS", ALL, "type=8847 data=60", STEER_PASSED_NOT_IP},
	{"EtherType only", ALL, "type=88b5", STEER_PASSED_NOT_IP},
};

static const struct verdict_row rows_malformed[] = {
	{"IPv4 with version 6", ALL, "ip4 udp=53 net8@0=0x65", STEER_PASSED_MALFORMED},
	{"IPv4 header length 16", ALL, "ip4 udp=53 net8@0=0x44", STEER_PASSED_MALFORMED},
	{"IPv4 header longer than the packet",
	 ALL,
	 "ip4 udp=53 net8@0=0x4f",
	 STEER_PASSED_MALFORMED},
	{"IPv4 total length beyond the frame",
	 ALL,
	 "ip4 udp=53 net16@2=29",
	 STEER_PASSED_MALFORMED},
	{"IPv4 total length 65,535", ALL, "ip4 udp=53 net16@2=65535", STEER_PASSED_MALFORMED},
	{"IPv4 total length below the header",
	 ALL,
	 "ip4 udp=53 net16@2=19",
	 STEER_PASSED_MALFORMED},
	{"IPv4 total length 0", ALL, "ip4 udp=53 net16@2=0", STEER_PASSED_MALFORMED},
	{"IPv6 with version 4", ALL, "ip6 udp=53 net8@0=0x45", STEER_PASSED_MALFORMED},
	{"IPv6 payload beyond the frame", ALL, "ip6 udp=53 net16@4=9", STEER_PASSED_MALFORMED},
	{"IPv6 payload 65,535", ALL, "ip6 udp=53 net16@4=65535", STEER_PASSED_MALFORMED},
	{"IPv6 payload 0 with UDP", ALL, "ip6 udp=53 net16@4=0", STEER_PASSED_MALFORMED},
	{"UDP length 7", ALL, "ip4 udp=53 l4.16@4=7", STEER_PASSED_MALFORMED},
	{"UDP length beyond the packet", ALL, "ip4 udp=53 l4.16@4=9", STEER_PASSED_MALFORMED},
	{"UDP length below the packet's", ALL, "ip4 udp=53 data=8 l4.16@4=12", STEER_CLAIMED},
	{"UDP header cut", ALL, "ip4 udp=53 short=1", STEER_PASSED_MALFORMED},
	{"UDP header cut, padding behind",
	 ALL,
	 "ip4 udp=53 short=1 pad=20",
	 STEER_PASSED_MALFORMED},
	{"TCP header cut", ALL, "ip6 tcp=53 short=1", STEER_PASSED_MALFORMED},
	{"TCP data offset 4", ALL, "ip4 tcp=53 l4.8@12=0x40", STEER_PASSED_MALFORMED},
	{"TCP data offset beyond the packet",
	 ALL,
	 "ip4 tcp=53 l4.8@12=0x60",
	 STEER_PASSED_MALFORMED},
	{"SCTP header cut", ALL, "ip4 sctp=53 short=1", STEER_PASSED_MALFORMED},
	{"UDP-Lite coverage 0", ALL, "ip4 udplite=53 l4.16@4=0", STEER_CLAIMED},
	{"ICMP header cut", ALL, "ip4 icmp=8 short=1", STEER_PASSED_MALFORMED},
	{"ICMPv6 header cut", ALL, "ip6 icmp6=128 short=1", STEER_PASSED_MALFORMED},
	{"authentication header beyond the packet",
	 ALL,
	 "ip6 ext=51/24 udp=53 net8@41=20",
	 STEER_PASSED_MALFORMED},
};

static uint32_t
verdict_of(enum steer_reason reason)
{
	switch (reason) {
	case STEER_CLAIMED:
		return XDP_REDIRECT;
	case STEER_DENIED:
		return XDP_DROP;
	default:
		return XDP_PASS;
	}
}

static void
row_check(
	struct steer_fixture *f,
	const char *what,
	const struct packet_builder *b,
	enum steer_reason reason
)
{
	uint64_t before[STEER_REASON_COUNT], after[STEER_REASON_COUNT];
	uint32_t verdict;

	steer_fixture_read(f, before);
	verdict = steer_fixture_run(f, b->bytes, b->length);
	steer_fixture_read(f, after);
	if (verdict != verdict_of(reason))
		fail_msg("%s: verdict %u, not %u", what, verdict, verdict_of(reason));
	for (unsigned i = 0; i < STEER_REASON_COUNT; i++) {
		if (after[i] - before[i] != (i == reason))
			fail_msg(
				"%s: counter %u grew by %lu",
				what,
				i,
				(unsigned long)(after[i] - before[i])
			);
	}
}

static void
table_check(void **state, const struct verdict_row *rows, unsigned n)
{
	static struct packet_builder b;
	struct steer_fixture *f = steer_fixture_require(state);

	for (unsigned i = 0; i < n; i++) {
		packet_text_build(&b, rows[i].packet);
		steer_fixture_write(f, rows[i].rows);
		row_check(f, rows[i].description, &b, rows[i].reason);
	}
	print_message("# %u rows\n", n);
}

static void
rows_by_version_protocol_and_action(void **state)
{
	table_check(state, rows_basic, ARRAY_LENGTH(rows_basic));
}

static void
port_ranges_have_sharp_edges(void **state)
{
	table_check(state, rows_ports, ARRAY_LENGTH(rows_ports));
}

static void
every_prefix_that_covers_the_destination_counts(void **state)
{
	table_check(state, rows_prefixes, ARRAY_LENGTH(rows_prefixes));
}

static void
vlan_and_source_qualify(void **state)
{
	table_check(state, rows_qualified, ARRAY_LENGTH(rows_qualified));
}

static void
tags_options_and_extension_headers_are_looked_behind(void **state)
{
	table_check(state, rows_layers, ARRAY_LENGTH(rows_layers));
}

static void
fragments_are_judged_without_ports(void **state)
{
	table_check(state, rows_fragments, ARRAY_LENGTH(rows_fragments));
}

static void
control_traffic_always_passes(void **state)
{
	table_check(state, rows_control, ARRAY_LENGTH(rows_control));
}

static void
malformed_packets_always_pass(void **state)
{
	table_check(state, rows_malformed, ARRAY_LENGTH(rows_malformed));
}

/* Each is claimed when whole. */
static const char *const whole_packets[] = {
	"ip4 udp=53 data=20",
	"ip4 options=12 udp=53 data=5",
	"ip4 tcp=53 data=20",
	"ip4 icmp=8 data=12",
	"ip4 frag=64 proto=17 data=16",
	"ip4 proto=47 data=16",
	"vlan=5 ip4 udp=53 data=3",
	"qinq=5 vlan=6 ip4 tcp=53 data=3",
	"ip6 udp=53 data=20",
	"ip6 tcp=53",
	"ip6 icmp6=128",
	"ip6 ext=0/8 ext=60/16 ext=43/24 udp=53 data=4",
	"ip6 ext=51/24 tcp=53",
	"ip6 frag=0+ udp=53 data=8",
	"qinq=5 vlan=6 ip6 ext=0/8 sctp=53",
};

/* The kernel runs no test with less than an Ethernet header. */
static void
every_truncation_passes(void **state)
{
	static struct packet_builder b;
	struct steer_fixture *f = steer_fixture_require(state);
	unsigned n = 0;

	steer_fixture_write(f, ALL);
	for (unsigned i = 0; i < ARRAY_LENGTH(whole_packets); i++) {
		packet_text_build(&b, whole_packets[i]);
		row_check(f, whole_packets[i], &b, STEER_CLAIMED);
		for (b.length--; b.length >= BUILDER_ETHERNET_BYTES; b.length--, n++)
			row_check(f, whole_packets[i], &b, STEER_PASSED_MALFORMED);
	}
	print_message("# %u truncations\n", n);
}

/* A truncation that the IP length knows of is malformed up to the end of the transport header, then legal. */
static void
no_shortened_packet_crosses_its_bounds(void **state)
{
	static struct packet_builder b;
	struct steer_fixture *f = steer_fixture_require(state);

	steer_fixture_write(f, "deny ip4;deny ip6");
	for (unsigned i = 0; i < ARRAY_LENGTH(whole_packets); i++) {
		packet_text_build(&b, whole_packets[i]);
		while (b.length > b.network_end) {
			uint32_t verdict;

			builder_shorten(&b, b.length - 1);
			verdict = steer_fixture_run(f, b.bytes, b.length);
			assert_true(verdict == XDP_PASS || verdict == XDP_DROP);
		}
	}
}

static void
claimed_packet_without_socket_goes_to_the_kernel(void **state)
{
	static struct packet_builder b;
	struct steer_fixture *f = steer_fixture_require(state);

	packet_text_build(&b, "ip4 udp=53");
	steer_fixture_write(f, ALL);
	steer_fixture_socket(f, false);
	row_check(f, "no socket", &b, STEER_NO_SOCKET);
	steer_fixture_socket(f, true);
	row_check(f, "socket", &b, STEER_CLAIMED);
}

/* Must be the first test: nothing has been written yet. */
static void
before_the_first_rules_everything_passes(void **state)
{
	static struct packet_builder b;
	struct steer_fixture *f = steer_fixture_require(state);

	packet_text_build(&b, "ip4 udp=53");
	row_check(f, "no rules", &b, STEER_PASSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_the_first_rules_everything_passes),
		cmocka_unit_test(rows_by_version_protocol_and_action),
		cmocka_unit_test(port_ranges_have_sharp_edges),
		cmocka_unit_test(every_prefix_that_covers_the_destination_counts),
		cmocka_unit_test(vlan_and_source_qualify),
		cmocka_unit_test(tags_options_and_extension_headers_are_looked_behind),
		cmocka_unit_test(fragments_are_judged_without_ports),
		cmocka_unit_test(control_traffic_always_passes),
		cmocka_unit_test(malformed_packets_always_pass),
		cmocka_unit_test(every_truncation_passes),
		cmocka_unit_test(no_shortened_packet_crosses_its_bounds),
		cmocka_unit_test(claimed_packet_without_socket_goes_to_the_kernel),
	};

	return cmocka_run_group_tests(tests, steer_fixture_setup, steer_fixture_teardown);
}
