"""From a scoring plan and what its files hold to the options of the engine. Opens no file."""

from scoring.given import Given
from scoring.pipeline import Options
from scoring.plan import Plan
from scoring.weights.margins import Calibration


def options_of(plan: Plan, given: Given, calibration: Calibration | None) -> Options:
    """Return the options of a plan; without data the domains are those of the given figures."""
    derived = given.column_sets if plan.data is None else ()
    return Options(
        domains=plan.domains or derived,
        compare=[(dict(one), dict(other)) for one, other in plan.compare],
        confidence=plan.confidence,
        interval=plan.interval,
        lonely_psu=plan.lonely_psu,
        calibration=calibration,
        given=given,
        trim=plan.trim,
        variance=plan.variance.asked,
        df=plan.df,
    )
