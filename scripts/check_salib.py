#!/usr/bin/env python3
"""Lets SALib judge our sensitivity indices.

  python -m pip install SALib==1.6.0
  python scripts/check_salib.py --reference tests/sensitivity/salib.json
      writes what SALib says of two known functions: the fixture of the tests in crates/darien-stats/src/sensitivity/known.rs
  python scripts/check_salib.py FOLDER
      runs SALib on the design.csv of a folder that `darien sensitivity --out FOLDER` left, compares with its
      indices.csv and morris.csv, and ends with an error where they differ by more than rounding
"""

import csv
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from SALib.analyze import morris, sobol
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from SALib.test_functions import Ishigami, Sobol_G

G = [0, 1, 4.5, 9, 99, 99, 99, 99]


def problem(names, low=0.0, high=1.0):
    return {"num_vars": len(names), "names": list(names), "bounds": [[low, high]] * len(names)}


def reference(path):
    cases = []
    for name, p, model, samples in [
        ("ishigami", problem("abc", -np.pi, np.pi), Ishigami.evaluate, 64),
        ("sobol_g", problem("abcdefgh"), lambda x: Sobol_G.evaluate(x, np.array(G)), 32),
    ]:
        y = model(sobol_sample.sample(p, samples, calc_second_order=False, seed=7))
        s = sobol.analyze(p, y, calc_second_order=False, seed=7)
        x = morris_sample.sample(p, 8, num_levels=4, seed=7)
        z = model(x)
        m = morris.analyze(p, x, z, num_levels=4, seed=7)
        unit = (x - np.array(p["bounds"])[:, 0]) / np.diff(np.array(p["bounds"]), axis=1)[:, 0]
        cases.append({
            "model": name,
            "sobol": {"values": y.tolist(), "s1": s["S1"].tolist(), "st": s["ST"].tolist()},
            "morris": {
                "design": np.round(unit, 12).tolist(), "values": z.tolist(), "mu": np.asarray(m["mu"]).tolist(),
                "mu_star": np.asarray(m["mu_star"]).tolist(), "sigma": np.asarray(m["sigma"]).tolist(),
            },
        })
    Path(path).write_text(json.dumps({"made_by": "scripts/check_salib.py", "salib": version("SALib"), "cases": cases}) + "\n")


def table(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def compare(folder):
    folder = Path(folder)
    design = table(folder / "design.csv")
    head = list(design[0])
    outcomes = [c for c in head if c.startswith("y:")]
    factors = head[head.index("replicate") + 1 : head.index(outcomes[0])]
    worst = 0.0
    for kind, file, columns in [
        ("sobol", "indices.csv", {"s1": "S1", "st": "ST"}),
        ("morris", "morris.csv", {"mu": "mu", "mu_star": "mu_star", "sigma": "sigma"}),
    ]:
        rows = [r for r in design if r["stage"] == kind]
        if not rows or not (folder / file).exists():
            continue
        ours = table(folder / file)
        for outcome in outcomes:
            mine = [r for r in ours if "y:" + r["label"] == outcome and r[next(iter(columns))] != ""]
            y = np.array([float(r[outcome]) for r in rows])
            p = problem([r["parameter"] for r in mine])
            if kind == "sobol":
                theirs = sobol.analyze(p, y, calc_second_order=False, seed=1)
            else:
                names = [r["parameter"] for r in mine]
                assert names == factors, "screening covers every factor"
                x = np.array([[float(r[f]) for f in factors] for r in rows])
                theirs = morris.analyze(p, x, y, num_levels=4, seed=1)
            for column, key in columns.items():
                for row, value in zip(mine, np.asarray(theirs[key], dtype=float)):
                    scale = max(1.0, abs(value)) if kind == "sobol" else max(1.0, float(np.max(np.abs(y))))
                    worst = max(worst, abs(float(row[column]) - value) / scale)
            print(f"{kind} {outcome[2:]}: {len(mine)} factors, {len(rows)} rows")
    print(f"SALib {version('SALib')}: largest relative difference {worst:.1e}")
    if worst > 1e-6:
        sys.exit(4)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--reference":
        reference(sys.argv[2])
    elif len(sys.argv) == 2 and not sys.argv[1].startswith("-"):
        compare(sys.argv[1])
    else:
        sys.exit(__doc__)
