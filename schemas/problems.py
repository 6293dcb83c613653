"""What can go wrong with the contract, one class per decision the caller can take."""


class ContractProblem(Exception):
    """Something does not hold to the contract."""


class UnknownSchema(ContractProblem):
    """The bytes name a schema id that neither the catalogue nor the schema registry knows."""


class Unreadable(ContractProblem):
    """The bytes are not a framed Avro record."""


class Unwritable(ContractProblem):
    """The datum does not fit the schema."""


class RegistryProblem(Exception):
    """The schema registry does not answer, or not as one does.

    No ContractProblem, for it says nothing about any record: who meets it stops, and parks nothing.
    """
