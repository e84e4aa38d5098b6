"""Fields that have no value, and why: each kind of absence says something else."""

from models.record import Reason

NOT_EXTRACTED = Reason(code="not_extracted", text="nothing here reads this field: look at the pages")
NOT_FOUND = Reason(code="not_found", text="no label or value for it was found on pages that were all read")
NOT_SEEN = Reason(code="not_seen", text="nothing was found, but not all pages arrived or could be read well")
EXPECTED = Reason(code="not_seen", text="every referral states it and it was not found: look at the pages")
LABEL_SEEN = Reason(
    code="label_seen", text="its label stands on a page, and no answer could be told: look at the pages"
)
LABEL_UNSURE = Reason(code="label_unsure", text="its label was not read surely enough to call the field empty")
UNPROVEN = Reason(
    code="not_named", text="no label or mark names this value for this person: a person should confirm it"
)
"""Why a value is not found: this is the doubt about a value, the others about its absence."""
BESIDE_CODE = Reason(code="not_seen", text="no words were found beside the code: look at the page if they matter")
OWNER_UNSURE = Reason(
    code="page_owner_unsure", text="nothing read on its page says whose it is: check that it is this patient's"
)
OWNER_CONTESTED = Reason(
    code="page_owner_contested",
    text="its page may be another patient's: name and date of birth there could not both be matched",
)
OWNER_DOUBTS = frozenset({OWNER_UNSURE, OWNER_CONTESTED})
LOOKS_EMPTY = Reason(code="looks_empty", text="it looks empty, but the page came through too badly to be sure")
