"""Markdown by CommonMark with tables, bare links and HTML: what strangers wrote is text or code, and nothing else."""

import re

from common import files, is_harmless, require
from markdown_it import MarkdownIt

# What we write ourselves.
TAGS = re.compile(r"</?(?:code|details|summary)>")
# What GitHub makes links of in text that is no code: mentions, and references to issues.
REFERENCE = re.compile(r"(?:^|\W)(?:@[A-Za-z0-9]|#\d|GH-\d)")
FORBIDDEN = {"link_open", "image", "em_open", "s_open", "hardbreak", "fence", "code_block", "blockquote_open", "hr"}


def check_text(token, where: str) -> None:
    inside = False
    for child in token.children:
        require(child.type not in FORBIDDEN, f"{where}: {child.type} in {token.content[:300]!r}")
        if child.type == "html_inline":
            require(TAGS.fullmatch(child.content), f"{where}: HTML {child.content!r}")
            inside = child.content == "<code>"
        if child.type == "text" and not inside:
            require(not REFERENCE.search(child.content), f"{where}: a reference in {child.content!r}")


def check_tables(text: str, where: str) -> int:
    """A pipe of a stranger would be one cell more."""
    rows, pipes = 0, 0
    for line in text.splitlines():
        if not line.startswith("|"):
            pipes = 0
            continue
        pipes = pipes or line.count("|")
        require(line.count("|") == pipes and "\\|" not in line, f"{where}: {line!r}")
        rows += 1
    return rows


def main() -> None:
    rows = 0
    for path in files(".md"):
        text = path.read_text("utf-8")
        require(is_harmless(text), f"{path}: unsafe characters")
        rows += check_tables(text, str(path))
        reader = MarkdownIt("commonmark", {"html": True, "linkify": True})
        for token in reader.enable(["table", "strikethrough", "linkify"]).parse(text):
            require(token.type not in FORBIDDEN, f"{path}: {token.type}")
            if token.type == "html_block":
                # The title of a section that is folded is ours.
                left = TAGS.sub("", token.content).replace("(", "").replace(")", "")
                require("<" not in left, f"{path}: HTML {token.content!r}")
            if token.type == "inline":
                check_text(token, str(path))
    print(f"{rows} rows of tables")


main()
