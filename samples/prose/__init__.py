"""Prose as clinics write it, with what it names marked: the text that the entity model learns from."""
