"""What can be wrong with an identifier, one class per answer that a person would get."""


class InvalidIdentifier(ValueError):
    """The value is no identifier of its scheme; the message says why, without the value."""


class Placeholder(InvalidIdentifier):
    """The value only fills the field of a missing number, such as 0000 or N/A."""


class InvalidForm(InvalidIdentifier):
    """The value does not have the length or the characters of its scheme."""


class InvalidCheckDigits(InvalidIdentifier):
    """The value has the form of its scheme, but its check digits do not agree with the rest: probably mistyped."""
