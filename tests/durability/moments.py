"""Fixed times and invented records for the tests of the store."""

from datetime import UTC, datetime

from models.record import Field, Order, Patient, Referral, ReferralKind, State

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHA = "ab" * 32


def found(value: str) -> Field[str]:
    return Field[str](value=value, confidence=0.99, state=State.FOUND)


STAT = Field[str](value="stat", confidence=0.5, state=State.NEEDS_REVIEW)


def make_referral(referral_id: str = "r-1", revision: int = 1, **changes: object) -> Referral:
    record = Referral(
        referral_id=referral_id,
        revision=revision,
        created_at=NOON,
        kind=ReferralKind.REFERRAL,
        pages=(1, 2),
        patient=Patient(first_name=found("Odile"), last_name=found("Quarterman"), date_of_birth=found("1961-04-09")),
        orders=(
            Order(drug=found("ocrelizumab"), priority=Field[str](value="stat", confidence=0.5, state="needs_review")),
        ),
    )
    return record.model_copy(update=changes)


SECRET_NAMES = ("Quarterman", "Ostrander", "Vandermolen", "Pellicano", "Thorsgaard", "Odile")
"""Names on the faxes of these tests: no log may hold one."""
