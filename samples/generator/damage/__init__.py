"""What happens to a page between the printer and the receiving machine.

``Plan`` says how much of each; ``plan`` draws one for a tier; ``scan`` carries it out on a grey picture at 300 dpi. The
kinds of damage of the pools (``KINDS``) and their halftones are disjoint; resolution, skew, turned pages,
threshold noise and copying twice belong to every fax.
"""

from samples.generator.damage.plans import FAX_COLUMNS, HALFTONE, KINDS, LIGHT, SCANNED, TIERS, Plan, plan
from samples.generator.damage.scanner import scan

__all__ = ["FAX_COLUMNS", "HALFTONE", "KINDS", "LIGHT", "SCANNED", "TIERS", "Plan", "plan", "scan"]
