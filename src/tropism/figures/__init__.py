"""Figures: one theme in a light and a dark form, and drawings that any subject can use, made from tables only."""

from tropism.figures.curves import curves as curves
from tropism.figures.dope_sheet import dope_sheet as dope_sheet
from tropism.figures.dope_sheet import schedule_tables as schedule_tables
from tropism.figures.scatter import scatter as scatter
from tropism.figures.strip import strip as strip
from tropism.figures.theme import Figure as Figure
from tropism.figures.theme import Palette as Palette
from tropism.figures.theme import as_svg as as_svg
from tropism.figures.theme import render as render

__all__ = ["Figure", "Palette", "as_svg", "curves", "dope_sheet", "render", "scatter", "schedule_tables", "strip"]
