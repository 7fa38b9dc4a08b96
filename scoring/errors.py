"""What can go wrong in the engine, as facts.

The tree::

    ScoringError
    ├── PlanError                 a scoring plan or an index tree that cannot be read
    ├── DesignError               the sampling design does not allow the computation
    │   ├── SingletonStratumError
    │   └── EmptyDomainError
    └── DataError
        ├── ShapeError
        ├── WeightError
        └── CodeError
"""


class ScoringError(Exception):
    """The root: one English sentence; ``where`` names file, row, column or key."""

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where
