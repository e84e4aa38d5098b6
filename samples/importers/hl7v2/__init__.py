"""How a receiving system may read the HL7 v2 messages of a referral."""
