"""The examiner: whether a Y that was not to be learned is suppressed, gated, dormant or absent."""
