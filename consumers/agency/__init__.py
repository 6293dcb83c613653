"""The client library of an agency: it follows the agency's notices by number."""
