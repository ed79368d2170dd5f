"""The likelihood of docs/calibration.md and its gradient once more, in vectorised numpy.

usage: likelihood_reference.py FOLDER   with the arrays that likelihood_reference_test.cpp writes there.
Writes result.f64 (value, then gradient) and seconds.f64 (processor time of one evaluation, best of three).
"""
import pathlib
import sys
import time

import numpy as np

folder = pathlib.Path(sys.argv[1])
rows, columns, stimuli, postures, dispersions, actors = np.fromfile(folder / "shape.u32", np.uint32).astype(int)
x = np.fromfile(folder / "columns.f32", np.float32).reshape(rows, columns).astype(float)
role = np.fromfile(folder / "roles.u32", np.uint32).astype(int)
y = np.fromfile(folder / "counts.u32", np.uint32).astype(int)
source, target = np.fromfile(folder / "levels.u32", np.uint32).astype(int).reshape(2, rows)
p = np.fromfile(folder / "parameters.f64", float)

m = np.ascontiguousarray(x[:, role[:stimuli]])
z = np.ascontiguousarray(x[:, role[stimuli:stimuli + postures]])
d = np.ascontiguousarray(x[:, role[stimuli + postures:]])
ends = np.cumsum([stimuli, postures, dispersions, 1, 1, actors, actors])[:-1]
happened = np.flatnonzero(y)


def evaluate(p):
    a, gamma, delta, log_rho, slope, u, v = np.split(p, ends)
    rho = np.exp(log_rho[0])
    s = 1e-9 + m @ a
    log_s = np.log(s)
    log_mu = np.clip(z @ gamma + u[source] + v[target] + rho * log_s, -20, 20)
    log_r = np.clip(d @ delta + slope[0] * log_mu, -20, 20)
    mu, r = np.exp(log_mu), np.exp(log_r)
    ratio = mu / r
    log1p = np.log1p(ratio)
    value = -r * log1p - y * log1p + y * (log_mu - log_r)
    by_mu = (y - mu) / (1 + ratio)
    by_r = -r * log1p + (mu - y) / (1 + ratio)
    # ln Gamma(y + r) - ln Gamma(r) and its derivative, as sums over the acts.
    left = happened
    k = 0
    while left.size:
        value[left] += np.log(r[left] + k)
        by_r[left] += r[left] / (r[left] + k)
        k += 1
        left = left[y[left] > k]
    by_mu += slope[0] * by_r
    gradient = np.concatenate([
        m.T @ (rho * by_mu / s), z.T @ by_mu, d.T @ by_r,
        [rho * (by_mu @ log_s), by_r @ log_mu],
        np.bincount(source, by_mu, actors), np.bincount(target, by_mu, actors)])
    return value.sum(), gradient


seconds = []
for _ in range(3):
    begun = time.perf_counter()
    value, gradient = evaluate(p)
    seconds.append(time.perf_counter() - begun)
np.concatenate([[value], gradient]).tofile(folder / "result.f64")
np.array([min(seconds)]).tofile(folder / "seconds.f64")
