"""A site's own table: which columns, under which names, with which codes; a YAML file, no code.

    version: 1
    delimiter: ","
    byte_order_mark: false
    referrals:
      - {name: MRN, from: patient.mrn}
      - {name: Drug, from: "orders[0].drug", values: {natalizumab: NAT01}, otherwise: keep}
      - {name: Clinic, constant: North}
    labs:
      - {name: Test, from: test}

``from`` is a path of the standard table (``extractor.export.columns``); a part that is left out keeps its standard
columns. ``values`` recodes what the record says; ``otherwise`` says what happens to a value that is not listed:
``keep`` it, or leave the cell ``empty`` (the export report then says so).
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import Field as Key
from pydantic import ValidationError, model_validator

from extractor.errors import FileUnavailable, UsageError
from extractor.export.columns import LAB_COLUMNS, REFERRAL_COLUMNS, Column
from models.record import Value


class SiteColumn(Value):
    """One column: a name, and a path of the record or a constant."""

    name: str = Key(min_length=1)
    path: str | None = Key(default=None, alias="from")
    constant: str | None = None
    values: dict[str, str] = Key(default_factory=dict)
    otherwise: Literal["keep", "empty"] = "keep"

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.path is None) == (self.constant is None):
            raise ValueError("a column has either 'from' or 'constant'")
        return self


class SiteMapping(Value):
    """The tables of a site. ``delimiter``: one character; ``byte_order_mark``: some spreadsheets want one for UTF-8."""

    version: Literal[1] = 1
    delimiter: Literal[",", ";", "\t", "|"] = ","
    byte_order_mark: bool = False
    referrals: tuple[SiteColumn, ...] | None = None
    labs: tuple[SiteColumn, ...] | None = None

    @model_validator(mode="after")
    def _columns_are_known(self) -> Self:
        for part, chosen, known in (
            ("referrals", self.referrals, REFERRAL_COLUMNS),
            ("labs", self.labs, LAB_COLUMNS),
        ):
            names = Counter(column.name for column in chosen or ())
            if twice := [name for name, count in names.items() if count > 1]:
                raise ValueError(f"{part}: two columns are called {', '.join(twice)}")
            paths = {column.path for column in known}
            if strange := [
                column.path for column in chosen or () if column.path is not None and column.path not in paths
            ]:
                raise ValueError(f"{part}: there is no path {', '.join(strange)}")
        return self

    def columns_of(self, part: Literal["referrals", "labs"]) -> tuple[SiteColumn, ...]:
        """The columns of one table, the standard ones where the site names none."""
        chosen = self.referrals if part == "referrals" else self.labs
        return _standard(REFERRAL_COLUMNS if part == "referrals" else LAB_COLUMNS) if chosen is None else chosen


def _standard(columns: Sequence[Column]) -> tuple[SiteColumn, ...]:
    return tuple(SiteColumn.model_validate({"name": column.name, "from": column.path}) for column in columns)


def load_mapping(path: str | Path) -> SiteMapping:
    """Read a site's mapping file.

    Raises ``FileUnavailable`` where there is none, ``UsageError`` that names the wrong entry where it does not hold.
    """
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise FileUnavailable(f"The mapping file cannot be read ({error.strerror}): check its path.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError("The mapping file is no YAML in UTF-8: correct its syntax.") from error
    try:
        return SiteMapping.model_validate(content)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'file'}: {each['msg']}" for each in error.errors())
        raise UsageError(f"The mapping file is wrong: {wrong}. Correct these entries.") from error
