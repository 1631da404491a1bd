"""Numbers: unit vectors, angles that stay finite, random streams."""
