"""Account: the regions and whether they are on; moto has contacts only."""

from __future__ import annotations

from typing import Any

from answers import answers, page
from model import WORLD
from protocol import ApiError, Call, present


@answers("account", "ListRegions")
def list_regions(call: Call) -> dict[str, Any]:
    wanted = call.params.get("RegionOptStatusContains")
    rows = [
        {"RegionName": name, "RegionOptStatus": status}
        for name, status in sorted(WORLD.regions.items())
        if not wanted or status in wanted
    ]
    size = call.limit("MaxResults", 20, 50, "ValidationException")
    part, more = page(rows, call.params.get("NextToken"), size, "ValidationException")
    return present({"Regions": part, "NextToken": more})


@answers("account", "GetRegionOptStatus")
def get_region_opt_status(call: Call) -> dict[str, Any]:
    name = call.params.get("RegionName", "")
    if name not in WORLD.regions:
        raise ApiError("ValidationException", f"Invalid RegionName: {name}", 400)
    return {"RegionName": name, "RegionOptStatus": WORLD.regions[name]}
