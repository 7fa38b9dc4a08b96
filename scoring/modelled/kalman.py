"""Gaussian beliefs about a state that moves and is observed. Knows no scores."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Belief:
    """What is believed of a state: normal with this mean and covariance.

    Parameters
    ----------
    mean : (k,)
    covariance : (k, k), symmetric
    """

    mean: FloatArray
    covariance: FloatArray


def moved(belief: Belief, transition: FloatArray, noise: FloatArray) -> Belief:
    """Return the belief one step later.

    Parameters
    ----------
    belief : of a state of k numbers
    transition : (k, k), the state is multiplied by it
    noise : (k, k) covariance of what is added

    Notes
    -----
    m' = A m, P' = A P A' + Q. Source: Kalman 1960; Durbin and Koopman 2012, section 4.3.
    """
    covariance = transition @ belief.covariance @ transition.T + noise
    return Belief(transition @ belief.mean, covariance)


def observed(belief: Belief, loading: FloatArray, value: FloatArray, error: FloatArray) -> Belief:
    """Return the belief after observations of the state.

    Parameters
    ----------
    belief : of a state of k numbers
    loading : (m, k), what each observation sees of the state
    value : (m,) observations, finite
    error : (m, m) covariance of their errors

    Notes
    -----
    K = P H' (H P H' + R)^-1, m' = m + K (y - H m), P' = (I - K H) P (I - K H)' + K R K' (Joseph's
    form, which stays symmetric and positive). Source: as ``moved``. R: ``KFAS::KFS``.

    Examples
    --------
    >>> prior = Belief(np.zeros(1), np.eye(1))
    >>> after = observed(prior, np.eye(1), np.array([2.0]), np.eye(1))
    >>> after.mean.tolist(), after.covariance.tolist()
    ([1.0], [[0.5]])
    """
    if not len(value):
        return belief
    seen = loading @ belief.covariance
    gain = np.linalg.solve(seen @ loading.T + error, seen).T
    kept = np.eye(len(belief.mean)) - gain @ loading
    mean = belief.mean + gain @ (value - loading @ belief.mean)
    return Belief(mean, kept @ belief.covariance @ kept.T + gain @ error @ gain.T)
