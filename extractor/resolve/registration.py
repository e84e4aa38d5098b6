"""The prescriber's NPI held against the national registry, where a site has loaded it.

It is cross evidence: a number that the registry has for somebody else, or not at all, is asked about, and one that is
missing or misread gets proposals from name and phone or address. No value is changed or accepted by it.
"""

from extractor.nppes import Comparison, NpiRegistry, Provider, compare, propose
from extractor.nppes.matching import Proposal
from models.record import Alternative, Prescriber, Reason, Referral, State, Text

REGISTERED, DEACTIVATED = "npi_registered", "npi_deactivated"
OF_ANOTHER, UNREGISTERED, PROPOSED = "npi_of_another", "npi_unregistered", "npi_proposed"
"""Codes of the reasons, by which readiness tells what was found."""

_FITS = (("name", "name"), ("state", "state"), ("phone", "phone or fax"), ("taxonomy", "specialty"))


def check_registration(referral: Referral, registry: NpiRegistry | None) -> Referral:
    """The referral with what the registry says in its prescriber's NPI; as it is where there is no registry."""
    if registry is None:
        return referral
    prescriber = referral.prescriber
    npi = prescriber.npi
    provider = None if npi.value is None else registry.find(npi.value)
    compared = None if provider is None else compare(prescriber, provider)
    checked = npi if npi.value is None else _judge(npi, provider, compared)
    if compared is None or compared.speaks_against:
        checked = _add_proposals(checked, _find_proposals(prescriber, registry))
    return referral.model_copy(update={"prescriber": prescriber.model_copy(update={"npi": checked})})


def _judge(npi: Text, provider: Provider | None, compared: Comparison | None) -> Text:
    if provider is None or compared is None:
        return _ask(npi, Reason(code=UNREGISTERED, text="The registry of providers does not have this number."))
    if compared.speaks_against:
        whom = "a person of another name" if provider.is_person else "an organisation"
        return _ask(npi, Reason(code=OF_ANOTHER, text=f"The registry has this number for {whom}."))
    told = compared.model_dump()
    fits = [words for key, words in _FITS if told[key] is True]
    differs = [words for key, words in _FITS if told[key] is False]
    text = f"The registry agrees on {', '.join(fits)}." if fits else "The registry has this number."
    text += f" It has another {', '.join(differs)}." if differs else ""
    reasons = [Reason(code=REGISTERED, text=text)]
    if compared.ended is not None:
        reasons.append(Reason(code=DEACTIVATED, text=f"The registry says that it was deactivated on {compared.ended}."))
    return npi.model_copy(update={"reasons": (*npi.reasons, *reasons)})


def _ask(npi: Text, reason: Reason) -> Text:
    state = State.NEEDS_REVIEW if npi.state is State.FOUND else npi.state
    return npi.model_copy(update={"state": state, "reasons": (*npi.reasons, reason)})


def _find_proposals(prescriber: Prescriber, registry: NpiRegistry) -> tuple[Proposal, ...]:
    numbers = [number for number in (prescriber.phone.value, prescriber.fax.value) if number]
    last, postal_code = prescriber.last_name.value, prescriber.address.postal_code.value
    by_number = [one for number in dict.fromkeys(numbers) for one in registry.list_by_phone(number)]
    return propose(prescriber, by_number, registry.list_by_name(last, postal_code) if last and postal_code else ())


def _add_proposals(npi: Text, proposals: tuple[Proposal, ...]) -> Text:
    """Proposals stand first among the alternatives; whoever looks decides."""
    if not proposals:
        return npi
    values = dict.fromkeys((*(one.provider.npi for one in proposals), *(one.value for one in npi.alternatives)))
    kept = {one.value: one for one in npi.alternatives}
    how = " or ".join(dict.fromkeys(one.rests_on for one in proposals))
    reason = Reason(code=PROPOSED, text=f"The registry has other numbers for this {how}: compare before taking one.")
    return npi.model_copy(
        update={
            "state": State.NEEDS_REVIEW if npi.value is None else npi.state,
            "alternatives": tuple(kept.get(value, Alternative(value=value)) for value in values),
            "reasons": (*npi.reasons, reason),
        }
    )
