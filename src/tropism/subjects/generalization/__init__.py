"""Generalization: learning X without the Y that comes with it, and whether Y is gone; circuits that are re-used."""

__all__: list[str] = []
