"""CloudTrail's trails and Lambda's functions: moto wants a bucket for the ones and Docker for the others."""

from __future__ import annotations

from typing import Any

from answers import answers, page
from model import PARTITION, WORLD, iso
from protocol import ApiError, Call, present

DEFAULT_SELECTOR = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


def visible(call: Call, shadows: bool = True) -> list[dict[str, Any]]:
    """The trails that an account sees in a region: its own, and those of its organization."""
    return [
        t
        for t in WORLD.trails
        if (t["account"] == call.account or t["description"]["IsOrganizationTrail"])
        and (t["description"]["HomeRegion"] == call.region or (shadows and t["description"]["IsMultiRegionTrail"]))
    ]


def trail(call: Call) -> dict[str, Any]:
    name = call.params.get("Name") or call.params.get("TrailName") or ""
    for one in visible(call):
        description = one["description"]
        # A trail that lives elsewhere is asked for by its ARN; by a mere name only at home.
        if name == description["TrailARN"] or (
            name == description["Name"] and description["HomeRegion"] == call.region
        ):
            return one
    arn = name if name.startswith("arn:") else f"arn:{PARTITION}:cloudtrail:{call.region}:{call.account}:trail/{name}"
    raise ApiError("TrailNotFoundException", f"Unknown trail: {arn} for the user: {call.account}")


@answers("cloudtrail", "DescribeTrails")
def describe_trails(call: Call) -> dict[str, Any]:
    """moto shows members no trail of their organization, and sends null."""
    shadows = call.params.get("includeShadowTrails", True)
    return {"trailList": [t["description"] for t in visible(call, bool(shadows))]}


@answers("cloudtrail", "GetTrailStatus")
def get_trail_status(call: Call) -> dict[str, Any]:
    """moto delivers a log file at every question."""
    status = trail(call)["status"]
    text = {
        "LatestDeliveryAttemptTime": "LatestDeliveryTime",
        "TimeLoggingStarted": "StartLoggingTime",
        "TimeLoggingStopped": "StopLoggingTime",
    }
    return {**{k: iso(status[v]) if v in status else "" for k, v in text.items()}, **status}


@answers("cloudtrail", "GetEventSelectors")
def get_event_selectors(call: Call) -> dict[str, Any]:
    """moto has no default selector."""
    found = trail(call)
    selectors = found.get("selectors") or {"EventSelectors": [DEFAULT_SELECTOR]}
    return {"TrailARN": found["description"]["TrailARN"], **selectors}


def function(call: Call) -> dict[str, Any]:
    given = call.params.get("FunctionName", "")
    name = given.split(":function:", 1)[-1].split(":", 1)[0]
    found = WORLD.functions.get((call.account, call.region), {}).get(name)
    if found is None:
        arn = (
            given
            if given.startswith("arn:")
            else f"arn:{PARTITION}:lambda:{call.region}:{call.account}:function:{name}"
        )
        raise ApiError("ResourceNotFoundException", f"Function not found: {arn}", 404)
    return found


@answers("lambda", "GetFunctionConfiguration")
def get_function_configuration(call: Call) -> dict[str, Any]:
    return function(call)["configuration"]


@answers("lambda", "GetFunction")
def get_function(call: Call) -> dict[str, Any]:
    return {"Configuration": function(call)["configuration"], "Code": {"RepositoryType": "S3"}}


@answers("lambda", "GetPolicy")
def get_policy(call: Call) -> dict[str, Any]:
    found = function(call)
    if found["policy"] is None:
        raise ApiError("ResourceNotFoundException", "The resource you requested does not exist.", 404)
    return {"Policy": found["policy"], "RevisionId": found["configuration"]["RevisionId"]}


@answers("lambda", "ListFunctions")
def list_functions(call: Call) -> dict[str, Any]:
    found = [f["configuration"] for f in WORLD.functions.get((call.account, call.region), {}).values()]
    size = int(call.params.get("MaxItems", 50))
    part, more = page(found, call.params.get("Marker"), size, "InvalidParameterValueException")
    return present({"Functions": part, "NextMarker": more})
