"""Lists of premedications and where one entry ends."""

from extractor.fields.premedications import split_premedications


def test_a_drug_behind_the_dose_of_another_is_an_entry_of_its_own() -> None:
    text = "acetaminophen 650 mg PO diphenhydramine 25 mg PO; methylprednisolone (Solu-Medrol) 125 mg IV"
    assert [text[first:last].strip() for first, last in split_premedications(text)] == [
        "acetaminophen 650 mg PO",
        "diphenhydramine 25 mg PO",
        "methylprednisolone (Solu-Medrol) 125 mg IV",
    ]
