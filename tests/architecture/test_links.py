"""What a page links to, or shows, is there."""

import re

import pytest
from source import ROOT

PAGES = [
    path
    for pattern in ("*.md", "docs/**/*.md", "studies/**/*.md", "benchmarks/*.md", "examples/*.md")
    for path in sorted(ROOT.glob(pattern))
]
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)|(?:src|srcset|href)=\"([^\"#]+)\"")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def test_there_are_pages():
    assert len(PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_links_to_what_is_there(page):
    found = [link or shown for link, shown in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))]
    missing = [each for each in found if "://" not in each and not (page.parent / each).exists()]
    assert not missing, missing
