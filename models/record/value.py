"""The base of every value: frozen, closed to unknown keys, no defaults that can be shared."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value. Sequences inside are tuples, so equality and hashing are by content.

    An error never quotes what was given: it may be a patient's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null", hide_input_in_errors=True)
