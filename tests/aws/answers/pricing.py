"""Price List: products as AWS writes them, whose usage types follow no rule; moto has none.

The prices are made up, but for those of the commercial partition that stand in `src/cost/prices.yaml`. In
`sa-east-1` keys have two prices, in `me-south-1` calls to Secrets Manager have none, and in `af-south-1` a price is no
number.
"""

from __future__ import annotations

import json
from typing import Any

from answers import answers, page
from protocol import ApiError, Call, present

Dimension = tuple[str, str, str]

SECRET, CALL, KEY, REQUEST = (
    ("AWSSecretsManager", "Secret"),
    ("AWSSecretsManager", "API Request"),
    ("awskms", "Encryption Key"),
    ("awskms", "API Request"),
)
CODES = {"us-east-1": "USE1", "eu-west-1": "EU", "ap-southeast-1": "APS1"}
CHINA = ("cn-north-1", "cn-northwest-1")
UNITS = {SECRET: "Secrets", CALL: "API Requests", KEY: "Keys", REQUEST: "Requests"}
FREE = ("0", "20000", "0.0000000000")


def usage_type(kind: tuple[str, str], region: str) -> str:
    """Billing codes with and without a dash, with and without an s, and for KMS the region's own name."""
    code = CODES.get(region, region.upper())
    many = {
        SECRET: f"{code}-AWSSecretsManager-Secret{'' if code == 'APS1' else 's'}",
        CALL: f"{code}-AWSSecretsManagerAPIRequest" if code == "USE1" else f"{code}-AWSSecretsManager-APIRequests",
        KEY: f"{region}-KMS-Keys",
        REQUEST: f"{region}-KMS-Requests",
    }
    return many[kind]


def prices(kind: tuple[str, str], region: str) -> list[list[Dimension]]:
    """The products of a region, each with its tiers from, to and price."""
    all_of = lambda price: [("0", "Inf", price)]  # noqa: E731
    china = region in CHINA
    if kind == SECRET:
        price = "2.7300000000" if china else "0.4000000000"
        # Sold twice at one price, as under two usage types, and once for nothing.
        return [all_of(price), all_of(price), all_of("0.0000000000")] if region == "eu-west-1" else [all_of(price)]
    if kind == CALL:
        if region == "af-south-1":
            return [all_of("five")]
        return [] if region == "me-south-1" else [all_of("0.0000340000" if china else "0.0000050000")]
    if kind == KEY:
        price = "6.8300000000" if china else "1.0000000000"
        return [all_of(price), all_of("1.5000000000")] if region == "sa-east-1" else [all_of(price)]
    return [[FREE, ("20000", "Inf", "0.0000205000" if china else "0.0000030000")]]


def product(kind: tuple[str, str], region: str, number: int, tiers: list[Dimension]) -> str:
    service, family = kind
    sku = f"{service[:3].upper()}{family[:3].upper()}{region.replace('-', '').upper()}{number}"
    offer = f"{sku}.JRTCKXETXF"
    currency = "CNY" if region in CHINA else "USD"
    dimensions = {
        f"{offer}.{place}": {
            "unit": UNITS[kind],
            "beginRange": start,
            "endRange": end,
            "description": f"{price} {currency} in {region}",
            "appliesTo": [],
            "rateCode": f"{offer}.{place}",
            "pricePerUnit": {currency: price},
        }
        # Not in the order of the tiers, since AWS keeps none.
        for place, (start, end, price) in reversed(list(enumerate(tiers)))
    }
    attributes = {
        "servicecode": service,
        "regionCode": region,
        "usagetype": usage_type(kind, region),
        "locationType": "AWS Region",
    }
    return json.dumps({
        "product": {"productFamily": family, "attributes": attributes, "sku": sku},
        "serviceCode": service,
        "terms": {"OnDemand": {offer: {"priceDimensions": dimensions, "sku": sku, "offerTermCode": "JRTCKXETXF"}}},
        "version": "20261015000000",
        "publicationDate": "2026-10-15T00:00:00Z",
    })


@answers("pricing", "GetProducts")
def get_products(call: Call) -> dict[str, Any]:
    """One product a page, so that whoever asks has to turn pages."""
    filters = {f["Field"]: f["Value"] for f in call.params.get("Filters", []) if f["Type"] == "TERM_MATCH"}
    if "usagetype" in filters:
        raise ApiError("InvalidParameterException", "the tests know no usage types", 400)
    service, family = call.params.get("ServiceCode", ""), filters.get("productFamily", "")
    if service not in ("AWSSecretsManager", "awskms"):
        raise ApiError("NotFoundException", f"Service: {service} not found", 400)
    region = filters.get("regionCode", "")
    kind = (service, family)
    known = prices(kind, region) if kind in UNITS else []
    found = [product(kind, region, number, tiers) for number, tiers in enumerate(known)]
    part, more = page(found, call.params.get("NextToken"), 1, "InvalidNextTokenException")
    return present({"FormatVersion": "aws_v1", "PriceList": part, "NextToken": more})
