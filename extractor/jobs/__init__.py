"""Durable jobs: a job is a kind and a key; it survives its process, and what it finished is not done again."""
