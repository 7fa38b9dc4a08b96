"""Values in a form that Python and JavaScript write alike: kind and text."""

from survey.instruments.evaluate import Value, as_text


def told(value: Value) -> list[str]:
    """Return ["number", "3"], ["text", "a"] or ["boolean", "true"]."""
    kind = "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
    return [kind, as_text(value)]


TOLD = """(value) => {
  const kind = typeof value === 'string' ? 'text' : typeof value;
  return [kind, twin.asText(value)];
}"""
