"""What every refusal looks like on the wire."""


def is_error(reply, status: int, code: str, where: str | None = None) -> bool:
    """Check the whole shape of an error, so that every row of the table says the same four."""
    said = reply.get_json()
    assert set(said) == {"error", "where", "expected", "message"}, said
    assert said["message"]["vi"]
    assert said["message"]["en"]
    assert (reply.status_code, said["error"]) == (status, code), said
    assert where is None or said["where"] == where, said
    return True
