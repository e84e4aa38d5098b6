"""The review page and its REST API: people answer what the machine is not sure of, and approve."""
