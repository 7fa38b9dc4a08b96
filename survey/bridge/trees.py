"""From the plain mapping of an index tree to the engine's tree; a fault names the node's path."""

from collections.abc import Mapping

from scoring import IndexTree, PlanError
from survey.errors import Fault, InstrumentError


def index_tree(mapping: Mapping[str, object], source: str) -> IndexTree:
    """Return the engine's tree; raise InstrumentError with every fault, each with its path."""
    try:
        return IndexTree.from_mapping(mapping, where=source)
    except PlanError as error:
        raise InstrumentError(
            source, tuple(_fault(source, text) for text in error.faults)
        ) from error


def _fault(source: str, text: str) -> Fault:
    return Fault(
        code="tree-arithmetic",
        sheet=source,
        row=None,
        column=None,
        vi=f"Cây chỉ số không tính được: {text}",
        en=f"The index tree cannot be computed: {text}",
    )
