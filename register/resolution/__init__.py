"""Decide which registrations are one company: by exact evidence and stewards' judgements, never by names."""
