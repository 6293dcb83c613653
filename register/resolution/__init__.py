"""Which registrations are one company: exact evidence and stewards' judgements decide, names never."""
