"""How Sphinx builds these pages: `make docs`. Nothing is fetched, so it also builds without a network."""

project = "Tropism"
author = "The Tropism contributors"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns: list[str] = []
myst_enable_extensions: list[str] = []
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]  # messages are shown as they are said
html_theme = "furo"
html_title = "Tropism"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
