"""The metrics by the strict parser of Prometheus' own client."""

from common import files, is_harmless, require
from prometheus_client.openmetrics.parser import text_string_to_metric_families


def main() -> None:
    series = 0
    for path in files(".prom"):
        text = path.read_text("utf-8")
        require(is_harmless(text), f"{path}: unsafe characters")
        require(text.endswith("# EOF\n"), f"{path}: no end")
        families = list(text_string_to_metric_families(text))
        names = {family.name for family in families}
        require({"secrets_auditor_findings", "secrets_auditor_build"} <= names, f"{path}: {names}")
        for family in families:
            require(family.name.startswith("secrets_auditor_"), f"{path}: {family.name}")
            labels = [tuple(sorted(sample.labels.items())) for sample in family.samples]
            require(len(labels) == len(set(labels)), f"{path}: {family.name}: a series twice")
            series += len(labels)
    print(f"{series} series, strict")


main()
