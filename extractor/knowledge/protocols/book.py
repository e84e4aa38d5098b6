"""Protocols from their files: the packaged ones, and over them those of a site."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from extractor.errors import FileUnavailable, UsageError
from extractor.knowledge.drug_classes import class_names
from extractor.knowledge.formulary import load, products
from extractor.knowledge.lab_tests import all_tests
from extractor.knowledge.protocols.rules import (
    AllergyRule,
    DateRule,
    DiagnosisRule,
    DuplicateRule,
    FieldRule,
    IndicationRule,
    ItemRule,
    LabRule,
    OrderPageRule,
    PremedicationRule,
    Protocol,
    RegimenRule,
    Rule,
    SexRule,
    TherapyRule,
    UsualDoseRule,
)
from models.record import Field, Order, Referral, Value

COMMON = "common"
_INHERITED = frozenset({"source", "section", "checked", "verify", "verified", "severity"})
_OF_ORDERS = (
    AllergyRule, DateRule, DuplicateRule, IndicationRule, OrderPageRule, PremedicationRule, RegimenRule, UsualDoseRule,
)  # fmt: skip
_SITE_KEYS = frozenset({"without", "replaces"})
_Raw = dict[str, object]
_RAW: TypeAdapter[_Raw] = TypeAdapter(_Raw)


class ProtocolBook(Value):
    """All protocols that hold at a site, the common part first."""

    protocols: tuple[Protocol, ...]

    @property
    def common(self) -> tuple[Protocol, ...]:
        """The parts that every order needs."""
        return tuple(protocol for protocol in self.protocols if not protocol.drugs)

    def find(self, drug: str, brand: str | None) -> tuple[Protocol, ...]:
        """The protocols for a drug (generic name) and its brand, if one is said; more than one where it may be either.

        A brand that no protocol of the drug is for has none.
        """
        named = [protocol for protocol in self.protocols if _is_for(protocol, drug)]
        if brand is None:
            return tuple(named)
        return tuple(protocol for protocol in named if brand.casefold() in _brands_of(protocol))

    def get(self, name: str) -> Protocol | None:
        """The protocol of this id, title, drug or brand, whatever the case."""
        wanted = name.casefold()
        for protocol in self.protocols:
            if wanted in {protocol.protocol.casefold(), protocol.title.casefold(), *_brands_of(protocol)}:
                return protocol
        found = self.find(wanted, None)
        return found[0] if found else None


def load_protocols(site: str | None = None) -> ProtocolBook:
    """The packaged protocols and, over them, those of a site's file or folder of files (``*.yaml``).

    A site's protocol with the id of a packaged one changes it: a rule with the same id replaces the keys it names,
    others are added, ``without`` lists ids to drop, and ``replaces: true`` starts anew. Another id adds a protocol.
    Raises ``FileUnavailable`` where there is no such file and ``UsageError`` for one that breaks the schema.
    """
    return _packaged() if site is None else _with_site(_site_files(Path(site)))


@cache
def _packaged_raw() -> tuple[tuple[str, str], ...]:
    found = [entry for entry in files(__package__).iterdir() if entry.name.endswith(".yaml")]
    return tuple(sorted((entry.name, entry.read_text(encoding="utf-8")) for entry in found))


@cache
def _packaged() -> ProtocolBook:
    return _book(_read(name, text) for name, text in _packaged_raw())


@cache
def _with_site(texts: tuple[tuple[str, str], ...]) -> ProtocolBook:
    by_id = {str(raw.get("protocol")): (name, raw) for name, raw in (_read(*each) for each in _packaged_raw())}
    for name, text in texts:
        _, raw = _read(name, text)
        key = str(raw.get("protocol"))
        is_new = key not in by_id or raw.get("replaces") is True
        base: _Raw = {} if is_new else by_id[key][1]
        by_id[key] = (name, _merge(base, raw, name))
    return _book(by_id.values())


def _site_files(path: Path) -> tuple[tuple[str, str], ...]:
    try:
        found = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        texts = tuple((each.name, each.read_text(encoding="utf-8")) for each in found)
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnavailable(f"Cannot read the site's protocols at {path}: correct site.protocols.") from error
    if not texts:
        raise FileUnavailable(f"There is no .yaml file in {path}: put the site's protocols there or unset it.")
    return texts


def _read(name: str, text: str) -> tuple[str, _Raw]:
    """A file's content with its ``defaults`` written into every rule."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        raw = _RAW.validate_python(yaml.load(text, Loader=loader))  # noqa: S506 - a safe loader, in C where there is one
    except (yaml.YAMLError, ValidationError) as error:
        raise UsageError(f"Protocol file {name} is no YAML mapping: correct it.") from error
    defaults = raw.pop("defaults", {})
    if not isinstance(defaults, Mapping) or not set(defaults) <= _INHERITED:
        raise UsageError(f"Protocol file {name}: defaults may hold {', '.join(sorted(_INHERITED))} only.")
    return name, {**raw, "rules": [{**defaults, **rule} for rule in _rules(raw, name)]}


def _rules(raw: _Raw, name: str) -> list[_Raw]:
    rules = raw.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) and "id" in rule for rule in rules):
        raise UsageError(f"Protocol file {name}: rules is a list, and each rule has an id.")
    for one, count in Counter(str(rule["id"]) for rule in rules).items():
        if count > 1:
            raise UsageError(f"Protocol file {name}: rule {one} is there {count} times.")
    return rules


