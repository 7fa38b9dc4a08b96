"""How the responses of a round came, as its page writes it; small counts are left unsaid."""

from collections.abc import Mapping

from flask_babel import gettext as _

from survey.analyst.figures import LEAST_CELL
from survey.web.i18n import number


def channel_words(counts: Mapping[str, int]) -> dict[str, str]:
    """Write the count of each channel, or that it is not shown."""
    hidden = hidden_channels(counts)
    return {
        channel: _("không nêu") if channel in hidden else number(count)
        for channel, count in counts.items()
    }


def hidden_channels(counts: Mapping[str, int]) -> set[str]:
    """Return the channels whose count could tell who answered how.

    Those are the small ones, and with a single small one the next larger too: else it were the
    rest of the total. Where all came in one way, the total says as much.
    """
    used = sorted((count, channel) for channel, count in counts.items() if count)
    n_small = sum(count < LEAST_CELL for count, _channel in used)
    if n_small == 0 or len(used) == 1:
        return set()
    return {channel for _count, channel in used[: max(n_small, 2)]}
