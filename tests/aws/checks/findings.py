"""Security Hub: what it takes, what it turns away, and what it gives back."""

from __future__ import annotations

from typing import Any

from checks import Asker, check, pages, refused
from model import EU, HOME, MEMBER, US


def finding(number: int, **more: Any) -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"check/{number:04}",
        "ProductArn": f"arn:aws:securityhub:{EU}:{HOME}:product/{HOME}/default",
        "GeneratorId": "check/rule",
        "AwsAccountId": HOME,
        "Types": ["Software and Configuration Checks"],
        "CreatedAt": "2026-11-01T00:00:00Z",
        "UpdatedAt": "2026-11-01T00:00:00Z",
        "Severity": {"Label": "LOW"},
        "Title": "t",
        "Description": "d",
        "Resources": [{"Type": "Other", "Id": "r"}],
        "RecordState": "ACTIVE",
        **more,
    }


def filters(**fields: tuple[str, str]) -> dict[str, Any]:
    return {name: [{"Comparison": how, "Value": value}] for name, (how, value) in fields.items()}


@check
def findings_are_kept_by_account_and_region(ask: Asker) -> None:
    client = ask.client("securityhub")
    for start in (0, 100):
        answer = client.batch_import_findings(Findings=[finding(n) for n in range(start, start + 100)])
        assert (answer["SuccessCount"], answer["FailedCount"]) == (100, 0), answer
    ours = filters(GeneratorId=("PREFIX", "check/"), RecordState=("EQUALS", "ACTIVE"))
    count, found = pages(client, "get_findings", "Findings", Filters=ours, PaginationConfig={"PageSize": 100})
    assert count == 2 and len(found) == 200
    client.batch_import_findings(Findings=[finding(0, RecordState="ARCHIVED")])
    assert len(pages(client, "get_findings", "Findings", Filters=ours)[1]) == 199
    assert not ask.client("securityhub", US).get_findings(Filters=ours)["Findings"]
    assert not ask.assume("audit").client("securityhub").get_findings(Filters=ours)["Findings"]
    client.batch_import_findings(Findings=[finding(n, RecordState="ARCHIVED") for n in range(100)])
    client.batch_import_findings(Findings=[finding(n, RecordState="ARCHIVED") for n in range(100, 200)])


@check
def what_is_too_much_or_of_others_is_turned_away(ask: Asker) -> None:
    client = ask.client("securityhub")
    with refused("InvalidInputException"):
        client.batch_import_findings(Findings=[finding(n) for n in range(101)])
    with refused("InvalidInputException"):
        client.get_findings(Filters=filters(Title=("EQUALS", "t")))
    wrong = [
        finding(1001, AwsAccountId=MEMBER),
        finding(1002, Title="t" * 257),
        finding(1003, ProductArn=f"arn:aws:securityhub:{US}:{HOME}:product/{HOME}/default"),
        finding(1004, ProductFields={"x": "x" * 250_000}),
        finding(1005, Compliance={"RelatedRequirements": ["x" * 65]}),
    ]
    answer = client.batch_import_findings(Findings=wrong)
    assert (answer["SuccessCount"], answer["FailedCount"]) == (0, 5), answer
    assert {one["ErrorCode"] for one in answer["FailedFindings"]} == {"InvalidInput"}


@check
def security_hub_may_be_off_or_reject_one(ask: Asker) -> None:
    ask.faults(
        {"operation": "GetFindings", "action": "not-subscribed"},
        {"operation": "BatchImportFindings", "action": "reject-finding", "reason": "InternalError", "times": 1},
    )
    client = ask.client("securityhub")
    with refused("InvalidAccessException"):
        client.get_findings()
    both = [finding(2001, RecordState="ARCHIVED"), finding(2002, RecordState="ARCHIVED")]
    answer = client.batch_import_findings(Findings=both)
    assert answer["FailedFindings"][0]["Id"] == "check/2001" and answer["SuccessCount"] == 1
    assert client.batch_import_findings(Findings=both)["SuccessCount"] == 2
