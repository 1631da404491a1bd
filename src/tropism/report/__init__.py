"""Reports: what a study found, as one HTML file that opens anywhere, or as Markdown."""

from tropism.report.contents import Cells as Cells
from tropism.report.contents import Picture as Picture
from tropism.report.contents import ReportContents as ReportContents
from tropism.report.contents import Tabular as Tabular
from tropism.report.contents import picture as picture
from tropism.report.contents import picture_files as picture_files
from tropism.report.markdown import render_markdown as render_markdown
from tropism.report.page import render_report as render_report
from tropism.report.wording import tally as tally

__all__ = [
    "Cells",
    "Picture",
    "ReportContents",
    "Tabular",
    "picture",
    "picture_files",
    "render_markdown",
    "render_report",
    "tally",
]
