"""Makes synthetic infusion referral faxes with truth, from a seed."""
