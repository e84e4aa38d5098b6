"""Originals, readings and page images in an S3 bucket instead of a folder; loaded only where a bucket is set."""