def _merge(base: _Raw, site: _Raw, name: str) -> _Raw:
    """A site's file over a packaged one."""
    dropped = site.get("without", [])
    if not isinstance(dropped, list):
        raise UsageError(f"Protocol file {name}: without is a list of rule ids.")
    rules = {rule["id"]: rule for rule in _rules(base, name) if rule["id"] not in dropped}
    unknown = [one for one in dropped if one not in {rule["id"] for rule in _rules(base, name)}]
    if unknown:
        raise UsageError(f"Protocol file {name}: without names {unknown[0]}, and there is no such rule.")
    for rule in _rules(site, name):
        rules[rule["id"]] = {**rules.get(rule["id"], {}), **rule}
    sources = {**_mapping(base, "sources"), **_mapping(site, "sources")}
    kept = {key: value for key, value in site.items() if key not in _SITE_KEYS}
    return {**base, **kept, "sources": sources, "rules": list(rules.values())}


def _mapping(raw: _Raw, key: str) -> Mapping[object, object]:
    value = raw.get(key, {})
    return value if isinstance(value, Mapping) else {}


def _book(raws: Iterable[tuple[str, _Raw]]) -> ProtocolBook:
    protocols = [_checked(name, raw) for name, raw in raws]
    return ProtocolBook(protocols=tuple(sorted(protocols, key=lambda p: (bool(p.drugs), p.protocol))))


def _checked(name: str, raw: _Raw) -> Protocol:
    """One protocol, or a ``UsageError`` that names the file, the rule and what is wrong with it."""
    try:
        protocol = Protocol.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"Protocol file {name}: {_place(raw, first['loc'])}: {first['msg']}.") from error
    for problem in _problems(protocol):
        raise UsageError(f"Protocol file {name}: {problem}.")
    return protocol


def _place(raw: _Raw, loc: Sequence[int | str]) -> str:
    rules = raw.get("rules")
    is_rule = len(loc) > 1 and loc[0] == "rules" and isinstance(loc[1], int) and isinstance(rules, list)
    parts = [f"rule {rules[int(loc[1])]['id']}", *loc[2:]] if is_rule and isinstance(rules, list) else list(loc)
    return ", ".join(str(part) for part in parts)


def _problems(protocol: Protocol) -> Iterable[str]:
    """What the schema alone cannot see."""
    for rule in protocol.rules:
        if rule.source not in protocol.sources:
            yield f"rule {rule.id}: {rule.source} is none of the sources"
        yield from (
            f"rule {rule.id}: {problem}" for problem in (*_rule_problems(rule), *_scope_problems(protocol, rule))
        )


def _scope_problems(protocol: Protocol, rule: Rule) -> Iterable[str]:
    """A drug's rules are applied to each of its orders; those of every order say what they are applied to."""
    if protocol.drugs and rule.per == "referral":
        yield "the rules of a drug are per order"
    needs_order = isinstance(rule, _OF_ORDERS) or any(path.startswith("order.") for path in _paths_of(rule))
    if needs_order and not protocol.drugs and rule.per != "order":
        yield "it looks at an order and needs per: order"


def _rule_problems(rule: Rule) -> Iterable[str]:
    tests: list[str] = []
    if isinstance(rule, LabRule):
        tests = [key for group in rule.tests for key in group] + list(rule.cutoffs)
    elif isinstance(rule, SexRule):
        tests = list(rule.tests)
    yield from (f"{key} is no key of lab_tests.yaml" for key in tests if key not in all_tests())
    if isinstance(rule, TherapyRule) and rule.drug_class not in class_names():
        yield f"{rule.drug_class} is no class of drug_classes.yaml"
    if isinstance(rule, DiagnosisRule) and rule.unclear and not rule.words:
        yield "unclear codes need words that settle them"
    yield from (f"{path} is no field of the record" for path in _paths_of(rule) if not _is_field(path))


def _paths_of(rule: Rule) -> tuple[str, ...]:
    """The paths that a rule names."""
    if isinstance(rule, FieldRule | OrderPageRule):
        return rule.paths
    if isinstance(rule, DateRule):
        return (rule.path,)
    return tuple(f"{rule.list}.{leaf}" for leaf in rule.leaves) if isinstance(rule, ItemRule) else ()


def _is_field(path: str) -> bool:
    head, _, rest = path.partition(".")
    kind: object = Order if head == "order" else Referral
    for name in (rest if head == "order" else path).split("."):
        kind = _leaf_type(kind, name)
    return isinstance(kind, type) and issubclass(kind, Field)


def _leaf_type(kind: object, name: str) -> object:
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)) or name not in kind.model_fields:
        return None
    annotation = kind.model_fields[name].annotation
    arguments = getattr(annotation, "__args__", ())
    return arguments[0] if arguments and getattr(annotation, "__origin__", None) is tuple else annotation


def _is_for(protocol: Protocol, drug: str) -> bool:
    """Whether a protocol is for a generic name, a biosimilar's going with its originator."""
    names = {drug.casefold(), *(product.base.casefold() for product in products(drug))}
    return any(one.casefold() in names for one in protocol.drugs)


def _brands_of(protocol: Protocol) -> frozenset[str]:
    if protocol.brands:
        return frozenset(brand.casefold() for brand in protocol.brands)
    return _all_brands(protocol.drugs)


@cache
def _all_brands(drugs: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        brand.casefold()
        for product in load().drugs
        if product.infused and (product.base in drugs or product.generic in drugs)
        for brand in product.brands
    )
