"""List prices, page by page."""

from __future__ import annotations

import json

from checks import Asker, check, refused
from model import US


@check
def prices_are_texts_in_texts(ask: Asker) -> None:
    client = ask.client("pricing", US)

    def wanted(family: str, region: str) -> list[dict[str, str]]:
        fields = {"productFamily": family, "regionCode": region}
        return [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in fields.items()]

    first = client.get_products(ServiceCode="AWSSecretsManager", Filters=wanted("Secret", "eu-west-1"))
    assert len(first["PriceList"]) == 1 and first["NextToken"]
    offer = json.loads(first["PriceList"][0])
    [term] = offer["terms"]["OnDemand"].values()
    [price] = term["priceDimensions"].values()
    assert price["pricePerUnit"] == {"USD": "0.4000000000"} and price["unit"] == "Secrets"
    requests = client.get_products(ServiceCode="awskms", Filters=wanted("API Request", "cn-north-1"))
    [term] = json.loads(requests["PriceList"][0])["terms"]["OnDemand"].values()
    assert len(term["priceDimensions"]) == 2
    none = client.get_products(ServiceCode="AWSSecretsManager", Filters=wanted("API Request", "me-south-1"))
    assert none["PriceList"] == []
    with refused("NotFoundException"):
        client.get_products(ServiceCode="AmazonNothing")
