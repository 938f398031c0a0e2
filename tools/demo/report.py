#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Shows the summaries of the demo's two runs as a person would want to read them."""
import json
import sys


def ports_show(ports):
    print("Ports")
    for name, port in ports.items():
        print(f"  {name:<8} in {port['rx_packets']:>9,} packets   out {port['tx_packets']:>9,} packets   {port['driver']}")


def feeds_show(feeds):
    for name, feed in feeds.items():
        print(f"Feed {name} ({feed['protocol']}): {feed['messages']:,} messages decoded in {feed['packets']:,} packets")
        for line, counts in feed["lines"].items():
            print(f"  line {line}: {counts['packets']:,} packets, {counts['messages']:,} messages")
        types = sorted(feed["by_type"].items(), key=lambda pair: -pair[1])
        print("  by type: " + "  ".join(f"{letter} {count:,}" for letter, count in types))
        for reason, count in feed["malformed"].items():
            print(f"  malformed: {reason} {count:,}")


def fates_show(summary):
    passing = ("forward", "deliver")
    fates = summary["fates"]
    print("Every packet has a fate")
    for name in passing:
        print(f"  {name:<22} {fates.get(name, 0):>9,}")
    for name, count in sorted(fates.items(), key=lambda pair: -pair[1]):
        if name not in passing:
            print(f"  {name:<22} {count:>9,}  dropped")
    print(f"  {'sum':<22} {sum(fates.values()):>9,}  of {summary['packets_in']:,} packets in")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        once = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        endless = json.load(file)
    seconds = endless["run_ns"] / 1e9
    messages = sum(feed["messages"] for feed in endless["feeds"].values())
    ports_show(once["ports"])
    feeds_show(once["feeds"])
    fates_show(once)
    print(
        f"Rate on one lcore, the feed in an endless loop for {seconds:.1f} s: "
        f"{endless['packets_in'] / seconds / 1e6:.1f} M packets/s, {messages / seconds / 1e6:.1f} M messages/s"
    )


if __name__ == "__main__":
    main()
