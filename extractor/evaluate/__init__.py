"""How well words and fields were read, measured against a truth that the reader never saw."""
