"""JUnit by the schemas of Jenkins, and by counting."""

import xml.etree.ElementTree as ElementTree

import xmlschema
from common import beside, files, is_harmless, require

SCHEMAS = ["jenkins-junit-4.xsd", "junit-10.xsd"]


def check_counts(suite: ElementTree.Element, where: str) -> None:
    name = suite.get("name")
    for attribute, path in [("tests", "testcase"), ("failures", "testcase/failure"),
                            ("errors", "testcase/error"), ("skipped", "testcase/skipped")]:
        counted = len(suite.findall(path))
        require(int(suite.get(attribute)) == counted, f"{where}: {name}: {counted} {attribute}")
    names = [(test.get("classname"), test.get("name")) for test in suite.findall("testcase")]
    require(len(names) == len(set(names)), f"{where}: {name}: two tests of one name")


def main() -> None:
    schemas = [name for name in SCHEMAS if beside(name)]
    tests = 0
    for path in files(".junit.xml"):
        for name in schemas:
            error = next(xmlschema.XMLSchema(beside(name)).iter_errors(path), None)
            require(error is None, f"{path}: {name}: {error}")
        require(is_harmless(path.read_text("utf-8")), f"{path}: unsafe characters")
        root = ElementTree.parse(path).getroot()
        for suite in root.findall("testsuite"):
            check_counts(suite, str(path))
        for attribute in ["tests", "failures", "errors"]:
            total = sum(int(suite.get(attribute)) for suite in root.findall("testsuite"))
            require(int(root.get(attribute)) == total, f"{path}: {total} {attribute}")
        tests += int(root.get("tests"))
    by = f"valid by {' and '.join(schemas)}" if schemas else "counted; not checked by Jenkins' schemas, which are not beside the checkout"
    print(f"{tests} tests, {by}")


main()
