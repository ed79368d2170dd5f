"""The main figures of an output folder with pandas and matplotlib, from its CSV files alone.

    python3 docs/plotting/figures.py outputs/tug_of_war figures

A run: course, ladder, heat; an ensemble: fan, ladder; a sweep: map or line, tornado.
"""
import sys
from pathlib import Path

import matplotlib
import pandas as pd

matplotlib.use("Agg")  # draw into files, without a screen
import matplotlib.pyplot as plt

folder, pictures = Path(sys.argv[1]), Path(sys.argv[2])
pictures.mkdir(parents=True, exist_ok=True)
blue, orange, ink = "#0072b2", "#e69f00", "#1b1f24"  # Okabe and Ito 2008
classes = {"vcoop": "#56b4e9", "mcoop": "#0072b2", "vconf": "#e69f00", "mconf": "#d55e00"}


def table(name, **options):
    file = folder / f"{name}.csv"
    return pd.read_csv(file, **options) if file.exists() else None


def save(name):
    plt.tight_layout()
    plt.savefig(pictures / f"{name}.png", dpi=150)
    plt.close()


def most_risen(dyads):
    """The pair that rose and stood highest, as the report orders them."""
    def weight(rungs):
        return 2 * (rungs - rungs.cummin()).max() + 1.01 * rungs.max()
    return dyads.groupby(["a", "b"]).rung.apply(weight).idxmax()


system, dyads = table("system", parse_dates=["date"]), table("dyads", parse_dates=["date"])
summary, effects = table("summary"), table("effects")

if system is not None and "replication" not in system:
    plt.figure(figsize=(9, 4))
    plt.plot(system.date, system.escalation_goldstein, color=blue)
    plt.ylabel("escalation, Goldstein")
    save("course")

if system is not None and "replication" in system:
    plt.figure(figsize=(9, 4))
    over = system.groupby("date").escalation_goldstein
    for cover, opacity in ((0.95, 0.2), (0.8, 0.3), (0.5, 0.4)):
        low, high = over.quantile((1 - cover) / 2), over.quantile((1 + cover) / 2)
        plt.fill_between(low.index, low, high, color=blue, alpha=opacity, label=f"{cover:.0%}")
    plt.plot(over.median(), color=ink, label="median")
    plt.ylabel("escalation, Goldstein")
    plt.legend()
    save("fan")

if dyads is not None:
    one = dyads if "replication" not in dyads else dyads[dyads.replication == 0]
    a, b = most_risen(one)
    plt.figure(figsize=(9, 4))
    pair = one[(one.a == a) & (one.b == b)]
    plt.step(pair.date, pair.rung, where="post", color=ink, label="rung")
    events = table("events", dtype={"cameo": str}, parse_dates=["date"])
    if events is not None:
        if "replication" in events:
            events = events[events.replication == 0]
        between = events[events.source.isin([a, b]) & events.target.isin([a, b])]
        for quad, colour in classes.items():
            acts = between[between["class"] == quad]
            if quad.endswith("conf") and len(acts):
                plt.scatter(acts.date, acts.rung, marker="^", color=colour, label=quad, zorder=3)
    plt.ylim(-0.2, 9.2)
    plt.ylabel("rung")
    plt.title(f"{a}-{b}")
    plt.legend()
    save("ladder")

if dyads is not None and "replication" not in dyads:
    rungs = dyads.assign(pair=dyads.a + "-" + dyads.b).pivot(index="pair", columns="date", values="rung").fillna(0)
    rungs = rungs.loc[rungs.sum(axis=1).sort_values(ascending=False).index[:25]]
    plt.figure(figsize=(9, 1 + 0.22 * len(rungs)))
    plt.pcolormesh(rungs.columns, range(len(rungs)), rungs, vmin=0, vmax=9, cmap="inferno_r", shading="nearest")
    plt.yticks(range(len(rungs)), rungs.index, fontsize=7)
    plt.gca().invert_yaxis()
    plt.colorbar(label="rung")
    save("heat")

if summary is not None:
    axes = list(summary.columns[1:summary.columns.get_loc("outcome")])
    outcome = summary.outcome.iloc[0]
    points = summary[(summary.outcome == outcome) & summary[axes[0]].notna()]
    varied = [axis for axis in axes if points[axis].nunique() > 1]
    plt.figure(figsize=(6, 4.5))
    if len(varied) == 1:
        points = points.sort_values(varied[0])
        plt.fill_between(points[varied[0]], points.low, points.high, color=blue, alpha=0.3)
        plt.plot(points[varied[0]], points["mean"], color=blue, marker="o")
        plt.ylabel(outcome)
    else:
        grid = points.pivot_table(index=varied[1], columns=varied[0], values="mean")
        plt.pcolormesh(grid.columns, grid.index, grid, cmap="inferno_r", shading="nearest")
        plt.ylabel(varied[1])
        plt.colorbar(label=outcome)
    plt.xlabel(varied[0])
    save("sweep")

if effects is not None:
    axes = list(effects.columns[1:effects.columns.get_loc("outcome")])
    shown = effects[effects.outcome == effects.outcome.iloc[0]].dropna(subset=["difference"])
    shown = shown.reindex(shown.difference.abs().sort_values().index[-20:])
    names = [", ".join(f"{axis} {row[axis]:.3g}" if isinstance(row[axis], float) else f"{axis} {row[axis]}" for axis in axes) for _, row in shown.iterrows()]
    plt.figure(figsize=(8, 1 + 0.25 * len(shown)))
    plt.barh(range(len(shown)), shown.difference, color=[orange if d > 0 else blue for d in shown.difference],
             xerr=[shown.difference - shown.low, shown.high - shown.difference], ecolor=ink)
    plt.yticks(range(len(shown)), names, fontsize=7)
    plt.xlabel(f"change of {shown.outcome.iloc[0]}")
    save("tornado")
