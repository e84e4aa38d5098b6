"""Words that say how a sentence speaks of a drug: tried before, allergic to, not given, given before the infusion.

The idea is NegEx's and ConText's (Chapman et al. 2001; Harkema et al. 2009): a cue reaches forward or backward from
where it stands to the end of its sentence, or to a word that stops it. A heading cue reaches over the lines below.
"""

from enum import StrEnum
from typing import NamedTuple

from models.stages.entities import EntityContext

PRIOR, ALLERGY, NEGATED = EntityContext.PRIOR, EntityContext.ALLERGY, EntityContext.NEGATED
PREMEDICATION, FAMILY, CURRENT = EntityContext.PREMEDICATION, EntityContext.FAMILY, EntityContext.CURRENT
HISTORICAL, HYPOTHETICAL = EntityContext.HISTORICAL, EntityContext.HYPOTHETICAL


class Direction(StrEnum):
    """Where a cue reaches."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"
    STOP = "stop"


class Cue(NamedTuple):
    """``context`` for what the cue reaches; a ``STOP`` ends what others reach and makes it ``current`` again."""

    name: str
    context: EntityContext
    direction: Direction
    phrases: tuple[str, ...]


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in text.split("|") if phrase.strip())


_ALL = (
    Cue(
        "prior_forward",
        PRIOR,
        Direction.FORWARD,
        _phrases(
            "tried and failed|tried/failed|tried & failed|has tried|have tried|had tried|tried|failed|has failed|"
            "failure of|failure to|failure with|failed trial of|trial of|trial and failure of|treatment failure|"
            "inadequate response to|inadequate response with|lack of response to|no response to|nonresponse to|"
            "insufficient response to|suboptimal response to|partial response to|lost response to|loss of response to|"
            "intolerance to|intolerance of|intolerant to|intolerant of|could not tolerate|unable to tolerate|"
            "did not tolerate|side effects from|side effects with|side effects on|previously on|"
            "previously treated with|"
            "previously received|previously tried|previously took|previous treatment with|previous treatments|"
            "previous therapy|previous therapies|prior therapy|prior therapies|prior treatment|prior treatments|"
            "prior use of|prior medications|past medications|past treatments|past therapies|history of treatment with|"
            "formerly on|was on|had been on|had been treated with|was treated with|were treated with|discontinued|"
            "stopped|stop|d/c|d/c'd|dc'd|discontinue|switched from|switch from|switching from|transition from|"
            "transitioned from|breakthrough on|progressed on|progression on|relapsed on|relapse on|relapses on|"
            "refractory to|despite|other drugs used|other therapies tried|failed therapies|prior dmt|prior dmts|"
            "medications tried|drugs tried|dmts tried|therapies tried"
        ),
    ),
    Cue(
        "prior_backward",
        PRIOR,
        Direction.BACKWARD,
        _phrases(
            "was discontinued|were discontinued|discontinued|was stopped|were stopped|stopped|failed|was ineffective|"
            "were ineffective|ineffective|not effective|was not tolerated|were not tolerated|not tolerated|"
            "inadequate response|intolerance|lost response|loss of response|no response|treatment failure|d/c'd|dc'd|"
            "in the past|without benefit|without response|without success|previously"
        ),
    ),
    Cue(
        "allergy_forward",
        ALLERGY,
        Direction.FORWARD,
        _phrases(
            "allergic to|allergy to|allergies to|allergies|allergy|drug allergies|known allergies|hypersensitivity to|"
            "anaphylaxis to|anaphylactic reaction to|reaction to|allergic reaction to|allergies/reactions|sensitive to"
        ),
    ),
    Cue(
        "allergy_backward",
        ALLERGY,
        Direction.BACKWARD,
        _phrases("allergy|allergies|hives|anaphylaxis|causes rash|caused rash|causes hives"),
    ),
    Cue(
        "negated_forward",
        NEGATED,
        Direction.FORWARD,
        _phrases(
            "no|not|denies|denied|never|without|no history of|no prior|has not|have not|had not|is not|are not|"
            "no evidence of|no sign of|no signs of|no known history of|denies history of|"
            "denies any|never had|has never had|free of|unlikely|does not have|"
            "not a candidate for|not on|not taking|never taken|never received|never been on|do not give|do not use|"
            "do not administer|avoid|hold|ruled out|rule out|r/o|instead of|rather than|contraindication to|"
            "contraindicated with|contraindications to|declines|declined|refused|not to be used with|naive to|"
            "no known|negative for|in lieu of"
        ),
    ),
    Cue(
        "negated_backward",
        NEGATED,
        Direction.BACKWARD,
        _phrases(
            "contraindicated|is contraindicated|ruled out|was ruled out|is ruled out|has been ruled out|was excluded|"
            "is excluded|not started|never started|not given|declined|"
            "was declined|not covered|denied|not approved|naive|not recommended|not indicated"
        ),
    ),
    Cue(
        "premedication_forward",
        PREMEDICATION,
        Direction.FORWARD,
        _phrases(
            "premedicate with|premedication|premedications|pre-medication|pre-medications|pre medication|"
            "pre medications|premed|premeds|pre-med|pre-meds|pre meds|premedicate|pre-medicate with|pre-medicate|"
            "pretreat with|pretreatment|pre-treatment|premedication orders|pre-infusion medications"
        ),
    ),
    Cue(
        "premedication_backward",
        PREMEDICATION,
        Direction.BACKWARD,
        _phrases(
            "prior to infusion|before infusion|prior to each infusion|before each infusion|prior to the infusion|"
            "before the infusion|prior to treatment|pre-infusion|preinfusion|minutes prior|minutes before|min prior|"
            "min before|hour before|hour prior|as premedication|as a premedication|for premedication"
        ),
    ),
    Cue(
        "family_forward",
        FAMILY,
        Direction.FORWARD,
        _phrases(
            "family history|family history of|family hx|fhx|fh|mother|father|sister|brother|aunt|uncle|cousin|"
            "grandmother|grandfather|sibling|siblings|maternal|paternal"
        ),
    ),
    Cue(
        "historical_forward",
        HISTORICAL,
        Direction.FORWARD,
        _phrases(
            "history of|h/o|hx of|past history of|remote history of|prior history of|past medical history of|"
            "status post|s/p|childhood|resolved|remote|old|former|inactive problems|resolved problems"
        ),
    ),
    Cue(
        "historical_backward",
        HISTORICAL,
        Direction.BACKWARD,
        _phrases("resolved|in remission|in childhood|as a child|cured|years ago|in the distant past|remote"),
    ),
    Cue(
        "hypothetical_forward",
        HYPOTHETICAL,
        Direction.FORWARD,
        _phrases(
            "if|consider|could consider|would consider|may consider|may need|might need|possible|possibly|suspected|"
            "suspicious for|concern for|concerning for|cannot rule out|cannot exclude|evaluate for|evaluation for|"
            "work-up for|workup for|screening for|screen for|at risk for|risk of|risk for|monitor for|watch for|"
            "prevention of|differential|differential diagnosis|versus|vs"
        ),
    ),
    Cue(
        "stop",
        CURRENT,
        Direction.STOP,
        _phrases(
            "but|however|now|currently|current|start|starting|started|starts|begin|beginning|initiate|initiating|"
            "initiation of|initiated|continue|continues|continuing|resume|order|orders|ordered|ordering|request|"
            "requesting|requested|recommend|recommended|plan|plan to|planned|would like|switch to|switching to|"
            "switched to|transition to|transitioned to|change to|changed to|candidate for|therefore|proceed with|"
            "will receive|is receiving|receiving|is on|remains on|maintained on|well controlled on|treatment with|rx|"
            "prescribed|indicated for|approved for|medication|current medications|active medications|medications"
        ),
    ),
)

CUES = {cue.name: cue for cue in _ALL}
