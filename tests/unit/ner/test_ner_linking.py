"""Which dates and which outcome belong to which earlier therapy."""

import re

import pytest

from extractor.ner.linking import link_therapies
from extractor.ner.model import Kind, Mention

_MARK = re.compile(r"<(\w+):([^>]*)>")
_KINDS = {"P": Kind.PRIOR, "C": Kind.TAKEN, "S": Kind.START, "E": Kind.STOP, "O": Kind.OUTCOME}


def linked(marked: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """``<P:Humira>`` marks an earlier drug, S its start, E its stop, O how it ended, C a drug taken now."""
    text, mentions, at = "", [], 0
    for found in _MARK.finditer(marked):
        text += marked[at : found.start()]
        mentions.append(Mention(_KINDS[found.group(1)], len(text), len(text) + len(found.group(2))))
        text += found.group(2)
        at = found.end()
    text += marked[at:]

    def said(mention: Mention | None) -> str | None:
        return None if mention is None else text[mention.start : mention.end]

    return [(said(t.drug) or "", said(t.start), said(t.stop), said(t.outcome)) for t in link_therapies(mentions, text)]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("<P:Avonex> <S:2016>-<E:2018>, <O:rash>", [("Avonex", "2016", "2018", "rash")]),
        ("<O:Inadequate response> to <P:Humira>", [("Humira", None, None, "Inadequate response")]),
        (
            "failed <P:MTX> (<S:2019>-<E:2020>, <O:nausea>) and <P:Enbrel> (<S:2020>-<E:2021>, <O:hives>)",
            [("MTX", "2019", "2020", "nausea"), ("Enbrel", "2020", "2021", "hives")],
        ),
        (
            "failed <P:MTX>, <P:SSZ> and <P:HCQ> due to <O:GI upset>",
            [("MTX", None, None, "GI upset"), ("SSZ", None, None, "GI upset"), ("HCQ", None, None, "GI upset")],
        ),
        ("- <P:Rebif>\n- <P:Gilenya> <O:rash>", [("Rebif", None, None, None), ("Gilenya", None, None, "rash")]),
        ("tried <P:Avonex>,\n<P:Rebif>: <O:rash>", [("Avonex", None, None, "rash"), ("Rebif", None, None, "rash")]),
        (
            "<P:Avonex> (<S:2016> - <E:2018>). Reason for change: <O:relapse>.",
            [("Avonex", "2016", "2018", "relapse")],
        ),
        (
            "<P:Avonex> <S:2016>-<E:2018>. Now on <C:Tysabri>. <P:Rebif> <O:rash>",
            [("Avonex", "2016", "2018", None), ("Rebif", None, None, "rash")],
        ),
        (
            "<P:Avonex> x 6 mo, then <P:Rebif> x 1 yr, both stopped for <O:rash>",
            [("Avonex", None, None, "rash"), ("Rebif", None, None, "rash")],
        ),
        ("<O:rash>", []),
        ("<P:Rebif>", [("Rebif", None, None, None)]),
    ],
)
def test_links(marked: str, expected: list[tuple[str, str | None, str | None, str | None]]) -> None:
    assert linked(marked) == expected


def test_each_leaf_is_used_once_unless_drugs_share_it() -> None:
    told = linked("<P:Avonex>. <P:Rebif>. <P:Gilenya> <O:rash>")
    assert [outcome for *_, outcome in told] == [None, None, "rash"]
