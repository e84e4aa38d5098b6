"""The words of the product: frozen pydantic values, importable without any OCR.

``models.record`` is the public contract of one processed file; ``models.stages`` is internal.
"""
