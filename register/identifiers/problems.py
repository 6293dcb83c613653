"""What can be wrong with an identifier, one class per answer that a person would get."""


class InvalidIdentifier(ValueError):
    """This is no identifier of its scheme; the message says why, without the value."""


class Placeholder(InvalidIdentifier):
    """It stands where a number should be and names nothing, such as 0000 or N/A."""


class InvalidForm(InvalidIdentifier):
    """It has not the length or the characters of its scheme."""


class InvalidCheckDigits(InvalidIdentifier):
    """It has the form of its scheme, but its check digits do not agree with the rest: probably mistyped."""
