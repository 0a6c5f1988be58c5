"""Makes divisions.tsv from the published table; run by hand when a newer year is wanted.

``npm pack china-region@1.4.1``, unpack it, and

    python make_divisions.py package/data/region.json > divisions.tsv
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

HEAD = """\
# The administrative divisions of China from county upwards, as they stood at the end of 2020.
# Facts published by the Ministry of Civil Affairs (民政部) as 中华人民共和国县以上行政区划代码 for
# December 2020, www.mca.gov.cn/article/sj/xzqh/2020/20201201.html, taken from the npm package
# china-region 1.4.1 (ISC licence). Made by make_divisions.py beside this file; do not edit.
# Left out: 台湾省, 香港 and 澳门, where no organ of a campaign exists. The table does not list the
# two districts of 三沙市: it has 2,842 county divisions where the ministry counts 2,844.
# Added: the root, and 新疆生产建设兵团 as a province under the code that statistics use for it,
# 660000; the cities it governs (师市合一, codes 6590xx) stand under it.
# code, name, parent, tier
"""
ROOT = "000000"
CORPS = "660000"
LEFT_OUT = ("71", "81", "82")


def rows(table: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Code, name, parent and tier of each division, tier by tier, each in the order of codes."""
    names = {code: name for code, name in table.items() if not code.startswith(LEFT_OUT)}
    names[CORPS] = "新疆生产建设兵团"
    yield ROOT, "全国", "", "central"
    tiers: dict[str, list[tuple[str, str, str, str]]] = {
        "province": [],
        "prefecture": [],
        "county": [],
    }
    for code, name in sorted(names.items()):
        if code.endswith("0000"):
            tier, parent = "province", ROOT
        elif code.endswith("00"):
            tier, parent = "prefecture", code[:2] + "0000"
        elif code.startswith("6590"):
            tier, parent = "county", CORPS
        else:
            # Without a prefecture above it, a county answers to the province.
            above = code[:4] + "00"
            tier, parent = "county", above if above in names else code[:2] + "0000"
        tiers[tier].append((code, name, parent, tier))
    for found in tiers.values():
        yield from found


if __name__ == "__main__":
    table = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(HEAD)
    sys.stdout.writelines("\t".join(row) + "\n" for row in rows(table))
